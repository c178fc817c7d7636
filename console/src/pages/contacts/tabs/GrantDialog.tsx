import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TOLD_HOW, type ToldHow } from "@/api/contacts";

/** Asks where and how a contact agreed: nothing is granted without a proof. */
export function GrantDialog({ title, onClose, onSave }: { title: string; onClose: () => void; onSave: (proof: { source: string; how: ToldHow }) => void }) {
  const { t } = useTranslation(["contacts", "kit"]);
  const [source, setSource] = useState("");
  const [how, setHow] = useState<ToldHow>("told");
  return (
    <Modal opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave({ source: source.trim(), how });
        }}
      >
        <Stack>
          <Text size="sm">{t("consent.grant.text")}</Text>
          <TextInput label={t("consent.grant.source")} placeholder={t("consent.grant.source_example")} maxLength={300} required data-autofocus value={source} onChange={(event) => setSource(event.currentTarget.value)} />
          <Select
            label={t("consent.grant.how")}
            allowDeselect={false}
            data={TOLD_HOW.map((one) => ({ value: one, label: t(`consent.how.${one}`) }))}
            value={how}
            onChange={(next) => setHow(TOLD_HOW.find((one) => one === next) ?? "told")}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("kit:cancel")}
            </Button>
            <Button type="submit" disabled={source.trim().length < 3}>
              {t("consent.granted")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
