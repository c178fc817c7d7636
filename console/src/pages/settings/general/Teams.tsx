import { ActionIcon, Button, Group, Stack, TagsInput, Text, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSaveWorkspace, type Workspace } from "@/api/settings";
import { useForm } from "@/kit/useForm";
import { FormCard } from "../Card";

interface Team {
  name: string;
  members: string[];
}

/** Who gets the notifications that workflows send to a team. */
export function Teams({ teams }: { teams: Workspace["teams"] }) {
  const { t } = useTranslation("settings");
  const save = useSaveWorkspace();
  const form = useForm(
    { teams: Object.entries(teams).map(([name, members]): Team => ({ name, members })) },
    ({ teams: list }) => save.mutateAsync({ teams: Object.fromEntries(list.map(({ name, members }) => [name.trim(), members])) }),
    ({ teams: list }) => {
      const names = list.map(({ name }) => name.trim());
      return names.includes("") || new Set(names).size < names.length ? { teams: t("teams.wrong") } : {};
    },
  );
  const list = form.values.teams;
  const change = (at: number, team: Partial<Team>): void => form.set("teams", list.map((one, index) => (index === at ? { ...one, ...team } : one)));
  return (
    <FormCard form={form} right="administer" title={t("teams.title")} text={t("teams.text")}>
      <Stack gap="sm">
        {list.map(({ name, members }, at) => (
          <Group key={at} align="flex-start" wrap="nowrap" gap="xs">
            <TextInput aria-label={t("teams.name")} placeholder={t("teams.example")} w={180} value={name} onChange={(event) => change(at, { name: event.currentTarget.value })} />
            <TagsInput aria-label={t("teams.members", { name })} placeholder={members.length === 0 ? t("teams.add_address") : ""} flex={1} value={members} splitChars={[",", " ", ";"]} onChange={(value) => change(at, { members: value })} />
            <Tooltip label={t("teams.remove", { name })}>
              <ActionIcon size={36} aria-label={t("teams.remove", { name })} onClick={() => form.set("teams", list.filter((_, index) => index !== at))}>
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          </Group>
        ))}
        {form.problem("teams") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("teams")}
          </Text>
        )}
        <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} onClick={() => form.set("teams", [...list, { name: "", members: [] }])}>
          {t("teams.add")}
        </Button>
      </Stack>
    </FormCard>
  );
}
