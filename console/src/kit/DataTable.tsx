import { Button, Center, Group, LoadingOverlay, Skeleton, Table, Text, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconArrowsSort } from "@tabler/icons-react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PagedList } from "@/api/queries";
import classes from "./DataTable.module.css";
import { ErrorState } from "./ErrorState";

export interface Column<T> {
  key: string;
  title: string;
  /** The title is only read out. */
  unseen?: boolean;
  cell: (row: T) => ReactNode;
  /** Name that the API sorts by; without it the column cannot be sorted. */
  sort?: string;
  align?: "left" | "right";
  width?: number | string;
  /** Left out below 900 px. */
  wideOnly?: boolean;
}

export interface Sorting {
  by: string;
  order: "asc" | "desc";
}

export interface DataTableProps<T> {
  /** What the table lists, for screen readers. */
  label: string;
  columns: readonly Column<T>[];
  list: PagedList<T>;
  rowKey: (row: T) => string;
  /** Search and filters, above the table. */
  filters?: ReactNode;
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
  /** Opens a row: the whole row is clickable, Enter opens it; put a real link into its first cell as well. */
  onOpen?: (row: T) => void;
  /** A menu or buttons at the end of a row. */
  actions?: (row: T) => ReactNode;
  /** Shown without any row: an EmptyState. */
  empty: ReactNode;
  /** Shown instead of `empty` when filters are set: what was looked for is not there. */
  filtered?: boolean;
  onClearFilters?: () => void;
}

const SKELETON_ROWS = 8;

/** Every list of the console: server pages by cursor, sorting, filters, skeleton, empty and failed states. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { t } = useTranslation("kit");
  const { label, columns, list, rowKey, filters, onOpen, actions, empty, filtered = false, onClearFilters } = props;
  const width = columns.length + (actions ? 1 : 0);
  return (
    <div className={classes["frame"]}>
      {filters && <div className={classes["filters"]}>{filters}</div>}
      <div className={classes["card"]} aria-busy={list.loading || list.stale}>
        <LoadingOverlay visible={list.stale} overlayProps={{ backgroundOpacity: 0.35 }} loaderProps={{ type: "dots" }} />
        {list.error && list.items.length === 0 ? (
          <ErrorState error={list.error} again={list.again} />
        ) : !list.loading && list.items.length === 0 ? (
          filtered ? (
            <NothingFound {...(onClearFilters ? { onClear: onClearFilters } : {})} />
          ) : (
            empty
          )
        ) : (
          <Table.ScrollContainer minWidth={480} scrollAreaProps={{ offsetScrollbars: "present" }}>
            <Table highlightOnHover={onOpen !== undefined} verticalSpacing={10} horizontalSpacing="md" aria-label={label}>
              <Table.Thead>
                <Table.Tr>
                  {columns.map((column) => (
                    <Heading key={column.key} column={column} sorting={props.sorting} onSort={props.onSort} />
                  ))}
                  {actions && (
                    <Table.Th w={1}>
                      <span className="unseen">{t("table.actions")}</span>
                    </Table.Th>
                  )}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.loading
                  ? Array.from({ length: SKELETON_ROWS }, (_, row) => <SkeletonRow key={row} cells={width} />)
                  : list.items.map((row) => (
                      <Table.Tr
                        key={rowKey(row)}
                        {...(onOpen ? { tabIndex: 0, className: classes["open"] ?? "", onClick: () => opened(onOpen, row), onKeyDown: (event) => moved(event, () => onOpen(row)) } : {})}
                      >
                        {columns.map((column) => (
                          <Table.Td key={column.key} ta={column.align ?? "left"} {...(column.wideOnly ? { visibleFrom: "md" } : {})}>
                            {column.cell(row)}
                          </Table.Td>
                        ))}
                        {actions && (
                          <Table.Td onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
                            <Group gap={4} justify="flex-end" wrap="nowrap">
                              {actions(row)}
                            </Group>
                          </Table.Td>
                        )}
                      </Table.Tr>
                    ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </div>
      <Footer list={list} />
    </div>
  );
}

function opened<T>(onOpen: (row: T) => void, row: T): void {
  // Whoever marks a text to copy it does not want to leave.
  if (window.getSelection()?.toString()) return;
  onOpen(row);
}

function moved(event: KeyboardEvent<HTMLElement>, open: () => void): void {
  if (event.target !== event.currentTarget) return;
  if (event.key === "Enter") open();
  const next = event.key === "ArrowDown" ? event.currentTarget.nextElementSibling : event.key === "ArrowUp" ? event.currentTarget.previousElementSibling : null;
  if (next instanceof HTMLElement) {
    event.preventDefault();
    next.focus();
  }
}

function Heading<T>({ column, sorting, onSort }: { column: Column<T>; sorting: Sorting | undefined; onSort: DataTableProps<T>["onSort"] }) {
  const hidden = column.wideOnly ? { visibleFrom: "md" } : {};
  const { sort } = column;
  if (sort === undefined || !onSort) {
    return (
      <Table.Th ta={column.align ?? "left"} w={column.width} {...hidden}>
        {column.unseen ? <span className="unseen">{column.title}</span> : column.title}
      </Table.Th>
    );
  }
  const active = sorting?.by === sort;
  const Arrow = !active ? IconArrowsSort : sorting.order === "asc" ? IconArrowUp : IconArrowDown;
  return (
    <Table.Th ta={column.align ?? "left"} w={column.width} aria-sort={active ? (sorting.order === "asc" ? "ascending" : "descending") : "none"} {...hidden}>
      <UnstyledButton className={classes["sort"] ?? ""} data-active={active} onClick={() => onSort({ by: sort, order: active && sorting.order === "asc" ? "desc" : "asc" })}>
        {column.title}
        <Arrow size={14} aria-hidden />
      </UnstyledButton>
    </Table.Th>
  );
}

function SkeletonRow({ cells }: { cells: number }) {
  return (
    <Table.Tr aria-hidden>
      {Array.from({ length: cells }, (_, cell) => (
        <Table.Td key={cell}>
          <Skeleton height={12} my={5} width={cell === 0 ? "70%" : "45%"} radius="xl" />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function NothingFound({ onClear }: { onClear?: () => void }) {
  const { t } = useTranslation("kit");
  return (
    <Center p={48}>
      <Group>
        <Text c="dimmed" size="sm" role="status">
          {t("table.nothing")}
        </Text>
        {onClear && (
          <Button size="xs" variant="default" onClick={onClear}>
            {t("table.clear")}
          </Button>
        )}
      </Group>
    </Center>
  );
}

function Footer<T>({ list }: { list: PagedList<T> }) {
  const { t } = useTranslation("kit");
  if (list.loading || list.items.length === 0) return null;
  return (
    <Group justify="space-between" mih={30}>
      <Text size="xs" c="dimmed" role="status">
        {t(list.hasMore ? "table.shown_more" : "table.shown", { count: list.items.length })}
      </Text>
      {list.hasMore && (
        <Button size="xs" variant="default" onClick={list.more} loading={list.loadingMore}>
          {t("table.more")}
        </Button>
      )}
    </Group>
  );
}
