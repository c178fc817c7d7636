import { ActionIcon, Anchor, Button, Center, Group, SegmentedControl, Select, Skeleton, Text, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconLayoutGrid, IconLayoutList, IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PagedList } from "@/api/queries";
import { CHANNELS, useMessages, type MessageFilter, type MessageSummary } from "@/api/templates";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { SearchField } from "@/kit/SearchField";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { MessageMenu } from "./list/Menu";
import { NewMessage } from "./list/NewMessage";
import { Picture } from "./list/Picture";
import classes from "./list/List.module.css";

const SORTS = ["updated_at", "name", "subject"] as const;
const PURPOSES = ["marketing", "transactional"] as const;
const NONE = { q: "", purpose: "", used: "", channel: "" };

/** All messages, with how they look and who sends them. */
export default function TemplatesPage() {
  const { t } = useTranslation("templates");
  const navigate = useNavigate();
  const [{ q, purpose, used, channel, sort, order, view }, set] = useUrlState({ q: "", purpose: "", used: "", channel: "", sort: "updated_at", order: "desc", view: "cards" });
  const [making, setMaking] = useState(false);
  const filter: MessageFilter = {
    q,
    purpose: PURPOSES.find((one) => one === purpose) ?? "",
    channel: CHANNELS.find((one) => one === channel) ?? "",
    used: used === "true" || used === "false" ? used : "",
    format: "",
    sort: SORTS.find((one) => one === sort) ?? "updated_at",
    order: order === "asc" ? "asc" : "desc",
  };
  const list = useMessages(filter);
  const filtered = q !== "" || filter.purpose !== "" || filter.used !== "" || filter.channel !== "";
  const empty = (
    <EmptyState art="mail" title={t("empty.title")} text={t("empty.text")}>
      <MayButton right="edit" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
        {t("new")}
      </MayButton>
    </EmptyState>
  );
  const filters = (
    <>
      <SearchField value={q} onChange={(text) => set({ q: text }, { replace: true })} label={t("search")} />
      <Select w={150} clearable aria-label={t("channel.label")} placeholder={t("channel.label")} value={filter.channel || null} data={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))} onChange={(value) => set({ channel: value ?? "" })} />
      <Select w={180} clearable aria-label={t("field.purpose")} placeholder={t("field.purpose")} value={filter.purpose || null} data={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))} onChange={(value) => set({ purpose: value ?? "" })} />
      <Select w={190} clearable aria-label={t("used.label")} placeholder={t("used.label")} value={filter.used || null} data={(["true", "false"] as const).map((value) => ({ value, label: t(`used.${value}`) }))} onChange={(value) => set({ used: value ?? "" })} />
      <Group gap={4} ml="auto" wrap="nowrap">
        {view === "cards" ? (
          <>
            <Select w={170} aria-label={t("sort.label")} allowDeselect={false} value={filter.sort} data={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))} onChange={(value) => set({ sort: value ?? "updated_at", order: value === "updated_at" ? "desc" : "asc" })} />
            <Tooltip label={t(`sort.${filter.order}`)}>
              <ActionIcon size={36} variant="default" aria-label={t(`sort.${filter.order}`)} onClick={() => set({ order: filter.order === "asc" ? "desc" : "asc" })}>
                {filter.order === "asc" ? <IconArrowUp size={16} /> : <IconArrowDown size={16} />}
              </ActionIcon>
            </Tooltip>
          </>
        ) : null}
        <SegmentedControl
          aria-label={t("view.label")}
          value={view === "list" ? "list" : "cards"}
          onChange={(value) => set({ view: value }, { replace: true })}
          data={[
            { value: "cards", label: <Sign icon={<IconLayoutGrid size={16} />} name={t("view.cards")} /> },
            { value: "list", label: <Sign icon={<IconLayoutList size={16} />} name={t("view.list")} /> },
          ]}
        />
      </Group>
    </>
  );
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <MayButton right="edit" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t("new")}
        </MayButton>
      }
    >
      {view === "list" ? (
        <Table list={list} filters={filters} filter={filter} filtered={filtered} empty={empty} onSort={(by, way) => set({ sort: by, order: way })} onClear={() => set(NONE)} onOpen={(row) => void navigate({ to: "/templates/$template", params: { template: row.id } })} />
      ) : (
        <>
          <div className={classes["bar"]}>{filters}</div>
          <Cards list={list} filtered={filtered} empty={empty} onClear={() => set(NONE)} />
        </>
      )}
      <NewMessage opened={making} onClose={() => setMaking(false)} />
    </Page>
  );
}

function Sign({ icon, name }: { icon: React.ReactNode; name: string }) {
  return (
    <Center h={20}>
      {icon}
      <span className="unseen">{name}</span>
    </Center>
  );
}

