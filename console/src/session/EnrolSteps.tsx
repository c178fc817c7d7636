import { Alert, Button, Code, Group, PinInput, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/kit/CopyButton";
import type { AuthError, SecondFactor } from "./auth";

export interface EnrolStepsProps {
  heading: (text: string) => ReactNode;
  factor: SecondFactor | null;
  confirm: (code: string) => Promise<void>;
  refusal: AuthError | null;
  running: boolean;
}

/** Scan, then prove it: a picture for the authenticator app and the first code from it. */
export function EnrolSteps({ heading, factor, confirm, refusal, running }: EnrolStepsProps) {
  const { t } = useTranslation("session");
  const [code, setCode] = useState("");
  const picture = useQrPicture(factor?.uri ?? null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void confirm(code);
      }}
    >
      <Stack gap="md">
        <div>
          {heading(t("enrol.title"))}
          <Text c="dimmed" size="sm" mt={6}>
            {t("enrol.text")}
          </Text>
        </div>
        <Text size="sm" fw={550}>
          {t("enrol.scan")}
        </Text>
        <Group align="center" gap="lg" wrap="nowrap">
          {picture ? (
            <img src={picture} width={168} height={168} alt={t("enrol.picture")} style={{ borderRadius: 12, background: "#fff", flexShrink: 0 }} />
          ) : (
            <Skeleton width={168} height={168} radius="md" />
          )}
          {factor && (
            <Stack gap={4} miw={0}>
              <Text size="xs" c="dimmed">
                {t("enrol.by_hand")}
              </Text>
              <Code block style={{ overflowWrap: "anywhere", whiteSpace: "normal" }}>
                {factor.secret.replace(/(.{4})/g, "$1 ").trim()}
              </Code>
              <CopyButton value={factor.secret} />
            </Stack>
          )}
        </Group>
        <div>
          <Text size="sm" fw={550} mb={6}>
            {t("enrol.prove")}
          </Text>
          <PinInput length={6} type="number" oneTimeCode size="md" value={code} onChange={setCode} aria-label={t("code.label")} getInputProps={(index) => ({ "aria-label": t("code.digit", { at: index + 1 }) })} disabled={running || !factor} />
        </div>
        {refusal && (
          <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} role="alert">
            {t(`refused.${refusal.refusal}`)}
          </Alert>
        )}
        <Button type="submit" size="md" fullWidth loading={running} disabled={code.length !== 6}>
          {t("enrol.button")}
        </Button>
      </Stack>
    </form>
  );
}

function useQrPicture(uri: string | null): string | null {
  const [picture, setPicture] = useState<string | null>(null);
  useEffect(() => {
    if (!uri) return;
    let wanted = true;
    void import("qrcode")
      .then(({ toDataURL }) => toDataURL(uri, { width: 336, margin: 2, errorCorrectionLevel: "M" }))
      .then((made) => wanted && setPicture(made));
    return () => {
      wanted = false;
    };
  }, [uri]);
  return picture;
}
