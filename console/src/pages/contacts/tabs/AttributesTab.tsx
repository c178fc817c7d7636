import { ActionIcon, Button, Card, Group, Modal, Select, Skeleton, Stack, Table, Text, Title, Tooltip } from "@mantine/core";
import { IconPencil, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAttributes, useSaveContact, type Attribute, type Contact } from "@/api/contacts";
import { Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { SearchField } from "@/kit/SearchField";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { useMay } from "@/session/me";
import { grouped, identityOf, type Known } from "../attributes";
import { AttributeInput, readValue, typedOf, Value } from "../value";

/** What is known of the contact, by family, and who told it. */
export function AttributesTab({ contact }: { contact: Contact }) {
  const { t } = useTranslation(["contacts", "kit"]);
  const registry = useAttributes();
  const may = useMay("edit");
  const [{ attribute: looked }, set] = useUrlState({ attribute: "" });
  const [edited, edit] = useState<string | null>(null);
  if (registry.isPending) return <Skeleton h={320} radius="md" />;
  const families = grouped(contact, registry.data ?? [], looked);
  return (
    <Stack>
      <Group justify="space-between">
        <SearchField value={looked} onChange={(attribute) => set({ attribute }, { replace: true })} label={t("attributes.search")} />
        <MayButton right="edit" variant="default" leftSection={<IconPlus size={16} />} onClick={() => edit("")}>
          {t("attributes.add")}
        </MayButton>
      </Group>
      {families.length === 0 && <Text c="dimmed">{t(looked ? "attributes.not_found" : "attributes.none")}</Text>}
      {families.map(({ family, known }) => (
        <Card key={family} padding={0} component="section">
          <Title order={2} size="h3" px="md" pt="sm">
            {t(`attributes.family.${family}`)}
          </Title>
          <Table.ScrollContainer minWidth={520}>
            <Table layout="fixed" horizontalSpacing="md" verticalSpacing={8} aria-label={t(`attributes.family.${family}`)}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w="28%">{t("attributes.name")}</Table.Th>
                  <Table.Th>{t("attributes.value")}</Table.Th>
                  <Table.Th w="16%">{t("attributes.source")}</Table.Th>
                  <Table.Th w="16%">{t("attributes.told")}</Table.Th>
                  <Table.Th w={56}>
                    <span className="unseen">{t("kit:table.actions")}</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {known.map((one) => (
                  <KnownRow key={one.name} one={one} onEdit={may && family !== "computed" ? () => edit(one.name) : null} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      ))}
      <EditModal key={edited ?? "-"} contact={contact} registry={registry.data ?? []} name={edited} onClose={() => edit(null)} />
    </Stack>
  );
}

function KnownRow({ one, onEdit }: { one: Known; onEdit: (() => void) | null }) {
  const { t } = useTranslation(["contacts", "kit"]);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550} style={{ overflowWrap: "anywhere" }}>
          {one.name}
        </Text>
      </Table.Td>
      <Table.Td fz="sm">
        <Value value={one.value} />
      </Table.Td>
      <Table.Td fz="sm" c="dimmed">
        {one.source || "—"}
      </Table.Td>
      <Table.Td fz="sm" c="dimmed">
        <When at={one.toldAt} />
      </Table.Td>
      <Table.Td>
        {onEdit && (
          <Tooltip label={t("attributes.edit", { name: one.name })}>
            <ActionIcon aria-label={t("attributes.edit", { name: one.name })} onClick={onEdit}>
              <IconPencil size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

const ANY: Pick<Attribute, "name" | "type" | "choices"> = { name: "", type: "any", choices: [] };

function EditModal({ contact, registry, name, onClose }: { contact: Contact; registry: readonly Attribute[]; name: string | null; onClose: () => void }) {
  const { t } = useTranslation(["contacts", "kit"]);
  const [chosen, choose] = useState(name ?? "");
  const attribute = registry.find((one) => one.name === chosen) ?? { ...ANY, name: chosen };
  const [typed, type] = useState(typedOf(attribute.type, name ? contact.traits[name] : ""));
  const [wrong, setWrong] = useState(false);
  const save = useSaveContact();
  const identity = identityOf(contact);
  async function submit(): Promise<void> {
    const value = readValue(attribute.type, typed);
    setWrong(value === undefined);
    if (value === undefined || identity === null) return;
    const done = await save.mutateAsync({ ...identity, traits: { [chosen]: value } }).catch(() => null);
    if (done) onClose();
  }
  return (
    <Modal opened={name !== null} onClose={onClose} title={name ? t("attributes.edit", { name }) : t("attributes.add")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Stack>
          {name === "" && (
            <Select
              label={t("attributes.which")}
              description={t("attributes.which_hint")}
              searchable
              data={registry.map((one) => one.name)}
              value={chosen || null}
              onChange={(next) => {
                choose(next ?? "");
                type("");
              }}
            />
          )}
          {chosen !== "" && <AttributeInput attribute={attribute} typed={typed} onChange={type} label={t("attributes.value")} error={wrong ? t("attributes.wrong") : undefined} />}
          <Text size="xs" c="dimmed">
            {identity === null ? t("attributes.no_identity") : t("attributes.hint")}
          </Text>
          {save.error && <Failure error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("kit:cancel")}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={chosen === "" || identity === null}>
              {t("attributes.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
