import { ActionIcon, Button, CopyButton as Copying, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** Copies a text; `icon` for rows and cells. What is copied says so to screen readers too. */
export function CopyButton({ value, icon = false, label }: { value: string; icon?: boolean; label?: string }) {
  const { t } = useTranslation("kit");
  return (
    <Copying value={value} timeout={1500}>
      {({ copied, copy }) => {
        const text = copied ? t("copy.done") : (label ?? t("copy.button"));
        const Shown = copied ? IconCheck : IconCopy;
        return (
          <>
            {icon ? (
              <Tooltip label={text}>
                <ActionIcon aria-label={text} color={copied ? "teal" : "gray"} onClick={copy}>
                  <Shown size={16} />
                </ActionIcon>
              </Tooltip>
            ) : (
              <Button size="xs" flex="none" variant="default" color={copied ? "teal" : "gray"} leftSection={<Shown size={14} />} onClick={copy}>
                {text}
              </Button>
            )}
            <span role="status" className="unseen">
              {copied ? t("copy.done") : ""}
            </span>
          </>
        );
      }}
    </Copying>
  );
}
