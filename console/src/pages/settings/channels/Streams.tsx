import { ActionIcon, Badge, Button, Group, Select, SimpleGrid, Stack, Text, Tooltip } from "@mantine/core";
import { IconArrowUp, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { STREAMS, useSaveChannel, type Channel, type StreamName } from "@/api/channels";
import { useForm } from "@/kit/useForm";
import { useMay } from "@/session/me";
import { FormCard } from "../Card";
import { moved } from "./schema";

/** Which stream goes by which provider, and who is asked next. */
export function Streams({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel(channel.channel);
  const { providers, streams } = channel.settings;
  const form = useForm({ marketing: streams.marketing ?? [], transactional: streams.transactional ?? [] }, (values) =>
    save.mutateAsync({ settings: { ...channel.settings, streams: Object.fromEntries(STREAMS.flatMap((stream) => (values[stream].length > 0 ? [[stream, values[stream]]] : []))) }, rev: channel.rev }),
  );
  if (providers.length === 0) return null;
  return (
    <FormCard form={form} right="administer" title={t("streams.title")} text={t("streams.text")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        {STREAMS.map((stream) => (
          <Route key={stream} stream={stream} ids={form.values[stream]} known={providers.map((one) => one.id)} onChange={(ids) => form.set(stream, ids)} />
        ))}
      </SimpleGrid>
    </FormCard>
  );
}

function Route({ stream, ids, known, onChange }: { stream: StreamName; ids: readonly string[]; known: readonly string[]; onChange: (ids: string[]) => void }) {
  const { t } = useTranslation("channels");
  const may = useMay("administer");
  const shown = ids.length > 0 ? ids : known;
  const free = known.filter((id) => !ids.includes(id));
  return (
    <Stack gap="xs">
      <div>
        <Text fw={600} size="sm">
          {t(`streams.${stream}`)}
        </Text>
        <Text size="xs" c="dimmed">
          {t(ids.length > 0 ? "streams.own" : "streams.all")}
        </Text>
      </div>
      <Stack component="ol" gap={6} m={0} p={0} style={{ listStyle: "none" }} aria-label={t(`streams.${stream}`)}>
        {shown.map((id, at) => (
          <Group key={id} component="li" gap="xs" wrap="nowrap" mih={32}>
            <Badge variant="default" circle aria-hidden>
              {at + 1}
            </Badge>
            <Text size="sm" ff="monospace" flex={1}>
              {id}
            </Text>
            <Text size="xs" c="dimmed">
              {t(at === 0 ? "streams.first" : "streams.next")}
            </Text>
            {may && ids.length > 0 && (
              <>
                <Tooltip label={t("streams.up")}>
                  <ActionIcon aria-label={`${t("streams.up")}: ${id}`} disabled={at === 0} onClick={() => onChange(moved(ids, at, -1))}>
                    <IconArrowUp size={16} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label={t("streams.out")}>
                  <ActionIcon aria-label={`${t("streams.out")}: ${id}`} onClick={() => onChange(ids.filter((one) => one !== id))}>
                    <IconX size={16} />
                  </ActionIcon>
                </Tooltip>
              </>
            )}
          </Group>
        ))}
      </Stack>
      {may && ids.length === 0 && known.length > 1 && (
        <Button size="xs" variant="default" w="fit-content" onClick={() => onChange([...known])}>
          {t("streams.choose")}
        </Button>
      )}
      {may && ids.length > 0 && free.length > 0 && <Select size="xs" w={200} aria-label={t("streams.add_to", { stream: t(`streams.${stream}`) })} placeholder={t("streams.add")} data={free} value={null} onChange={(id) => id && onChange([...ids, id])} />}
    </Stack>
  );
}
