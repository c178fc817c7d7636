import { Button, Checkbox, Group, Select, Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { IconFilter, IconGitMerge, IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useContacts, useStages, type ContactSummary } from "@/api/contacts";
import { useSegmentNames } from "@/api/segments";
import { DataTable, type Column } from "@/kit/DataTable";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { SearchField } from "@/kit/SearchField";
import { useUrlState } from "@/kit/useUrlState";
import { BulkBar } from "./BulkBar";
import { ColumnsMenu, useChosenColumns, useContactColumns } from "./columns";
import { CONSENTS, conditionOf, isConsent } from "./filters";
import { nameOf } from "./names";
import { NewContactModal } from "./NewContact";
import { NoContacts } from "./NoContacts";
import { useLookingOn } from "./useLookingOn";

export default function ContactsPage() {
  const { t } = useTranslation("contacts");
  const navigate = useNavigate();
  const [filters, set] = useUrlState({ q: "", segment: "", stage: "", consent: "", where: "" });
  const list = useLookingOn(useContacts({ q: filters.q, segment: filters.segment, where: conditionOf(filters), consent: isConsent(filters.consent) ? filters.consent : "" }));
  const segments = useSegmentNames();
  const stages = useStages();
  const [chosen, choose] = useChosenColumns();
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  const [adding, { open, close }] = useDisclosure(false);
  const filtered = Object.values(filters).some(Boolean);

  function toggle(id: string): void {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    select(next);
  }
  const columns: Column<ContactSummary>[] = [
    {
      key: "chosen",
      title: t("bulk.title"),
      unseen: true,
      width: 1,
      cell: (row) => (
        <span onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()} role="presentation">
          <Checkbox size="xs" aria-label={t("bulk.choose", { name: nameOf(row) })} checked={selected.has(row.id)} onChange={() => toggle(row.id)} />
        </span>
      ),
    },
    ...useContactColumns(chosen),
  ];
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          <Button component={Link} to="/contacts/reviews" variant="default" leftSection={<IconGitMerge size={16} />}>
            {t("reviews.button")}
          </Button>
          <MayButton right="edit" leftSection={<IconPlus size={16} />} onClick={open}>
            {t("new.button")}
          </MayButton>
        </>
      }
    >
      <DataTable
        label={t("title")}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        onOpen={(row) => void navigate({ to: "/contacts/$contact", params: { contact: row.id } })}
        filtered={filtered}
        onClearFilters={() => set({ q: "", segment: "", stage: "", consent: "", where: "" })}
        empty={<NoContacts onAdd={open} />}
        filters={
          <>
            <SearchField value={filters.q} onChange={(q) => set({ q }, { replace: true })} label={t("filter.search")} width={300} />
            <Select
              w={190}
              aria-label={t("filter.segment")}
              placeholder={t("filter.segment")}
              data={segments.data ?? []}
              value={filters.segment || null}
              onChange={(segment) => set({ segment: segment ?? "" })}
              clearable
              searchable
              nothingFoundMessage={t("filter.no_segment")}
            />
            {(stages.data?.length ?? 0) > 0 && (
              <Select
                w={170}
                aria-label={t("filter.stage")}
                placeholder={t("filter.stage")}
                data={stages.data ?? []}
                value={filters.stage || null}
                onChange={(stage) => set({ stage: stage ?? "" })}
                clearable
              />
            )}
            <Select
              w={190}
              aria-label={t("filter.consent")}
              placeholder={t("filter.consent")}
              data={CONSENTS.map((value) => ({ value, label: t(`filter.consent_${value}`) }))}
              value={filters.consent || null}
              onChange={(consent) => set({ consent: consent ?? "" })}
              clearable
            />
            <WhereField key={filters.where} value={filters.where} onChange={(where) => set({ where }, { replace: true })} />
            <Group ml="auto">
              <ColumnsMenu chosen={chosen} onChange={choose} />
            </Group>
          </>
        }
      />
      {list.exhausted && (
        <Group>
          <Text size="sm" c="dimmed" role="status">
            {t("looking.paused")}
          </Text>
          <Button size="xs" variant="default" onClick={list.more}>
            {t("looking.further")}
          </Button>
        </Group>
      )}
      <BulkBar selected={[...selected]} shown={list.items.map((one) => one.id)} onSelect={(ids) => select(new Set(ids))} />
      <NewContactModal opened={adding} onClose={close} onMade={(contact) => void navigate({ to: "/contacts/$contact", params: { contact } })} />
    </Page>
  );
}

/** A condition in text for whoever knows the language; taken over by Enter or after a pause. */
function WhereField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("contacts");
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, 900);
  return (
    <Tooltip label={t("filter.where_hint")}>
      <TextInput
        flex="1 1 220px"
        maw={360}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        leftSection={<IconFilter size={16} />}
        aria-label={t("filter.where")}
        placeholder={t("filter.where_example")}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          tell(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") onChange(typed);
        }}
      />
    </Tooltip>
  );
}
