import { Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconAddressBook, IconBell, IconBrandWhatsapp, IconMail, IconMessage, IconPlug, IconShare, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNodeTypes, type NodeType } from "@/api/settings";
import { StatusBadge } from "@/kit/StatusBadge";
import { Card, Loaded } from "../Card";
import classes from "../Settings.module.css";

const ICONS: Record<string, Icon> = { email: IconMail, sms: IconMessage, push: IconBell, whatsapp: IconBrandWhatsapp, social_post: IconShare, social_media_post: IconShare, crm_create: IconAddressBook };

export interface ChannelState {
  key: string;
  label: string;
  works: boolean;
  /** Why not, by the server. */
  missing: string;
  steps: string[];
}

/** Which channels the server's steps send on, and whether they can here; steps that lack a connection are listed by themselves. */
export function channelsOf(types: readonly Pick<NodeType, "type" | "label" | "sends" | "available" | "missing">[]): ChannelState[] {
  const found = new Map<string, ChannelState>();
  for (const { type, label, sends, available, missing } of types) {
    if (sends === "" && available) continue;
    const key = sends || missing || type;
    const known = found.get(key);
    if (known) {
      known.steps.push(label);
      known.works ||= available;
    } else found.set(key, { key: sends || type, label, works: available, missing, steps: [label] });
  }
  return [...found.values()].sort((one, other) => Number(other.works) - Number(one.works) || one.key.localeCompare(other.key));
}

/** Which kinds of steps work on this deployment. */
export function Capabilities() {
  const { t } = useTranslation("settings");
  const types = useNodeTypes();
  return (
    <Loaded query={types} height={320}>
      {(list) => (
        <Card title={t("channels.title")} text={t("channels.text")}>
          {channelsOf(list).map((channel) => {
            const Shown = ICONS[channel.key] ?? IconPlug;
            return (
              <div key={channel.key} className={classes["row"]}>
                <Group wrap="nowrap" align="flex-start">
                  <ThemeIcon variant="light" size={36} color={channel.works ? "brand" : "gray"}>
                    <Shown size={20} stroke={1.6} />
                  </ThemeIcon>
                  <Stack gap={2}>
                    <Text fw={600} size="sm">
                      {t(`channels.name.${channel.key}`, { defaultValue: channel.label })}
                    </Text>
                    <Text size="sm" c="dimmed">
                      {channel.works ? t("channels.works") : channel.missing}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {t("channels.steps", { steps: channel.steps.join(", ") })}
                    </Text>
                  </Stack>
                </Group>
                <StatusBadge tone={channel.works ? "good" : "quiet"}>{t(channel.works ? "channels.on" : "channels.off")}</StatusBadge>
              </div>
            );
          })}
        </Card>
      )}
    </Loaded>
  );
}
