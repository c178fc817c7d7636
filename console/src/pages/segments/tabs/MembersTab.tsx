import { Anchor, Button, Card, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconPlus, IconUpload } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useContacts } from "@/api/contacts";
import { useChangeMembers, useMembers, type Segment, type SegmentMember } from "@/api/segments";
import { Failure } from "@/kit/Confirm";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { referencesIn } from "@/kit/references";
import { SearchField } from "@/kit/SearchField";
import { toast } from "@/kit/toast";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { nameOf } from "../../contacts/names";
import { useLookingOn } from "../../contacts/useLookingOn";

type Row = Pick<SegmentMember, "profile" | "name" | "email"> & { since: string | null };

/** Who is in it; of a list also adding and taking off. */
export function MembersTab({ segment }: { segment: Segment }) {
  const { t } = useTranslation("segments");
  const navigate = useNavigate();
  const [{ q }, set] = useUrlState({ q: "" });
  const [adding, open] = useState(false);
  const members = useMembers(segment.id);
  const looked = useLookingOn(useContacts({ q, where: "", segment: segment.id }, q !== ""));
  const change = useChangeMembers();
  const isList = segment.kind === "static";
  const found = { ...looked, items: looked.items.map((one): Row => ({ profile: one.id, name: nameOf(one), email: one.email, since: members.items.find((member) => member.profile === one.id)?.since ?? null })) };
  const columns: Column<Row>[] = [
    {
      key: "name",
      title: t("members.contact"),
      cell: (row) => (
        <>
          <Anchor component={Link} to={`/contacts/${row.profile}`} size="sm" fw={550} c="inherit" tabIndex={-1}>
            {row.name || row.email || row.profile}
          </Anchor>
          <Text size="xs" c="dimmed">
            {row.email || row.profile}
          </Text>
        </>
      ),
    },
    { key: "since", title: t("members.since"), cell: (row) => <When at={row.since} /> },
  ];
  // Taken off at once as far as one sees; the stream needs a moment.
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const list = q === "" ? { ...members, items: members.items.filter((one) => !gone.has(one.profile)) } : found;
  async function remove(contact: string): Promise<void> {
    setGone((before) => new Set([...before, contact]));
    try {
      await change.mutateAsync({ segment: segment.id, contacts: [contact], adding: false });
      toast.done(t("members.removed"));
    } catch (error) {
      setGone((before) => new Set([...before].filter((one) => one !== contact)));
      toast.failed(error);
    }
  }
  return (
    <>
      <DataTable<Row>
        label={t("tab.members")}
        columns={columns}
        list={list}
        rowKey={(row) => row.profile}
        onOpen={(row) => void navigate({ to: "/contacts/$contact", params: { contact: row.profile } })}
        filtered={q !== ""}
        onClearFilters={() => set({ q: "" })}
        empty={<EmptyState compact art="people" title={t("members.none")} text={t(isList ? "members.none_list" : "members.none_rule")} />}
        {...(isList
          ? {
              actions: (row: Row) => (
                <MayButton right="edit" size="compact-xs" variant="subtle" color="red" onClick={() => void remove(row.profile)}>
                  {t("members.remove")}
                </MayButton>
              ),
            }
          : {})}
        filters={
          <>
            <SearchField value={q} onChange={(next) => set({ q: next }, { replace: true })} label={t("members.search")} />
            {isList && (
              <Group ml="auto">
                <Button component={Link} to={`/imports/new?segment=${segment.id}`} variant="default" leftSection={<IconUpload size={16} />}>
                  {t("members.upload")}
                </Button>
                <MayButton right="edit" leftSection={<IconPlus size={16} />} onClick={() => open(true)}>
                  {t("members.add")}
                </MayButton>
              </Group>
            )}
          </>
        }
      />
      <AddModal segment={segment.id} opened={adding} onClose={() => open(false)} onAdded={() => setGone(new Set())} />
    </>
  );
}

const MOST = 1000;

function AddModal({ segment, opened, onClose, onAdded }: { segment: string; opened: boolean; onClose: () => void; onAdded: () => void }) {
  const { t } = useTranslation(["segments", "kit"]);
  const [text, setText] = useState("");
  const change = useChangeMembers();
  const contacts = referencesIn(text);
  async function submit(): Promise<void> {
    const done = await change.mutateAsync({ segment, contacts, adding: true }).catch(() => null);
    if (!done) return;
    onAdded();
    if (done.asked > 0) toast.done(t("members.added", { count: done.asked }));
    setText(done.unknown.join("\n"));
    if (done.unknown.length === 0) onClose();
  }
  const unknown = change.data?.unknown.length ?? 0;
  return (
    <Modal opened={opened} onClose={onClose} title={t("members.add")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Stack>
          <Textarea data-autofocus label={t("members.who")} description={t("members.who_hint")} autosize minRows={5} maxRows={14} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          {unknown > 0 && (
            <Card padding="sm" c="var(--warn)" role="alert">
              {t("members.unknown", { count: unknown })}
            </Card>
          )}
          {change.error && <Failure error={change.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("kit:cancel")}
            </Button>
            <Button type="submit" disabled={contacts.length === 0 || contacts.length > MOST} loading={change.isPending}>
              {t("members.add_count", { count: contacts.length })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
