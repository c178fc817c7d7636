import { Alert, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageSource } from "@/api/templates";
import { useWorkspace } from "@/api/workspace";
import { NotificationPreview } from "@/kit/NotificationPreview";
import { StatusBadge } from "@/kit/StatusBadge";
import { TextPreview } from "@/kit/TextPreview";
import { signs } from "./lengths";
import classes from "./Phone.module.css";
import type { Looked } from "./useRendered";

/** What notification centres show of a title and a text before they cut it. */
const FITS = { title: 50, text: 120 } as const;

/** A text message or a notification as the phone shows it, with what its length means. */
export function Phone({ source, looked }: { source: MessageSource; looked: Looked }) {
  const { t } = useTranslation("templates");
  const { rendered, fault } = looked;
  return (
    <div className={classes["stage"]} aria-busy={looked.working}>
      {fault === null ? null : (
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={t("preview.fault")} role="status">
          {fault.message}
        </Alert>
      )}
      {rendered && rendered.missing.length > 0 ? (
        <Alert color="orange" variant="light" py={8} icon={<IconAlertTriangle size={18} />} role="status">
          {t("preview.missing", { fields: rendered.missing.slice(0, 8).join(", ") })}
        </Alert>
      ) : null}
      {rendered === undefined ? null : source.channel === "sms" ? <TextPreview text={rendered.text} purpose={source.purpose} /> : <Notification title={rendered.subject} text={rendered.text} />}
    </div>
  );
}

function Notification({ title, text }: { title: string; text: string }) {
  const { t } = useTranslation("templates");
  const { data: workspace } = useWorkspace();
  const [device, setDevice] = useState<"phone" | "desktop">("phone");
  const counts = { title: signs(title), text: signs(text) };
  return (
    <>
      <SegmentedControl size="xs" aria-label={t("preview.device")} value={device} onChange={(value) => setDevice(value === "desktop" ? "desktop" : "phone")} data={[{ value: "phone", label: t("preview.phone") }, { value: "desktop", label: t("preview.desk") }]} />
      <div className={classes["look"]}>
        <NotificationPreview title={title} body={text} site={workspace?.name ?? ""} device={device} />
      </div>
      <Stack gap={6} w="100%" maw={560} role="status">
        {(["title", "text"] as const).map((part) => (
          <Group key={part} gap="xs">
            <StatusBadge tone={counts[part] <= FITS[part] ? "good" : "warn"}>{t(`push.${part}`, { count: counts[part] })}</StatusBadge>
            {counts[part] > FITS[part] ? (
              <Text size="xs" c="dimmed">
                {t("push.cut", { most: FITS[part] })}
              </Text>
            ) : null}
          </Group>
        ))}
        <Text size="xs" c="dimmed">
          {t("push.rest")}
        </Text>
      </Stack>
    </>
  );
}
