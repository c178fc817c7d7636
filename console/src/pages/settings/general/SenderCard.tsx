import { SimpleGrid, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSaveWorkspace, type Workspace } from "@/api/settings";
import { useForm } from "@/kit/useForm";
import { FormCard } from "../Card";
import { senderLine, senderParts } from "./sender";

const ADDRESS = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/** Whom messages come from that name no sender of their own. */
export function SenderCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation("settings");
  const save = useSaveWorkspace();
  const form = useForm(
    { ...senderParts(workspace.sender), reply_to: workspace.reply_to },
    ({ name, address, reply_to }) => save.mutateAsync({ sender: senderLine({ name, address }), reply_to: reply_to.trim() }),
    ({ address, reply_to }) => ({
      ...(ADDRESS.test(address.trim()) ? {} : { address: t("sender.wrong") }),
      ...(reply_to.trim() === "" || ADDRESS.test(reply_to.trim()) ? {} : { reply_to: t("sender.wrong") }),
    }),
  );
  return (
    <FormCard form={form} right="administer" title={t("sender.title")} text={t("sender.text")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t("sender.name")} value={form.values.name} onChange={(event) => form.set("name", event.currentTarget.value)} />
        <TextInput label={t("sender.address")} type="email" required value={form.values.address} error={form.problem("address")} onChange={(event) => form.set("address", event.currentTarget.value)} />
        <TextInput label={t("sender.reply_to")} description={t("sender.reply_to_hint")} type="email" value={form.values.reply_to} error={form.problem("reply_to")} onChange={(event) => form.set("reply_to", event.currentTarget.value)} />
      </SimpleGrid>
    </FormCard>
  );
}
