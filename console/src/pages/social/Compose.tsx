import { ActionIcon, Button, Group, Menu, Select, Stack, Tabs, Text, TextInput, Textarea } from "@mantine/core";
import { IconHash, IconPhotoPlus, IconTrash, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSuggest, type Account, type Medium, type Platform } from "@/api/social";
import { Amount } from "@/kit/Amount";
import { Failure } from "@/kit/Confirm";
import { PicturePicker } from "@/pages/templates/editor/PicturePicker";
import { AccountName, NETWORKS } from "./networks";
import { emptyMedium, overridden, pictured, withHashtag, type Composed } from "./drafting";
import classes from "./Social.module.css";

export interface ComposeProps {
  value: Composed;
  set: (change: Partial<Composed>) => void;
  accounts: readonly Account[];
  readOnly: boolean;
}

const SCHEME = "https://";
const KINDS = ["post", "story", "reel"] as const;

/** Where it goes and what it says. */
export function Compose({ value, set, accounts, readOnly }: ComposeProps) {
  const { t } = useTranslation("social");
  const chosen = accounts.filter((one) => value.accounts.includes(one.id));
  const platforms = [...new Set(chosen.map((one) => one.platform))];
  const [tab, setTab] = useState("all");
  const shown = tab !== "all" && !platforms.includes(tab as Platform) ? "all" : tab;
  return (
    <Stack>
      <Accounts value={value} set={set} accounts={accounts} readOnly={readOnly} />
      <Tabs value={shown} onChange={(next) => setTab(next ?? "all")} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="all">{t("compose.all")}</Tabs.Tab>
          {platforms.length > 1 &&
            platforms.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {NETWORKS[one].label}
                {value.overrides[one]?.text !== undefined && <span aria-label={t("compose.differs")}> •</span>}
              </Tabs.Tab>
            ))}
        </Tabs.List>
        <Tabs.Panel value="all" pt="sm">
          <Textarea
            autosize
            minRows={6}
            maxRows={18}
            label={t("compose.text")}
            placeholder={t("compose.placeholder")}
            value={value.text}
            onChange={(event) => set({ text: event.currentTarget.value })}
            readOnly={readOnly}
          />
        </Tabs.Panel>
        {platforms.map((one) => (
          <Tabs.Panel key={one} value={one} pt="sm">
            <Own platform={one} value={value} set={set} readOnly={readOnly} />
          </Tabs.Panel>
        ))}
      </Tabs>
      {!readOnly && <Hashtags value={value} set={set} account={chosen[0]} />}
      <Group grow align="flex-start">
        <TextInput label={t("compose.link")} placeholder={SCHEME} value={value.link} onChange={(event) => set({ link: event.currentTarget.value })} readOnly={readOnly} />
        <Select label={t("compose.kind")} data={KINDS.map((one) => ({ value: one, label: t(`kinds.${one}`) }))} value={value.kind} onChange={(kind) => set({ kind: (kind ?? "post") })} disabled={readOnly} allowDeselect={false} />
      </Group>
      <Media media={value.media} set={(media) => set({ media })} readOnly={readOnly} />
    </Stack>
  );
}