interface Lists {
  list: PagedList<MessageSummary>;
  filtered: boolean;
  empty: React.ReactNode;
  onClear: () => void;
}

function Cards({ list, filtered, empty, onClear }: Lists) {
  const { t } = useTranslation(["templates", "kit"]);
  if (list.error && list.items.length === 0) return <ErrorState error={list.error} again={list.again} />;
  if (!list.loading && list.items.length === 0) {
    if (!filtered) return empty;
    return (
      <Center p={48}>
        <Group>
          <Text c="dimmed" size="sm" role="status">
            {t("kit:table.nothing")}
          </Text>
          <Button size="xs" variant="default" onClick={onClear}>
            {t("kit:table.clear")}
          </Button>
        </Group>
      </Center>
    );
  }
  return (
    <>
      <div className={classes["grid"]} aria-busy={list.loading || list.stale}>
        {list.loading ? Array.from({ length: 8 }, (_, place) => <Skeleton key={place} height={276} radius="md" />) : list.items.map((one) => <Card key={one.id} message={one} />)}
      </div>
      <Group justify="space-between" mih={30}>
        <Text size="xs" c="dimmed" role="status">
          {list.loading ? "" : t(list.hasMore ? "kit:table.shown_more" : "kit:table.shown", { count: list.items.length })}
        </Text>
        {list.hasMore ? (
          <Button size="xs" variant="default" onClick={list.more} loading={list.loadingMore}>
            {t("kit:table.more")}
          </Button>
        ) : null}
      </Group>
    </>
  );
}

function Card({ message }: { message: MessageSummary }) {
  return (
    <article className={classes["card"]}>
      <Picture message={message} width={286} />
      <div className={classes["body"]}>
        <Group justify="space-between" wrap="nowrap" align="flex-start" gap={4}>
          <Link to="/templates/$template" params={{ template: message.id }} className={classes["name"] ?? ""}>
            {message.name || message.id}
          </Link>
          <MessageMenu row={message} />
        </Group>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {message.channel === "sms" ? message.description : message.subject}
        </Text>
        <div className={classes["foot"]}>
          <Tags message={message} />
          <When at={message.updated_at} ml="auto" />
        </div>
      </div>
    </article>
  );
}

function Tags({ message }: { message: MessageSummary }) {
  const { t } = useTranslation("templates");
  return (
    <>
      <span className={classes["tag"]}>{t(`channel.${message.channel}`)}</span>
      {message.purpose === "transactional" ? <span className={classes["tag"]}>{t("purpose.transactional")}</span> : null}
      {message.managed_by === "git" ? <span className={classes["tag"]}>{t("git")}</span> : null}
      {message.used_by.length > 0 ? (
        <Tooltip label={message.used_by.map((one) => one.name).join(", ")}>
          <span className={classes["tag"]}>{t("used.count", { count: message.used_by.length })}</span>
        </Tooltip>
      ) : null}
    </>
  );
}

function Table({ list, filters, filter, filtered, empty, onSort, onClear, onOpen }: Lists & { filters: React.ReactNode; filter: MessageFilter; onSort: (by: string, order: "asc" | "desc") => void; onOpen: (row: MessageSummary) => void }) {
  const { t } = useTranslation("templates");
  const columns: readonly Column<MessageSummary>[] = [
    { key: "picture", title: t("column.picture"), width: 76, cell: (row) => <Picture message={row} width={56} small /> },
    {
      key: "name",
      title: t("field.name"),
      sort: "name",
      cell: (row) => (
        <div>
          <Anchor component={Link} to={`/templates/${row.id}`} fw={600} c="inherit" size="sm">
            {row.name || row.id}
          </Anchor>
          <Text size="xs" c="dimmed" lineClamp={1} maw={360}>
            {row.description}
          </Text>
        </div>
      ),
    },
    { key: "subject", title: t("field.subject"), sort: "subject", wideOnly: true, cell: (row) => <Text size="sm" lineClamp={2}>{row.subject}</Text> },
    { key: "kind", title: t("column.kind"), cell: (row) => <Group gap={4}><Tags message={row} /></Group> },
    { key: "updated", title: t("column.updated"), sort: "updated_at", cell: (row) => <When at={row.updated_at} /> },
  ];
  return (
    <DataTable label={t("title")} columns={columns} list={list} rowKey={(row) => row.id} filters={filters} sorting={{ by: filter.sort, order: filter.order }} onSort={({ by, order }) => onSort(by, order)} onOpen={onOpen} actions={(row) => <MessageMenu row={row} />} empty={empty} filtered={filtered} onClearFilters={onClear} />
  );
}
