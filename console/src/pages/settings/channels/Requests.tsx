import { Anchor, Button, Group, Modal, SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCloseRequest, useDataRequests, type DataRequest } from "@/api/channels";
import { api, body } from "@/api/client";
import { Failure } from "@/kit/Confirm";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { StatusBadge } from "@/kit/StatusBadge";
import { toast } from "@/kit/toast";
import { When } from "@/kit/When";
import { useNow } from "@/kit/useNow";
import { useMay } from "@/session/me";
import { Denied } from "../Denied";
import { urgencyOf } from "./urgency";

const TONES = { late: "bad", soon: "warn", fine: "info" } as const;

/** What contacts ask about their data. */
export function Requests() {
  const { t } = useTranslation("channels");
  const may = useMay("administer");
  const list = useDataRequests(may);
  const now = useNow();
  const [closing, setClosing] = useState<DataRequest | null>(null);
  if (!may) return <Denied right="administer" />;
  const columns: Column<DataRequest>[] = [
    { key: "what", title: t("requests.what"), cell: (row) => t(`requests.kind.${row.what}`) },
    {
      key: "profile",
      title: t("requests.contact"),
      cell: (row) => (
        <Anchor component={Link} to={`/contacts/${encodeURIComponent(row.profile)}?tab=privacy`} size="sm" ff="monospace">
          {row.profile.slice(0, 12)}…
        </Anchor>
      ),
    },
    { key: "at", title: t("requests.at"), cell: (row) => <When at={row.at} /> },
    {
      key: "due",
      title: t("requests.due"),
      cell: (row) => (
        <StatusBadge tone={TONES[urgencyOf(row.due, now)]}>
          <When at={row.due} />
        </StatusBadge>
      ),
    },
    {
      key: "act",
      title: t("requests.act"),
      cell: (row) => (
        <Group gap="xs" wrap="nowrap">
          {row.what === "access" ? (
            <Button size="xs" variant="default" leftSection={<IconDownload size={14} />} onClick={() => void download(row.profile).catch(toast.failed)}>
              {t("requests.download")}
            </Button>
          ) : (
            <Button size="xs" variant="default" component={Link} to={`/contacts/${encodeURIComponent(row.profile)}?tab=privacy`}>
              {t("requests.erase")}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => setClosing(row)}>
            {t("requests.close")}
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <>
      <Text size="sm" c="dimmed" maw={680}>
        {t("requests.law")}
      </Text>
      <DataTable label={t("requests.title")} columns={columns} list={list} rowKey={(row) => row.id} empty={<EmptyState art="file" title={t("requests.empty")} text={t("requests.empty_text")} />} />
      {closing && <Closing request={closing} onClose={() => setClosing(null)} />}
    </>
  );
}

async function download(contact: string): Promise<void> {
  const data = await body(api.GET("/api/v1/contacts/{contact}/data", { params: { path: { contact } } }));
  const address = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: `contact-${contact}.json` });
  link.click();
  URL.revokeObjectURL(address);
}

function Closing({ request, onClose }: { request: DataRequest; onClose: () => void }) {
  const { t } = useTranslation("channels");
  const close = useCloseRequest();
  const [outcome, setOutcome] = useState<"done" | "refused">("done");
  const [note, setNote] = useState("");
  return (
    <Modal opened onClose={onClose} title={t("requests.close_title")} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          close.mutate({ request: request.id, outcome, note: note.trim() }, { onSuccess: onClose });
        }}
      >
        <Stack>
          <Text size="sm">{t(`requests.close_${request.what}`)}</Text>
          <SegmentedControl aria-label={t("requests.outcome")} value={outcome} onChange={(value) => setOutcome(value === "refused" ? "refused" : "done")} data={(["done", "refused"] as const).map((value) => ({ value, label: t(`requests.${value}`) }))} />
          <Textarea label={t("requests.note")} description={t("requests.note_hint")} maxLength={300} autosize minRows={2} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
          {close.error && <Failure error={close.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={close.isPending}>
              {t("requests.close")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