function Accounts({ value, set, accounts, readOnly }: ComposeProps) {
  const { t } = useTranslation("social");
  const turn = (id: string, on: boolean): void => set({ accounts: on ? [...value.accounts, id] : value.accounts.filter((one) => one !== id) });
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={550} mb={6}>
        {t("compose.accounts")}
      </Text>
      <div className={classes["cards"]} style={{ gridTemplateColumns: "repeat(auto-fill, minmax(210px, 1fr))", gap: 8 }}>
        {accounts.map((one) => {
          const usable = one.state === "connected" || one.state === "expiring";
          return (
            <label key={one.id} className={classes["choice"]}>
              <input type="checkbox" checked={value.accounts.includes(one.id)} disabled={readOnly || (!usable && !value.accounts.includes(one.id))} onChange={(event) => turn(one.id, event.currentTarget.checked)} />
              <AccountName platform={one.platform} name={one.name} handle={usable ? one.handle : ""} />
              {!usable && (
                <Text size="xs" c="red">
                  {t(`accounts.state.${one.state}`)}
                </Text>
              )}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

/** The text of one network, where it is not that of all. */
function Own({ platform, value, set, readOnly }: { platform: Platform; value: Composed; set: ComposeProps["set"]; readOnly: boolean }) {
  const { t } = useTranslation("social");
  const own = value.overrides[platform]?.text;
  const change = (text: string | undefined): void => set({ overrides: overridden(value.overrides, platform, text) });
  return (
    <Stack gap="xs">
      <Textarea
        autosize
        minRows={6}
        maxRows={18}
        label={t("compose.own", { network: NETWORKS[platform].label })}
        description={own === undefined ? t("compose.same") : undefined}
        value={own ?? value.text}
        onChange={(event) => change(event.currentTarget.value)}
        readOnly={readOnly}
      />
      {own !== undefined && !readOnly && (
        <Button w="fit-content" size="xs" variant="subtle" leftSection={<IconX size={14} />} onClick={() => change(undefined)}>
          {t("compose.back")}
        </Button>
      )}
    </Stack>
  );
}

function Hashtags({ value, set, account }: { value: Composed; set: ComposeProps["set"]; account: Account | undefined }) {
  const { t } = useTranslation("social");
  const suggest = useSuggest();
  const found = suggest.data;
  return (
    <Stack gap={6}>
      <Button
        w="fit-content"
        size="xs"
        variant="default"
        leftSection={<IconHash size={14} />}
        loading={suggest.isPending}
        disabled={value.text.trim() === "" || account === undefined}
        onClick={() => account && suggest.mutate({ text: value.text, account: account.id, platform: account.platform })}
      >
        {t("compose.suggest")}
      </Button>
      {suggest.error && <Failure error={suggest.error} />}
      {found && (
        <div role="status">
          {found.items.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("compose.no_tags", { count: found.learnt_from })}
            </Text>
          ) : (
            <Group gap={6}>
              {found.items.map((one) => (
                <Button key={one.tag} size="compact-sm" variant="light" onClick={() => set({ text: withHashtag(value.text, one.tag) })} aria-label={t("compose.add_tag", { tag: one.tag })}>
                  #{one.tag}
                  <Text span size="xs" c="dimmed" ml={6}>
                    <Amount value={one.lift} digits={1} />×
                  </Text>
                </Button>
              ))}
            </Group>
          )}
        </div>
      )}
    </Stack>
  );
}

function Media({ media, set, readOnly }: { media: readonly Medium[]; set: (media: Medium[]) => void; readOnly: boolean }) {
  const { t } = useTranslation("social");
  const [picking, pick] = useState(false);
  const change = (at: number, to: Medium): void => set(media.map((one, place) => (place === at ? to : one)));
  return (
    <Stack gap="xs">
      {media.map((one, at) => (
        <Group key={at} align="flex-end" wrap="nowrap">
          <TextInput style={{ flex: 2 }} label={t(`media.${one.kind}_url`)} placeholder={SCHEME} value={one.url} onChange={(event) => change(at, { kind: one.kind, alt: one.alt, url: event.currentTarget.value })} readOnly={readOnly} />
          <TextInput style={{ flex: 2 }} label={t("media.alt")} value={one.alt} onChange={(event) => change(at, { ...one, alt: event.currentTarget.value })} readOnly={readOnly} />
          {!readOnly && (
            <ActionIcon size={36} color="red" aria-label={t("media.remove", { number: at + 1 })} onClick={() => set(media.filter((_, place) => place !== at))}>
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      {!readOnly && (
        <Menu>
          <Menu.Target>
            <Button w="fit-content" size="xs" variant="default" leftSection={<IconPhotoPlus size={14} />}>
              {t("media.add")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => pick(true)}>{t("media.own")}</Menu.Item>
            <Menu.Item onClick={() => set([...media, emptyMedium("image")])}>{t("media.add_image")}</Menu.Item>
            <Menu.Item onClick={() => set([...media, emptyMedium("video")])}>{t("media.add_video")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {picking && <PicturePicker sized={false} onPick={({ picture, alt }) => set([...media, pictured(picture, alt)])} onClose={() => pick(false)} />}
    </Stack>
  );
}
