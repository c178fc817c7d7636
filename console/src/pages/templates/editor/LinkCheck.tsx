import { Progress, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { amountText } from "@/kit/Amount";
import classes from "./Editor.module.css";
import { GMAIL_CLIP_BYTES, type FoundLink, type MessageReport } from "./links";

type Mood = "good" | "warn" | "bad";

/** All links and pictures of the message, and what mail programs would hold against it. */
export function LinkCheck({ report, marketing }: { report: MessageReport; marketing: boolean }) {
  const { t, i18n } = useTranslation("templates");
  const silent = report.images.filter((one) => one.alt === null);
  const missing = report.images.filter((one) => one.src === "");
  const kilobytes = (bytes: number): string => amountText(bytes / 1024, i18n.language, "number", "USD", 0);
  return (
    <Stack w="100%" maw={680} gap="md">
      <div className={classes["list"]}>
        {marketing ? <Row mood={report.unsubscribe ? "good" : "bad"} text={t(report.unsubscribe ? "links.unsubscribe" : "links.no_unsubscribe")} /> : null}
        <Row mood={silent.length > 0 ? "warn" : "good"} text={silent.length > 0 ? t("links.no_alt", { count: silent.length }) : t("links.alt")} note={silent.map((one) => one.src).join("\n")} />
        {missing.length > 0 ? <Row mood="bad" text={t("links.no_src", { count: missing.length })} /> : null}
        <Row mood={report.clipped ? "bad" : "good"} text={t(report.clipped ? "links.clipped" : "links.size", { size: kilobytes(report.bytes), most: kilobytes(GMAIL_CLIP_BYTES) })}>
          <Progress mt={6} size="sm" value={Math.min(100, (report.bytes / GMAIL_CLIP_BYTES) * 100)} color={report.clipped ? "red" : "teal"} aria-label={t("links.meter")} />
        </Row>
      </div>
      <div>
        <Text component="h3" size="sm" fw={600} mb={6}>
          {t("links.title", { count: report.links.length })}
        </Text>
        {report.links.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t("links.none")}
          </Text>
        ) : (
          <div className={classes["list"]}>
            {report.links.map((one, place) => (
              <Row key={`${one.href} ${place}`} mood={moodOf(one)} text={one.label || t("links.unnamed")} note={one.href}>
                {one.fault === null ? null : (
                  <Text size="xs" c={one.fault === "example" ? "dimmed" : "var(--warn)"}>
                    {t(`links.fault.${one.fault}`)}
                  </Text>
                )}
              </Row>
            ))}
          </div>
        )}
      </div>
    </Stack>
  );
}

function moodOf({ fault }: FoundLink): Mood {
  if (fault === null || fault === "example") return "good";
  return fault === "insecure" ? "warn" : "bad";
}

function Row({ mood, text, note = "", children }: { mood: Mood; text: string; note?: string; children?: React.ReactNode }) {
  const { t } = useTranslation("templates");
  const Icon = mood === "good" ? IconCircleCheck : mood === "warn" ? IconAlertTriangle : IconCircleX;
  return (
    <div className={classes["row"]}>
      <Icon size={17} color={`var(--${mood})`} aria-label={t(`links.mood.${mood}`)} />
      <div style={{ flex: 1, minWidth: 0 }}>
        {text}
        {note === "" ? null : (
          <Text size="xs" c="dimmed" ff="monospace" style={{ whiteSpace: "pre-line" }}>
            {note}
          </Text>
        )}
        {children}
      </div>
    </div>
  );
}
