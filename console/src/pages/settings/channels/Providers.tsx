import { ActionIcon, Alert, Button, Group, Menu, Stack, Text, ThemeIcon, Tooltip } from "@mantine/core";
import { IconBrandAws, IconDots, IconKey, IconPencil, IconPlug, IconPlus, IconSend, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useProviderStates, useSaveChannel, type Channel, type Provider, type ProviderState } from "@/api/channels";
import { Confirm } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { useMay } from "@/session/me";
import { Card } from "../Card";
import classes from "../Settings.module.css";
import { ProviderDialog } from "./ProviderDialog";
import { SecretsDialog, TestDialog } from "./ProviderSmall";

export const AWS_KINDS = new Set(["ses", "eum", "sns"]);

/** How a provider stands: what the settings say, and how it fared lately. */
export function standingOf(provider: Provider, needsSecrets: boolean, state: ProviderState | undefined): { name: "off" | "no_secrets" | "rests" | "failing" | "ready"; tone: Tone } {
  if (!provider.enabled) return { name: "off", tone: "quiet" };
  if (needsSecrets && provider.secrets_set_at === null) return { name: "no_secrets", tone: "bad" };
  if (state?.rests_until) return { name: "rests", tone: "bad" };
  return state && state.failures > 0 ? { name: "failing", tone: "warn" } : { name: "ready", tone: "good" };
}

type Open = { what: "edit" | "secrets" | "test" | "remove"; provider: Provider } | { what: "add" } | null;

/** By whom a channel's messages go out. */
export function Providers({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const states = useProviderStates(channel.channel, channel.settings.providers.length > 0);
  const save = useSaveChannel(channel.channel);
  const [open, setOpen] = useState<Open>(null);
  const { providers, streams } = channel.settings;
  const kindOf = (name: string) => channel.kinds.find((one) => one.kind === name);
  const close = (): void => setOpen(null);
  function remove(id: string): Promise<unknown> {
    const left = Object.fromEntries(Object.entries(streams).flatMap(([stream, ids]) => {
      const rest = ids.filter((one) => one !== id);
      return rest.length > 0 ? [[stream, rest]] : [];
    }));
    return save.mutateAsync({ settings: { ...channel.settings, providers: providers.filter((one) => one.id !== id), streams: left }, rev: channel.rev });
  }
  return (
    <Card
      title={t("providers.title")}
      text={t("providers.text")}
      actions={
        <MayButton right="administer" size="xs" leftSection={<IconPlus size={14} />} onClick={() => setOpen({ what: "add" })}>
          {t("providers.add")}
        </MayButton>
      }
    >
      {providers.length === 0 ? (
        <Default channel={channel} />
      ) : (
        providers.map((provider) => {
          const kind = kindOf(provider.kind);
          const state = states.data?.find((one) => one.provider === provider.id);
          const { name, tone } = standingOf(provider, (kind?.secrets.length ?? 0) > 0, state);
          return (
            <div key={provider.id} className={classes["row"]}>
              <Group wrap="nowrap" align="flex-start">
                <ThemeIcon variant="light" size={36} color={provider.enabled ? "brand" : "gray"}>
                  {AWS_KINDS.has(provider.kind) ? <IconBrandAws size={20} stroke={1.6} /> : <IconPlug size={20} stroke={1.6} />}
                </ThemeIcon>
                <Stack gap={2}>
                  <Text fw={600} size="sm">
                    {kind?.label ?? provider.kind}{" "}
                    <Text span ff="monospace" size="xs" c="dimmed">
                      {provider.id}
                    </Text>
                  </Text>
                  <Text size="sm" c="dimmed">
                    {t(`providers.about.${provider.kind}`, { defaultValue: "" })}
                  </Text>
                  {name === "rests" && (
                    <Text size="xs" c="red">
                      {t("providers.rests", { count: state?.failures ?? 0 })} <When at={state?.rests_until} />
                    </Text>
                  )}
                  {name === "failing" && (
                    <Text size="xs" c="dimmed">
                      {t("providers.failing", { count: state?.failures ?? 0 })}
                    </Text>
                  )}
                  {(kind?.secrets.length ?? 0) > 0 && (
                    <Text size="xs" c="dimmed">
                      {provider.secrets_set_at === null ? t("providers.secrets_missing") : t("providers.secrets_set")} {provider.secrets_set_at !== null && <When at={provider.secrets_set_at} />}
                    </Text>
                  )}
                </Stack>
              </Group>
              <Group gap="xs" wrap="nowrap">
                <StatusBadge tone={tone}>{t(`providers.state.${name}`)}</StatusBadge>
                <Actions provider={provider} secrets={(kind?.secrets.length ?? 0) > 0} testable={channel.channel === "email"} onOpen={(what) => setOpen({ what, provider })} />
              </Group>
            </div>
          );
        })
      )}
      {open?.what === "add" && <ProviderDialog channel={channel} onClose={close} onSecrets={(provider) => setOpen({ what: "secrets", provider })} />}
      {open?.what === "edit" && <ProviderDialog channel={channel} provider={open.provider} onClose={close} />}
      {open?.what === "secrets" && <SecretsDialog channel={channel} provider={open.provider} onClose={close} />}
      {open?.what === "test" && <TestDialog channel={channel.channel} provider={open.provider} onClose={close} />}
      <Confirm opened={open?.what === "remove"} onClose={close} danger title={t("providers.remove_title", { id: open?.what === "remove" ? open.provider.id : "" })} action={t("providers.remove")} onConfirm={() => (open?.what === "remove" ? remove(open.provider.id) : Promise.resolve())}>
        {t("providers.remove_text")}
      </Confirm>
    </Card>
  );
}

function Actions({ provider, secrets, testable, onOpen }: { provider: Provider; secrets: boolean; testable: boolean; onOpen: (what: "edit" | "secrets" | "test" | "remove") => void }) {
  const { t } = useTranslation("channels");
  const may = useMay("administer");
  if (!may) return null;
  return (
    <>
      {testable && (
        <Tooltip label={t("providers.test")}>
          <ActionIcon aria-label={`${t("providers.test")}: ${provider.id}`} onClick={() => onOpen("test")}>
            <IconSend size={16} />
          </ActionIcon>
        </Tooltip>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t("providers.more", { id: provider.id })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onOpen("edit")}>
            {t("providers.edit")}
          </Menu.Item>
          {secrets && (
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => onOpen("secrets")}>
              {t("providers.set_secrets")}
            </Menu.Item>
          )}
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => onOpen("remove")}>
            {t("providers.remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** What sends while nothing is set. */
function Default({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const label = channel.kinds.find((one) => one.kind === channel.default)?.label ?? channel.default ?? "";
  if (channel.channel === "push") {
    return (
      <Alert variant="light" color="brand" icon={<IconKey size={18} />} title={t("default.push_title")}>
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{t("default.push")}</Text>
          <Button component={Link} to="/settings/push" size="xs" variant="default">
            {t("default.push_link")}
          </Button>
        </Stack>
      </Alert>
    );
  }
  return (
    <Alert variant="light" color="brand" icon={<IconBrandAws size={18} />} title={t("default.title", { label })}>
      {t(`default.${channel.channel}`)}
    </Alert>
  );
}
