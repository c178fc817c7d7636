import { Card, Group, Skeleton, Text, ThemeIcon } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconEye, IconMailX, IconPlayerPause, IconPlayerStop, IconUnlink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNames } from "@/api/workflows";
import classes from "./Home.module.css";
import type { Concern } from "./attention";

const LOOKS = {
  stopped: { icon: IconPlayerStop, colour: "red" },
  bounced: { icon: IconMailX, colour: "orange" },
  complained: { icon: IconMailX, colour: "red" },
  failed: { icon: IconAlertTriangle, colour: "red" },
  poison: { icon: IconUnlink, colour: "orange" },
  review: { icon: IconEye, colour: "brand" },
  paused: { icon: IconPlayerPause, colour: "yellow" },
} as const;

function placeOf(concern: Concern): string {
  switch (concern.kind) {
    case "stopped":
      return "/settings";
    case "bounced":
    case "complained":
      return "/contacts";
    case "poison":
      return "/events?tab=broken";
    default:
      return `/workflows/${concern.workflow}`;
  }
}

/** What needs somebody; nothing needs anybody is good news, and said. */
export function Attention({ concerns }: { concerns: readonly Concern[] | undefined }) {
  const { t } = useTranslation("home");
  const names = useNames();
  if (!concerns) return <Skeleton h={120} radius="md" />;
  if (concerns.length === 0) {
    return (
      <Card padding="md">
        <Group gap="sm" wrap="nowrap">
          <IconCircleCheck color="var(--good)" aria-hidden />
          <Text size="sm">{t("attention.none")}</Text>
        </Group>
      </Card>
    );
  }
  return (
    <Card padding={0} component="ul" className={classes["list"] ?? ""}>
      {concerns.map((one, place) => {
        const { icon: Icon, colour } = LOOKS[one.kind];
        const words = {
          name: "name" in one ? one.name : "",
          count: "count" in one ? one.count : 0,
          who: "by" in one ? names(one.by) : "",
        };
        const title = "over" in one ? t(`attention.${one.kind}.${one.over ? "over" : "near"}`) : t(`attention.${one.kind}.title`, words);
        return (
          <li key={place}>
            <Link to={placeOf(one)} className={classes["row"]}>
              <ThemeIcon variant="light" color={colour} size={32} radius="md">
                <Icon size={17} aria-hidden />
              </ThemeIcon>
              <div className={classes["grow"]}>
                <Text size="sm" fw={550} lineClamp={2}>
                  {title}
                </Text>
                <Text size="xs" c="dimmed">
                  {t(`attention.${one.kind}.text`, words)}
                </Text>
              </div>
            </Link>
          </li>
        );
      })}
    </Card>
  );
}
