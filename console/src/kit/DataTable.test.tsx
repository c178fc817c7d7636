import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/error";
import type { PagedList } from "@/api/queries";
import { show } from "@/testing/render";
import { DataTable, type Column } from "./DataTable";

interface Row {
  id: string;
  name: string;
}
const columns: Column<Row>[] = [
  { key: "name", title: "Name", sort: "name", cell: (row) => row.name },
  { key: "id", title: "Id", cell: (row) => row.id },
];
const rows: Row[] = [
  { id: "a", name: "Welcome" },
  { id: "b", name: "Win back" },
];
function list(changes: Partial<PagedList<Row>> = {}): PagedList<Row> {
  const nothing = (): void => undefined;
  return { items: rows, loading: false, stale: false, error: null, hasMore: false, loadingMore: false, more: nothing, again: nothing, ...changes };
}
const base = { label: "Rows", columns, rowKey: (row: Row) => row.id, empty: <p>Teaches</p> };

it("shows rows and says how many", async () => {
  await show(<DataTable {...base} list={list()} />);
  expect(await screen.findByRole("table", { name: "Rows" })).toBeTruthy();
  expect(screen.getByText("Win back")).toBeTruthy();
  expect(screen.getByText("2 rows")).toBeTruthy();
});

it("asks for the next page", async () => {
  const more = vi.fn();
  await show(<DataTable {...base} list={list({ hasMore: true, more })} />);
  await userEvent.click(await screen.findByRole("button", { name: "Show more" }));
  expect(more).toHaveBeenCalledOnce();
});

it("sorts by a column, and the other way at the second click", async () => {
  const onSort = vi.fn();
  await show(<DataTable {...base} list={list()} sorting={{ by: "name", order: "asc" }} onSort={onSort} />);
  await userEvent.click(await screen.findByRole("button", { name: "Name" }));
  expect(onSort).toHaveBeenCalledWith({ by: "name", order: "desc" });
  expect(screen.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("ascending");
});

it("is walked and opened by keyboard", async () => {
  const onOpen = vi.fn();
  await show(<DataTable {...base} list={list()} onOpen={onOpen} />);
  const [, first, second] = await screen.findAllByRole("row");
  first?.focus();
  await userEvent.keyboard("{ArrowDown}");
  expect(document.activeElement).toBe(second);
  await userEvent.keyboard("{Enter}");
  expect(onOpen).toHaveBeenCalledWith(rows[1]);
});

it("teaches when there is nothing, unless filters hide it", async () => {
  const { unmount } = await show(<DataTable {...base} list={list({ items: [] })} />);
  expect(await screen.findByText("Teaches")).toBeTruthy();
  unmount();
  const clear = vi.fn();
  await show(<DataTable {...base} list={list({ items: [] })} filtered onClearFilters={clear} />);
  await userEvent.click(await screen.findByRole("button", { name: "Clear" }));
  expect(clear).toHaveBeenCalledOnce();
});

it("says what went wrong, with the code and a way on", async () => {
  const again = vi.fn();
  await show(<DataTable {...base} list={list({ items: [], error: new ApiError(503, "throttled", "Slow down."), again })} />);
  expect(await screen.findByRole("alert")).toBeTruthy();
  expect(screen.getByText("Slow down.")).toBeTruthy();
  expect(screen.getByText("throttled")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(again).toHaveBeenCalledOnce();
});
