import { Alert, Badge, Button, Group, List, Modal, Skeleton, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useContacts, type Contact, type ContactSummary } from "@/api/contacts";
import { useMerge, useMergePreview, type MergePreview } from "@/api/merging";
import { Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { toast } from "@/kit/toast";
import { SearchField } from "@/kit/SearchField";
import { Avatar } from "./Avatar";
import classes from "./Contacts.module.css";
import { fieldsOfTwo } from "./merge";
import { nameOf, underName } from "./names";
import { plainText } from "./value";

export interface MergeModalProps {
  opened: boolean;
  contact: Contact;
  /** Id of the other; empty: still to be found. */
  other: string;
  onOther: (other: string) => void;
  onClose: () => void;
}

/** Finds the other contact, shows what would become of both, and merges them. */
export function MergeModal({ opened, contact, other, onOther, onClose }: MergeModalProps) {
  const { t } = useTranslation(["contacts", "kit"]);
  return (
    <Modal opened={opened} onClose={onClose} size={860} title={t("merge.title", { name: nameOf(contact) })} closeButtonProps={{ "aria-label": t("kit:close") }}>
      {opened && (other === "" ? <Find contact={contact} onFound={onOther} /> : <Preview contact={contact} other={other} onBack={() => onOther("")} onDone={onClose} />)}
    </Modal>
  );
}

function Find({ contact, onFound }: { contact: Contact; onFound: (other: string) => void }) {
  const { t } = useTranslation("contacts");
  const [q, look] = useState("");
  const [typed, type] = useState("");
  const found = useContacts({ q: q || nameOf(contact), where: "", segment: "" });
  const others = found.items.filter((one) => one.id !== contact.id).slice(0, 8);
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t("merge.find_text")}
      </Text>
      <SearchField value={q} onChange={look} label={t("merge.find")} width={420} />
      <Stack gap={0} role="list" aria-label={t("merge.candidates")}>
        {found.loading && <Skeleton h={120} radius="md" />}
        {others.map((one) => (
          <Candidate key={one.id} contact={one} onChoose={() => onFound(one.id)} />
        ))}
        {!found.loading && others.length === 0 && (
          <Text size="sm" c="dimmed" role="status">
            {t("merge.nobody")}
          </Text>
        )}
      </Stack>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== "") onFound(typed.trim());
        }}
      >
        <Group align="flex-end">
          <TextInput flex={1} label={t("merge.by_id")} value={typed} onChange={(event) => type(event.currentTarget.value)} />
          <Button type="submit" variant="default" disabled={typed.trim() === ""}>
            {t("merge.look")}
          </Button>
        </Group>
      </form>
    </Stack>
  );
}

function Candidate({ contact, onChoose }: { contact: ContactSummary; onChoose: () => void }) {
  const { t } = useTranslation("contacts");
  return (
    <Group role="listitem" justify="space-between" wrap="nowrap" py={8} style={{ borderTop: "1px solid var(--line)" }}>
      <Group gap="sm" wrap="nowrap">
        <Avatar contact={contact} />
        <div>
          <Text size="sm" fw={550}>
            {nameOf(contact)}
          </Text>
          <Text size="xs" c="dimmed">
            {underName(contact)}
          </Text>
        </div>
      </Group>
      <Button size="xs" variant="default" onClick={onChoose} aria-label={t("merge.compare_with", { name: nameOf(contact) })}>
        {t("merge.compare")}
      </Button>
    </Group>
  );
}

function Preview({ contact, other, onBack, onDone }: { contact: Contact; other: string; onBack: () => void; onDone: () => void }) {
  const { t } = useTranslation("contacts");
  const preview = useMergePreview(contact.id, other);
  const merge = useMerge(contact.id);
  const navigate = useNavigate();
  async function submit(): Promise<void> {
    const done = await merge.mutateAsync(other).catch(() => null);
    if (!done) return;
    toast.done(t("merge.done"));
    onDone();
    if (done.contact.id !== contact.id) void navigate({ to: "/contacts/$contact", params: { contact: done.contact.id } });
  }
  return (
    <Stack>
      {preview.isPending && <Skeleton h={260} radius="md" />}
      {preview.error && <Failure error={preview.error} />}
      {preview.data && <SideBySide preview={preview.data} />}
      {merge.error && <Failure error={merge.error} />}
      <Group justify="space-between">
        <Button variant="subtle" onClick={onBack}>
          {t("merge.other")}
        </Button>
        <MayButton right="edit" leftSection={<IconGitMerge size={16} />} disabled={!preview.data} loading={merge.isPending} onClick={() => void submit()}>
          {t("merge.submit")}
        </MayButton>
      </Group>
    </Stack>
  );
}

/** Both contacts and the one they would become; whose value stays is marked. */
export function SideBySide({ preview }: { preview: MergePreview }) {
  const { t } = useTranslation("contacts");
  return (
    <Stack gap="sm">
      {preview.against.length > 0 && (
        <Alert color="yellow" variant="light" title={t("merge.against")}>
          <List size="sm">
            {preview.against.map((reason) => (
              <List.Item key={reason}>{reason.replaceAll("_", " ")}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Table.ScrollContainer minWidth={600}>
        <Table verticalSpacing={6} layout="fixed" aria-label={t("merge.fields")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="20%">{t("merge.field")}</Table.Th>
              <Table.Th>
                {nameOf(preview.winner)} <Badge size="xs" tt="none">{t("merge.stays")}</Badge>
              </Table.Th>
              <Table.Th>
                {nameOf(preview.loser)} <Badge size="xs" color="gray" tt="none">{t("merge.goes")}</Badge>
              </Table.Th>
              <Table.Th>{t("merge.result")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fieldsOfTwo(preview).map((row) => (
              <Table.Tr key={row.name} style={row.kept === "both" ? { color: "var(--quiet)" } : {}}>
                <Table.Th scope="row" fw={550} fz="sm" style={{ overflowWrap: "anywhere" }}>
                  {row.name}
                </Table.Th>
                <Side value={row.winner} kept={row.kept === "winner"} lost={row.kept === "loser"} />
                <Side value={row.loser} kept={row.kept === "loser"} lost={row.kept === "winner"} />
                <Table.Td fz="sm" fw={row.kept === "both" ? 400 : 550} style={{ overflowWrap: "anywhere" }}>
                  {plainText(row.result) || "—"}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed">
        {t("merge.hint")}
      </Text>
    </Stack>
  );
}

function Side({ value, kept, lost }: { value: unknown; kept: boolean; lost: boolean }) {
  const { t } = useTranslation("contacts");
  const text = plainText(value);
  return (
    <Table.Td fz="sm" className={kept && text ? (classes["winner"] ?? "") : ""} style={{ overflowWrap: "anywhere" }}>
      {text === "" ? "—" : <span className={lost ? classes["lost"] : ""}>{text}</span>}
      {kept && text !== "" && <span className="unseen"> {t("merge.kept")}</span>}
    </Table.Td>
  );
}
