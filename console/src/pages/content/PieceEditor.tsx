import { ActionIcon, Alert, Anchor, Code, Group, SimpleGrid, Text, TextInput, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconDeviceFloppy, IconTrash } from "@tabler/icons-react";
import { Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { content, useContentChanged, type ContentPiece, type Json, type Shelf } from "@/api/content";
import { readable } from "@/api/documents";
import { Confirm, Failure } from "@/kit/Confirm";
import { CopyButton } from "@/kit/CopyButton";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { useForm } from "@/kit/useForm";
import { useMay } from "@/session/me";
import { BlockForm } from "./BlockForm";
import { callOf } from "./calls";
import classes from "./Content.module.css";
import { text } from "./fields";
import { SnippetForm } from "./SnippetForm";
import { SourceForm } from "./SourceForm";

const FORMS = { snippets: SnippetForm, blocks: BlockForm, sources: SourceForm };

/** One piece: its form, how messages put it in, and who does. */
export function PieceEditor({ shelf, piece }: { shelf: Shelf; piece: ContentPiece }) {
  const { t } = useTranslation("content");
  const navigate = useNavigate();
  const changed = useContentChanged();
  const may = useMay("edit");
  const [rev, setRev] = useState(piece.rev);
  const [removing, setRemoving] = useState(false);
  const form = useForm<{ piece: Json }>({ piece: piece.piece }, async ({ piece: document }) => {
    const saved = await content.save(shelf, piece.id, (await readable(document)) as Json, rev);
    setRev(saved.rev);
    await changed();
  });
  const { piece: value } = form.values;
  const readOnly = !may || piece.managed_by === "git";
  useBlocker({ shouldBlockFn: () => form.changed && !removing && !window.confirm(t("leave")), enableBeforeUnload: () => form.changed });
  const save = (): void => {
    if (!readOnly && form.changed) void form.submit();
  };
  useHotkeys([["mod+S", save]], []);
  const Form = FORMS[shelf];
  const name = text(value, "name") || piece.id;
  const dialect = text(value, "dialect") || "jinja2";
  const call = callOf(shelf, piece.id, dialect);
  const set = (changes: Json): void => form.set("piece", { ...value, ...changes });
  return (
    <Page
      title={name}
      crumbs={[{ label: t(`tab.${shelf}`), to: `/content/${shelf}` as "/content/{-$shelf}" }]}
      beside={<Text size="xs" c={form.changed ? "var(--warn)" : "dimmed"} role="status">{t(piece.managed_by === "git" ? "state.git" : !may ? "state.viewer" : form.changed ? "state.changed" : "state.saved")}</Text>}
      actions={
        <>
          {readOnly ? null : (
            <Tooltip label={t("remove.action")}>
              <ActionIcon size="lg" aria-label={t("remove.action")} onClick={() => setRemoving(true)}>
                <IconTrash size={18} />
              </ActionIcon>
            </Tooltip>
          )}
          <MayButton right="edit" leftSection={<IconDeviceFloppy size={16} />} disabled={readOnly || !form.changed} loading={form.running} onClick={save}>
            {t("save")}
          </MayButton>
        </>
      }
    >
      {form.failure === null ? null : <Failure error={form.failure} />}
      <div className={classes["editor"]}>
        <div className={classes["main"]}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <TextInput label={t("field.name")} value={text(value, "name")} maxLength={120} readOnly={readOnly} onChange={(event) => set({ name: event.currentTarget.value })} />
            <TextInput label={t("field.description")} value={text(value, "description")} maxLength={1000} readOnly={readOnly} onChange={(event) => set({ description: event.currentTarget.value })} />
          </SimpleGrid>
          <Form value={value} onChange={set} readOnly={readOnly} problems={problemsOf(form.failure)} onSave={save} />
        </div>
        <aside className={classes["aside"]} aria-label={t("use.title")}>
          <section className={classes["card"]}>
            <Text component="h2" size="sm" fw={650}>
              {t("use.title")}
            </Text>
            <Text size="xs" c="dimmed">
              {t(`use.${shelf}`)}
            </Text>
            <Group gap={6} wrap="nowrap">
              <Code className={classes["call"] ?? ""}>{call}</Code>
              <CopyButton value={call} icon />
            </Group>
          </section>
          <section className={classes["card"]}>
            <Text component="h2" size="sm" fw={650}>
              {t("users.title")}
            </Text>
            {piece.used_by.length === 0 ? (
              <Text size="xs" c="dimmed">
                {t("users.none")}
              </Text>
            ) : (
              <ul className={classes["users"]}>
                {piece.used_by.map((one) => (
                  <li key={`${one.kind}/${one.id}`}>
                    <Anchor component={Link} size="sm" to={one.kind === "templates" ? `/templates/${one.id}` : `/content/${one.kind}/${one.id}`}>
                      {one.name}
                    </Anchor>
                    <Text span size="xs" c="dimmed">
                      {" "}
                      {t(`users.${one.kind}`)}
                    </Text>
                  </li>
                ))}
              </ul>
            )}
            <Text size="xs" c="dimmed">
              {t("users.minute")}
            </Text>
          </section>
        </aside>
      </div>
      <Confirm
        opened={removing}
        onClose={() => setRemoving(false)}
        title={t("remove.title", { name })}
        action={t("remove.action")}
        danger
        onConfirm={async () => {
          await content.remove(shelf, piece.id);
          await changed();
          await navigate({ to: "/content/{-$shelf}", params: { shelf } });
        }}
      >
        {piece.used_by.length > 0 ? (
          <Alert color="orange" variant="light">
            {t("remove.used", { count: piece.used_by.length })}
          </Alert>
        ) : (
          t("remove.text")
        )}
      </Confirm>
    </Page>
  );
}

function problemsOf(failure: unknown): ReadonlyMap<string, string> {
  const places = failure !== null && typeof failure === "object" && "places" in failure ? (failure as { places: () => { place?: string; message: string }[] }).places() : [];
  return new Map(places.map((one) => [one.place ?? "", one.message]));
}

