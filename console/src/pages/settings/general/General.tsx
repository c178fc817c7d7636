import { Select, Stack, TextInput, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSaveWorkspace, useWorkspaceSettings, type Workspace } from "@/api/settings";
import { useForm } from "@/kit/useForm";
import { FormCard, Loaded } from "../Card";
import { SenderCard } from "./SenderCard";
import { Teams } from "./Teams";

/** Name, zone and address of the workspace; whom messages come from; teams that get notifications. */
export function General() {
  const settings = useWorkspaceSettings();
  return (
    <Loaded query={settings} height={420}>
      {(workspace) => (
        <>
          <Basics workspace={workspace} />
          <SenderCard workspace={workspace} />
          <Teams teams={workspace.teams} />
        </>
      )}
    </Loaded>
  );
}

function Basics({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation("settings");
  const save = useSaveWorkspace();
  const form = useForm(
    { name: workspace.name, time_zone: workspace.time_zone, postal_address: workspace.postal_address },
    (values) => save.mutateAsync(values),
    ({ name }) => (name.trim() === "" ? { name: t("general.name_missing") } : {}),
  );
  const zones = [...new Set([workspace.time_zone, "UTC", ...Intl.supportedValuesOf("timeZone")])];
  return (
    <FormCard form={form} right="administer" title={t("general.title")}>
      <Stack maw={560}>
        <TextInput label={t("general.name")} required maxLength={120} value={form.values.name} error={form.problem("name")} onChange={(event) => form.set("name", event.currentTarget.value)} />
        <Select
          label={t("general.zone")}
          description={t("general.zone_hint")}
          data={zones}
          searchable
          allowDeselect={false}
          limit={50}
          value={form.values.time_zone}
          error={form.problem("time_zone")}
          onChange={(value) => value && form.set("time_zone", value)}
        />
        <Textarea label={t("general.postal")} description={t("general.postal_hint")} autosize minRows={2} maxLength={500} value={form.values.postal_address} error={form.problem("postal_address")} onChange={(event) => form.set("postal_address", event.currentTarget.value)} />
      </Stack>
    </FormCard>
  );
}
