import { ActionIcon, Anchor, Button, Group, Modal, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCreateKey, useDeleteSource, useRevokeKey, useSource, useWriteKeys, type NewWriteKey, type Source, type WriteKey } from "@/api/sources";
import { Confirm, Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { useForm } from "@/kit/useForm";
import { useMay } from "@/session/me";
import { Card, Loaded } from "../Card";
import classes from "../Settings.module.css";
import { ShownOnce } from "./NewSource";
import { Snippets } from "./Snippets";
import { WebhookCards } from "./WebhookCards";

/** A source with its keys, or its webhook and mapping. */
export function SourceView({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation("settings");
  const source = useSource(id);
  return (
    <>
      <Anchor component="button" type="button" size="sm" w="fit-content" onClick={onBack}>
        <Group gap={6} component="span">
          <IconArrowLeft size={16} aria-hidden />
          {t("source.all")}
        </Group>
      </Anchor>
      <Loaded query={source} height={420}>
        {(found) => (
          <>
            <Group justify="space-between">
              <div>
                <Text fw={650} size="lg">
                  {found.name || found.id}
                </Text>
                <Text size="sm" c="dimmed">
                  {found.description || found.id}
                </Text>
              </div>
              {found.rev > 0 && <DeleteSource source={found} onDone={onBack} />}
            </Group>
            {found.webhook && <WebhookCards key={found.rev} source={found} />}
            <Keys source={found} />
            {!found.webhook && (
              <Card title={t("snippets.title")} text={t("snippets.text")}>
                <Snippets writeKey="YOUR_WRITE_KEY" />
              </Card>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function DeleteSource({ source, onDone }: { source: Source; onDone: () => void }) {
  const { t } = useTranslation("settings");
  const remove = useDeleteSource();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <MayButton right="administer" variant="default" leftSection={<IconTrash size={16} />} onClick={() => setAsking(true)}>
        {t("source.delete")}
      </MayButton>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("source.delete")}
        action={t("source.delete")}
        danger
        phrase={source.id}
        onConfirm={async () => {
          await remove.mutateAsync(source.id);
          onDone();
        }}
      >
        {t("source.delete_text")}
      </Confirm>
    </>
  );
}

function Keys({ source }: { source: Source }) {
  const { t } = useTranslation("settings");
  const keys = useWriteKeys(source.id);
  const revoke = useRevokeKey();
  const may = useMay("administer");
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<NewWriteKey | null>(null);
  const [revoking, setRevoking] = useState<WriteKey | null>(null);
  function close(): void {
    setMaking(false);
    setMade(null);
  }
  return (
    <Card
      title={t("key.title")}
      text={t("key.text")}
      actions={
        <MayButton right="administer" size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setMaking(true)}>
          {t("key.add")}
        </MayButton>
      }
    >
      {keys.error && <Failure error={keys.error} />}
      {!keys.loading && keys.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("key.none")}
        </Text>
      )}
      {keys.items.map((key) => (
        <div key={key.id} className={classes["row"]}>
          <div>
            <Text size="sm" fw={550}>
              {key.name || key.id}
            </Text>
            <Text size="xs" c="dimmed">
              {t("key.created")} <When at={key.created_at} /> · <span className={classes["value"]}>{key.id}</span>
            </Text>
          </div>
          <Group gap="xs">
            <StatusBadge tone={key.revoked ? "quiet" : "good"}>{t(key.revoked ? "key.revoked" : "key.valid")}</StatusBadge>
            {!key.revoked && may && (
              <Tooltip label={t("key.revoke")}>
                <ActionIcon aria-label={`${t("key.revoke")}: ${key.name || key.id}`} onClick={() => setRevoking(key)}>
                  <IconTrash size={16} />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        </div>
      ))}
      <Modal opened={making} onClose={close} size="lg" title={made ? t("key.made") : t("key.add")} closeOnClickOutside={!made} closeButtonProps={{ "aria-label": t("close") }}>
        {made ? <ShownOnce made={made} onDone={close} /> : <NewKeyForm source={source.id} onMade={setMade} />}
      </Modal>
      <Confirm opened={revoking !== null} onClose={() => setRevoking(null)} title={t("key.revoke")} action={t("key.revoke")} danger onConfirm={() => revoke.mutateAsync(revoking?.id ?? "")}>
        {t("key.revoke_text", { name: revoking?.name || revoking?.id || "" })}
      </Confirm>
    </Card>
  );
}

function NewKeyForm({ source, onMade }: { source: string; onMade: (made: NewWriteKey) => void }) {
  const { t } = useTranslation("settings");
  const create = useCreateKey();
  const form = useForm({ name: "" }, async ({ name }) => onMade(await create.mutateAsync({ source, name })));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <Stack>
        <TextInput data-autofocus label={t("key.name")} description={t("key.name_hint")} value={form.values.name} error={form.problem("name")} onChange={(event) => form.set("name", event.currentTarget.value)} />
        {form.failure !== null && <Failure error={form.failure} />}
        <Group justify="flex-end">
          <Button type="submit" loading={form.running}>
            {t("key.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
