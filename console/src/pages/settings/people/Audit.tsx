import { Code, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAudit, useTeam, type AuditEntry } from "@/api/team";
import { DataTable } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { SearchField } from "@/kit/SearchField";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { useMay } from "@/session/me";
import { Denied } from "../Denied";
import classes from "../Settings.module.css";

/** Beginnings of actions that people look for. */
const TOPICS = ["workflow.", "template.", "segment.", "contact.", "import.", "export.", "scoring", "source.", "write_key.", "team.", "workspace.", "identity."] as const;

/** The local day's beginning, or the next one's, as the API wants it. */
export function dayStart(day: string, plus = 0): string {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return "";
  return new Date(year, month - 1, date + plus).toISOString();
}

export function Audit() {
  const may = useMay("administer");
  return may ? <AuditLog /> : <Denied right="administer" />;
}

function AuditLog() {
  const { t } = useTranslation("settings");
  const [{ actor, action, target, from, to }, set] = useUrlState({ actor: "", action: "", target: "", from: "", to: "" });
  const list = useAudit({ actor, action, target, since: dayStart(from), until: dayStart(to, 1) });
  const team = useTeam();
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const nameOf = (id: string): string => {
    const person = team.data?.find((one) => one.id === id);
    return person ? person.name || person.email : id || t("audit.platform");
  };
  return (
    <>
      <DataTable<AuditEntry>
        label={t("section.audit.title")}
        list={list}
        rowKey={(row) => `${row.at}${row.action}${row.target}`}
        onOpen={setShown}
        filtered={[actor, action, target, from, to].some((one) => one !== "")}
        onClearFilters={() => set({ actor: "", action: "", target: "", from: "", to: "" })}
        filters={
          <>
            <Select aria-label={t("audit.who")} placeholder={t("audit.anybody")} clearable searchable w={160} value={actor || null} onChange={(value) => set({ actor: value ?? "" })} data={(team.data ?? []).map((one) => ({ value: one.id, label: one.name || one.email }))} />
            <Select aria-label={t("audit.what")} placeholder={t("audit.anything")} clearable searchable w={140} value={action || null} onChange={(value) => set({ action: value ?? "" })} data={TOPICS.map((one) => ({ value: one, label: t(`audit.topic.${one.replace(".", "")}` as "audit.topic.workflow") }))} />
            <SearchField width={160} label={t("audit.target_hint")} value={target} onChange={(value) => set({ target: value }, { replace: true })} />
            <TextInput type="date" aria-label={t("audit.from_day")} leftSection={<Text size="xs">{t("audit.from")}</Text>} leftSectionWidth={44} w={170} value={from} onChange={(event) => set({ from: event.currentTarget.value })} />
            <TextInput type="date" aria-label={t("audit.to_day")} leftSection={<Text size="xs">{t("audit.to")}</Text>} leftSectionWidth={36} w={162} value={to} onChange={(event) => set({ to: event.currentTarget.value })} />
          </>
        }
        empty={<EmptyState art="search" title={t("audit.empty")} text={t("audit.empty_text")} />}
        columns={[
          { key: "at", title: t("audit.when"), width: 150, cell: (row) => <When at={row.at} size="sm" /> },
          { key: "actor", title: t("audit.who"), cell: (row) => <Text size="sm">{nameOf(row.actor)}</Text> },
          { key: "action", title: t("audit.what"), cell: (row) => <Code>{row.action}</Code> },
          { key: "target", title: t("audit.target"), cell: (row) => <span className={classes["value"]}>{row.target}</span> },
        ]}
      />
      <Modal opened={shown !== null} onClose={() => setShown(null)} size="lg" title={shown?.action ?? ""} closeButtonProps={{ "aria-label": t("close") }}>
        {shown && (
          <Stack gap="xs">
            <Text size="sm">
              {nameOf(shown.actor)} · <When at={shown.at} form="time" /> · <span className={classes["value"]}>{shown.target}</span>
            </Text>
            <pre className={classes["snippet"]} tabIndex={0} aria-label={t("audit.details")}>
              {JSON.stringify(shown.details, null, 2)}
            </pre>
          </Stack>
        )}
      </Modal>
    </>
  );
}
