import { Group, Text } from "@mantine/core";
import { IconPhoto, IconVideo } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Medium, Preview } from "@/api/social";
import { StatusBadge } from "@/kit/StatusBadge";
import { partsOf, shownFrom } from "./drafting";
import { Count, NETWORKS, NetworkIcon } from "./networks";
import classes from "./Social.module.css";

/** A post about as a network shows it, and what the network would refuse. */
export function PreviewCard({ preview, name }: { preview: Preview; name: string }) {
  const { t } = useTranslation("social");
  const label = NETWORKS[preview.platform].label;
  return (
    <section className={classes["preview"]} aria-label={t("preview.of", { network: label })}>
      <header>
        <Group gap={8} wrap="nowrap" style={{ minWidth: 0 }}>
          <NetworkIcon platform={preview.platform} />
          <Text fw={600} size="sm" truncate>
            {name || label}
          </Text>
        </Group>
        <Group gap={6} wrap="nowrap">
          {preview.kind !== "post" && <StatusBadge tone="quiet">{t(`kinds.${preview.kind}`)}</StatusBadge>}
          <Count value={preview.length} limit={preview.limit} />
        </Group>
      </header>
      <div className={classes["said"]}>
        {preview.text === "" ? <Text c="dimmed" size="sm" span>{t("preview.empty")}</Text> : partsOf(preview.shown).map((part, at) => (part.marked ? <span key={at} className={classes["tag"]}>{part.text}</span> : <span key={at}>{part.text}</span>))}
        {preview.cut && (
          <Text span c="dimmed" size="sm">
            … {t("preview.more")}
          </Text>
        )}
      </div>
      {preview.media.length > 0 && (
        <div className={classes["media"]} data-count={preview.media.length}>
          {preview.media.slice(0, 4).map((one, at) => (
            <Shown key={at} medium={one} />
          ))}
        </div>
      )}
      {preview.card !== "" && <span className={classes["link"]}>{preview.card}</span>}
      {!preview.clickable_link && preview.text.includes("http") && <span className={classes["link"]}>{t("preview.no_click")}</span>}
      {preview.faults.length > 0 && (
        <ul className={classes["faults"]}>
          {preview.faults.map((one) => (
            <li key={`${one.code}-${one.place}`}>{one.message}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Shown({ medium }: { medium: Medium }) {
  const { t } = useTranslation("social");
  const from = shownFrom(medium);
  return (
    <div className={classes["medium"]}>
      {from !== "" ? (
        <img src={from} alt={medium.alt} loading="lazy" referrerPolicy="no-referrer" />
      ) : medium.kind === "video" ? (
        <IconVideo size={34} role="img" aria-label={medium.alt || t("media.video")} />
      ) : (
        <IconPhoto size={34} role="img" aria-label={medium.alt || t("media.image")} />
      )}
    </div>
  );
}
