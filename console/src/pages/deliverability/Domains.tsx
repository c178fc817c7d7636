import { Button, Group, Select, Stack, Table, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCheckedDomain, type CheckedRecord } from "@/api/channels";
import { useSendingIdentities } from "@/api/settings";
import { CopyButton } from "@/kit/CopyButton";
import { EmptyState } from "@/kit/EmptyState";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { useUrlState } from "@/kit/useUrlState";
import { Card, Loaded } from "@/pages/settings/Card";
import classes from "@/pages/settings/Settings.module.css";

const TONES: Record<CheckedRecord["state"], Tone> = { ok: "good", weak: "warn", missing: "bad", wrong: "bad", unknown: "quiet" };

/** What DNS says of a sending domain, against what the providers need of it. */
export function Domains() {
  const { t } = useTranslation("channels");
  const identities = useSendingIdentities();
  const [{ domain }, set] = useUrlState({ domain: "" });
  return (
    <Loaded query={identities} height={240}>
      {(all) => {
        const domains = all.filter(({ kind }) => kind === "domain").map(({ identity }) => identity);
        const here = domains.includes(domain) ? domain : (domains[0] ?? "");
        return (
          <Card level={2} title={t("domain.title")} text={t("domain.text")}>
            {here === "" ? (
              <EmptyState compact art="mail" title={t("domain.empty")} text={t("domain.empty_text")}>
                <Button component={Link} to="/settings/sending" size="xs">
                  {t("domain.add")}
                </Button>
              </EmptyState>
            ) : (
              <Stack>
                {domains.length > 1 && <Select w={280} aria-label={t("domain.which")} allowDeselect={false} data={domains} value={here} onChange={(value) => set({ domain: value ?? "" })} />}
                <Checked domain={here} />
              </Stack>
            )}
          </Card>
        );
      }}
    </Loaded>
  );
}

function Checked({ domain }: { domain: string }) {
  const { t } = useTranslation("channels");
  const checked = useCheckedDomain(domain);
  return (
    <Loaded query={checked} height={200}>
      {({ ready, records }) => (
        <Stack gap="sm">
          <Group justify="space-between">
            <Group gap="xs">
              <Text fw={600} size="sm">
                {domain}
              </Text>
              <StatusBadge tone={ready ? "good" : "bad"}>{t(ready ? "domain.ready" : "domain.not_ready")}</StatusBadge>
            </Group>
            <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} loading={checked.isFetching} onClick={() => void checked.refetch()}>
              {t("domain.again")}
            </Button>
          </Group>
          <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table aria-label={t("domain.records", { domain })} verticalSpacing={10}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={130}>{t("domain.what")}</Table.Th>
                  <Table.Th>{t("domain.record")}</Table.Th>
                  <Table.Th w={130}>{t("domain.state")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {records.map((record) => (
                  <Table.Tr key={`${record.purpose}${record.name}`}>
                    <Table.Td style={{ verticalAlign: "top" }}>
                      <Text size="sm" fw={550}>
                        {t(`domain.purpose.${record.purpose}`)}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {t(record.required ? "domain.required" : "domain.advised")}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Stack gap={4}>
                        <Line label={`${record.type} ${t("domain.name")}`} text={record.name} />
                        {record.wanted !== "" && <Line label={t("domain.wanted")} text={record.wanted} />}
                        {record.found.map((one) => (
                          <Text key={one} size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                            {t("domain.found")} <span className={classes["value"]}>{one}</span>
                          </Text>
                        ))}
                        {record.advice !== "" && <Text size="sm">{record.advice}</Text>}
                      </Stack>
                    </Table.Td>
                    <Table.Td style={{ verticalAlign: "top" }}>
                      <StatusBadge tone={record.required || TONES[record.state] !== "bad" ? TONES[record.state] : "quiet"}>{t(`domain.states.${record.state}`)}</StatusBadge>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Stack>
      )}
    </Loaded>
  );
}

function Line({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation("channels");
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Text size="xs" c="dimmed" w={84} style={{ flex: "none" }}>
        {label}
      </Text>
      <span className={classes["value"]} style={{ flex: 1 }}>
        {text}
      </span>
      <CopyButton icon value={text} label={t("domain.copy", { text })} />
    </Group>
  );
}
