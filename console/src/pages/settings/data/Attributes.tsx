import { Badge, Group, Modal, Select, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/queries";
import { DataTable } from "@/kit/DataTable";
import { MayButton } from "@/kit/MayButton";
import { SearchField } from "@/kit/SearchField";
import { toast } from "@/kit/toast";
import { useUrlState } from "@/kit/useUrlState";
import { Card, Loaded, Locked } from "../Card";
import { AttributeForm } from "./AttributeForm";
import { FAMILIES, readRegistry, useSaveRegistry, type Attribute, type Registry } from "./attributes";

/** What is known of contacts: the platform's fields and one's own. */
export function Attributes() {
  const registry = useQuery({ queryKey: keys.of("attributes", "registry"), queryFn: ({ signal }) => readRegistry(signal) });
  return <Loaded query={registry} height={480}>{(found) => <List registry={found} />}</Loaded>;
}

function List({ registry }: { registry: Registry }) {
  const { t } = useTranslation("settings");
  const [{ q, family, origin }, set] = useUrlState({ q: "", family: "", origin: "" });
  const [edited, setEdited] = useState<Attribute | "new" | null>(null);
  const save = useSaveRegistry(registry);
  const rows = registry.attributes.filter((one) => one.name.includes(q.toLowerCase()) && (family === "" || one.family === family) && (origin === "" || one.built_in === (origin === "built_in")));
  const all = { items: rows, loading: false, stale: false, error: null, hasMore: false, loadingMore: false, more: () => undefined, again: () => undefined };
  return (
    <>
      <DataTable<Attribute>
        label={t("section.attributes.title")}
        list={all}
        rowKey={(row) => row.name}
        onOpen={setEdited}
        filtered={q !== "" || family !== "" || origin !== ""}
        onClearFilters={() => set({ q: "", family: "", origin: "" })}
        filters={
          <>
            <SearchField width={220} value={q} onChange={(text) => set({ q: text }, { replace: true })} label={t("attribute.search")} />
            <Select aria-label={t("attribute.family")} placeholder={t("attribute.any_family")} clearable w={180} value={family || null} onChange={(value) => set({ family: value ?? "" })} data={FAMILIES.map((one) => ({ value: one, label: t(`attribute.families.${one}`) }))} />
            <Select aria-label={t("attribute.origin")} placeholder={t("attribute.any_origin")} clearable w={160} value={origin || null} onChange={(value) => set({ origin: value ?? "" })} data={[{ value: "own", label: t("attribute.own") }, { value: "built_in", label: t("attribute.built_in") }]} />
            <div style={{ marginInlineStart: "auto" }}>
              <MayButton right="publish" leftSection={<IconPlus size={16} />} onClick={() => setEdited("new")}>
                {t("attribute.add")}
              </MayButton>
            </div>
          </>
        }
        empty={null}
        columns={[
          {
            key: "name",
            title: t("attribute.name"),
            cell: (row) => (
              <Group gap={6}>
                <Text size="sm" fw={550}>
                  {row.name}
                </Text>
                {!row.built_in && (
                  <Badge size="xs" variant="light">
                    {t(row.replaces_built_in ? "attribute.changed" : "attribute.own")}
                  </Badge>
                )}
                {row.pii && (
                  <Badge size="xs" variant="light" color="gray">
                    {t("attribute.pii_short")}
                  </Badge>
                )}
              </Group>
            ),
          },
          { key: "family", title: t("attribute.family"), cell: (row) => t(`attribute.families.${row.family}`) },
          { key: "type", title: t("attribute.type"), cell: (row) => t(`attribute.types.${row.type}`) },
          { key: "rule", title: t("attribute.rule"), cell: (row) => t(`attribute.rules.${row.rule}`), wideOnly: true },
          { key: "kept", title: t("attribute.kept"), cell: (row) => (row.retention_days === null ? "—" : t("attribute.days", { count: row.retention_days })), wideOnly: true },
        ]}
      />
      <Card title={t("attribute.unknown")} text={t("attribute.unknown_text")}>
        <Locked right="publish">
          <Switch label={t("attribute.accept")} checked={registry.unknown === "accept"} disabled={save.isPending} onChange={(event) => save.mutate({ unknown: event.currentTarget.checked ? "accept" : "reject" }, { onError: toast.failed })} />
        </Locked>
      </Card>
      <Modal opened={edited !== null} onClose={() => setEdited(null)} size="lg" title={edited === "new" || edited === null ? t("attribute.add") : edited.name} closeButtonProps={{ "aria-label": t("close") }}>
        {edited !== null && <AttributeForm registry={registry} attribute={edited === "new" ? null : edited} onDone={() => setEdited(null)} />}
      </Modal>
    </>
  );
}
