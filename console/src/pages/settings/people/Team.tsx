import { ActionIcon, Anchor, Avatar, Button, Group, Menu, Modal, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChangeMember, useInvite, useInviteAgain, useRemoveMember, useResetSecondFactor, useTeam, type RoleName, type TeamMember } from "@/api/team";
import { Confirm, Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { toast } from "@/kit/toast";
import { useForm } from "@/kit/useForm";
import { useMay } from "@/session/me";
import { useSession } from "@/session/SessionContext";
import { ROLES } from "@/session/roles";
import { Card, Loaded } from "../Card";
import { RoleTable } from "./RoleTable";

const TONES: Record<TeamMember["state"], Tone> = { active: "good", invited: "info", disabled: "quiet" };

/** Who signs in here, as what. */
export function Team() {
  const { t } = useTranslation("settings");
  const team = useTeam();
  const [inviting, setInviting] = useState(false);
  return (
    <>
      <Card
        title={t("team.title")}
        text={t("team.text")}
        actions={
          <MayButton right="administer" leftSection={<IconPlus size={16} />} onClick={() => setInviting(true)}>
            {t("team.invite")}
          </MayButton>
        }
      >
        <Loaded query={team}>{(people) => <People people={people} />}</Loaded>
      </Card>
      <RoleTable />
      <Modal opened={inviting} onClose={() => setInviting(false)} title={t("team.invite")} closeButtonProps={{ "aria-label": t("close") }}>
        <InviteForm onDone={() => setInviting(false)} />
      </Modal>
    </>
  );
}

function useRoleOptions(): { value: RoleName; label: string }[] {
  const { t } = useTranslation("app");
  return ROLES.map((role) => ({ value: role, label: t(`role.${role}.name`) }));
}

function InviteForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation(["settings", "app"]);
  const invite = useInvite();
  const { config } = useSession();
  const roles = useRoleOptions();
  const form = useForm<{ email: string; name: string; role: RoleName }>(
    { email: "", name: "", role: "editor" },
    async (person) => {
      await invite.mutateAsync({ ...person, email: person.email.trim() });
      toast.done(t("team.invited", { email: person.email.trim() }));
      onDone();
    },
    ({ email }) => (/^[^@\s]+@[^@\s]+$/.test(email.trim()) ? {} : { email: t("sender.wrong") }),
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <Stack>
        <TextInput data-autofocus type="email" required label={t("team.email")} value={form.values.email} error={form.problem("email")} onChange={(event) => form.set("email", event.currentTarget.value)} />
        <TextInput label={t("team.name")} value={form.values.name} error={form.problem("name")} onChange={(event) => form.set("name", event.currentTarget.value)} />
        <Select label={t("team.role")} description={t(`app:role.${form.values.role}.may`)} allowDeselect={false} data={roles} value={form.values.role} error={form.problem("role")} onChange={(role) => role && form.set("role", role)} />
        {config.local && (
          <Text size="xs" c="dimmed">
            {t("team.local")}{" "}
            <Anchor href={`${config.cognitoEndpoint ?? ""}/_stepwell/inbox`} target="_blank" rel="noreferrer" size="xs">
              {t("team.inbox")}
            </Anchor>
          </Text>
        )}
        {form.failure !== null && <Failure error={form.failure} />}
        <Group justify="flex-end">
          <Button type="submit" loading={form.running}>
            {t("team.send")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type Asked = { what: "remove" | "disable" | "reset"; person: TeamMember } | null;

function People({ people }: { people: readonly TeamMember[] }) {
  const { t } = useTranslation("settings");
  const may = useMay("administer");
  const roles = useRoleOptions();
  const change = useChangeMember();
  const again = useInviteAgain();
  const remove = useRemoveMember();
  const reset = useResetSecondFactor();
  const [asked, setAsked] = useState<Asked>(null);
  const fail = { onError: toast.failed };
  async function doIt({ what, person }: NonNullable<Asked>): Promise<unknown> {
    if (what === "remove") return remove.mutateAsync(person.id);
    if (what === "reset") return reset.mutateAsync(person.id);
    return change.mutateAsync({ person: person.id, enabled: false });
  }
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing={10} aria-label={t("team.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("team.person")}</Table.Th>
            <Table.Th w={190}>{t("team.role")}</Table.Th>
            <Table.Th>{t("team.state")}</Table.Th>
            <Table.Th visibleFrom="md">{t("team.factor")}</Table.Th>
            <Table.Th w={44}>
              <span className="unseen">{t("team.actions")}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((person) => {
            const name = person.name || person.email;
            return (
              <Table.Tr key={person.id}>
                <Table.Td>
                  <Group gap="sm" wrap="nowrap">
                    <Avatar size={32} radius="xl" name={name} color="brand" aria-hidden />
                    <div>
                      <Text size="sm" fw={550}>
                        {name}
                        {person.you && ` (${t("team.you")})`}
                      </Text>
                      {person.name && (
                        <Text size="xs" c="dimmed">
                          {person.email}
                        </Text>
                      )}
                    </div>
                  </Group>
                </Table.Td>
                <Table.Td>
                  <Select size="xs" aria-label={t("team.role_of", { name })} allowDeselect={false} data={roles} value={person.role || null} disabled={!may || person.you || change.isPending} onChange={(role) => role && change.mutate({ person: person.id, role }, fail)} />
                </Table.Td>
                <Table.Td>
                  <StatusBadge tone={TONES[person.state]}>{t(`team.states.${person.state}`)}</StatusBadge>
                </Table.Td>
                <Table.Td visibleFrom="md">
                  <Text size="sm" {...(person.second_factor || person.federated ? {} : { c: "dimmed" })}>
                    {t(person.federated ? "team.federated" : person.second_factor ? "team.has_factor" : "team.no_factor")}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {may && !person.you && (
                    <Menu position="bottom-end">
                      <Menu.Target>
                        <ActionIcon aria-label={t("team.actions_of", { name })}>
                          <IconDots size={18} />
                        </ActionIcon>
                      </Menu.Target>
                      <Menu.Dropdown>
                        {person.state === "invited" && (
                          <Menu.Item onClick={() => again.mutate(person.id, { ...fail, onSuccess: () => toast.done(t("team.invited", { email: person.email })) })}>{t("team.again")}</Menu.Item>
                        )}
                        {person.state === "disabled" ? (
                          <Menu.Item onClick={() => change.mutate({ person: person.id, enabled: true }, fail)}>{t("team.enable")}</Menu.Item>
                        ) : (
                          <Menu.Item onClick={() => setAsked({ what: "disable", person })}>{t("team.disable")}</Menu.Item>
                        )}
                        {person.second_factor && <Menu.Item onClick={() => setAsked({ what: "reset", person })}>{t("team.reset")}</Menu.Item>}
                        <Menu.Divider />
                        <Menu.Item color="red" onClick={() => setAsked({ what: "remove", person })}>
                          {t("team.remove")}
                        </Menu.Item>
                      </Menu.Dropdown>
                    </Menu>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {asked && (
        <Confirm opened onClose={() => setAsked(null)} title={t(`team.${asked.what}`)} action={t(`team.${asked.what}`)} danger={asked.what !== "reset"} onConfirm={() => doIt(asked)}>
          {t(`team.${asked.what}_text`, { name: asked.person.name || asked.person.email })}
        </Confirm>
      )}
    </Table.ScrollContainer>
  );
}
