import { Button, Group, Modal, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAttributes, useSaveContact } from "@/api/contacts";
import { Failure } from "@/kit/Confirm";
import { useForm } from "@/kit/useForm";
import { AttributeInput, readValue } from "./value";

const NAMED = ["first_name", "last_name", "phone"] as const;
const START = { email: "", user_id: "", first_name: "", last_name: "", phone: "" };

/** Adds a contact: an address or an id, and what else is known. */
export function NewContactModal({ opened, onClose, onMade }: { opened: boolean; onClose: () => void; onMade: (contact: string) => void }) {
  const { t } = useTranslation(["contacts", "kit"]);
  return (
    <Modal opened={opened} onClose={onClose} title={t("new.title")} size="lg" closeButtonProps={{ "aria-label": t("kit:close") }}>
      <NewContactForm onClose={onClose} onMade={onMade} />
    </Modal>
  );
}

function NewContactForm({ onClose, onMade }: { onClose: () => void; onMade: (contact: string) => void }) {
  const { t } = useTranslation(["contacts", "kit"]);
  const save = useSaveContact();
  const attributes = useAttributes();
  const [more, setMore] = useState<Record<string, string>>({});
  const fits = (attributes.data ?? []).filter(({ name }) => !(name in START) && !(name in more));
  const form = useForm(
    START,
    async ({ email, user_id, ...named }) => {
      const traits: Record<string, unknown> = Object.fromEntries(Object.entries(named).filter(([, value]) => value.trim() !== ""));
      for (const [name, typed] of Object.entries(more)) {
        const value = readValue(attributes.data?.find((one) => one.name === name)?.type ?? "any", typed);
        if (value !== null && value !== undefined) traits[name] = value;
      }
      const { ids } = await save.mutateAsync({ email: email.trim(), user_id: user_id.trim(), traits });
      onClose();
      if (ids[0] !== undefined) onMade(ids[0]);
    },
    ({ email, user_id }) => (email.trim() === "" && user_id.trim() === "" ? { email: t("new.identity") } : {}),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput data-autofocus type="email" label={t("new.email")} value={form.values.email} error={form.problem("email")} onChange={(event) => form.set("email", event.currentTarget.value)} />
          <TextInput label={t("new.user_id")} description={t("new.user_id_hint")} inputWrapperOrder={["label", "input", "description", "error"]} value={form.values.user_id} error={form.problem("user_id")} onChange={(event) => form.set("user_id", event.currentTarget.value)} />
          {NAMED.map((name) => (
            <TextInput key={name} label={t(`new.${name}`)} value={form.values[name]} error={form.problem(name)} onChange={(event) => form.set(name, event.currentTarget.value)} />
          ))}
          {Object.entries(more).map(([name, typed]) => (
            <AttributeInput key={name} label={name} attribute={attributes.data?.find((one) => one.name === name) ?? { name, type: "text", choices: [] }} typed={typed} onChange={(value) => setMore({ ...more, [name]: value })} />
          ))}
        </SimpleGrid>
        <Select
          key={Object.keys(more).length}
          w={260}
          searchable
          leftSection={<IconPlus size={16} />}
          aria-label={t("new.more")}
          placeholder={t("new.more")}
          data={fits.map((one) => one.name)}
          onChange={(name) => {
            if (name !== null) setMore({ ...more, [name]: "" });
          }}
        />
        {form.failure !== null && <Failure error={form.failure} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={form.running}>
            {t("kit:cancel")}
          </Button>
          <Button type="submit" loading={form.running}>
            {t("new.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
