import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { useSegment, type Segment } from "@/api/segments";
import { Refused, type Answer } from "@/testing/server";
import { signedIn } from "@/testing/signedIn";
import { DeleteSegment } from "./DeleteSegment";
import { ExportModal } from "./ExportModal";
import NewSegmentPage from "./NewSegmentPage";
import SegmentsPage from "./SegmentsPage";
import { EditTab } from "./tabs/EditTab";
import { MembersTab } from "./tabs/MembersTab";
import { OverlapTab } from "./tabs/OverlapTab";

const none = { items: [], cursor: null, total: 0 };
const segment: Segment = {
  id: "vip",
  name: "VIP",
  description: "",
  kind: "static",
  tags: ["shop"],
  trigger_existing: false,
  text: "",
  rev: 3,
  settled: true,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  updated_by: "bob@x.org",
  size: 12,
  used_by: [],
  asked: null,
};
const estimate = { estimate: { sampled: 100, members: 25, total: 1000, size: 250, low: 170, high: 340, exact: false }, sample: [{ profile: "p1", email: "ada@x.org", name: "Ada" }] };
const tree = { op: "eq", left: { op: "field", scope: "profile", path: ["country"] }, right: { op: "value", value: "DE" } };
const common: Record<string, Answer> = {
  "GET /segments": none,
  "GET /attributes": none,
  "GET /events/known": none,
  "POST /conditions/parse": { text: 'country = "DE"', tree, problems: [] },
  "POST /segments/estimate/preview": estimate,
  "POST /segments/validate": { valid: true, text: "", problems: [] },
};
const open = (ui: React.ReactNode, answers: Record<string, Answer> = {}, path = "/", role: "editor" | "publisher" = "editor") => signedIn(ui, { ...common, ...answers }, { path, role });

describe("the list", () => {
  it("teaches and offers examples while there is none", async () => {
    await open(<SegmentsPage />);
    expect(await screen.findByText("No segments yet")).toBeTruthy();
    expect(screen.getByText("Best customers")).toBeTruthy();
  });

  it("is filtered and sorted by the server", async () => {
    const { asked } = await open(<SegmentsPage />, { "GET /segments": { ...none, items: [segment] }, "GET /segments/vip/history": none }, "/?kind=static&sort=size&order=desc");
    expect(await screen.findByText("VIP")).toBeTruthy();
    expect(asked.find((one) => one.path === "/segments")?.query).toMatchObject({ kind: "static", sort: "size", order: "desc" });
    await userEvent.setup().click(screen.getByRole("button", { name: "Only with the tag shop" }));
    await waitFor(() => expect(asked.filter((one) => one.path === "/segments").at(-1)?.query["tag"]).toBe("shop"));
  });
});

describe("a new segment", () => {
  it("begins from an example, is counted while it is written, and takes its id from its name", async () => {
    const { asked } = await open(<NewSegmentPage />, { "POST /segments": segment }, "/?from=by_country");
    expect(await screen.findByText("250")).toBeTruthy();
    expect(screen.getByText("170 to 340 with 95 % certainty, from a sample of 100")).toBeTruthy();
    expect(screen.getByText("Ada")).toBeTruthy();
    const user = userEvent.setup();
    const name = screen.getByLabelText(/^Name/);
    await user.clear(name);
    await user.type(name, "At home");
    expect(screen.getByLabelText<HTMLInputElement>(/^Id/).value).toBe("at_home");
    await user.click(screen.getByRole("button", { name: "Create segment" }));
    await waitFor(() => expect(asked.find((one) => one.method === "POST" && one.path === "/segments")?.body).toMatchObject({ segment: { id: "at_home", name: "At home", kind: "dynamic" } }));
  });

  it("says what only segments may not do", async () => {
    await open(<NewSegmentPage />, { "POST /segments/validate": { valid: false, text: "", problems: [{ code: "segment_cycle", message: "In a circle.", place: "condition.items[0]", severity: "error" }] } }, "/?from=by_country");
    expect(await screen.findByText("In a circle.")).toBeTruthy();
  });
});

describe("editing", () => {
  function Editing() {
    const found = useSegment("vip");
    return found.data ? <EditTab segment={found.data} /> : null;
  }

  it("overwrites nobody unless one wants that", async () => {
    let rev = 3;
    const { asked } = await open(<Editing />, {
      "GET /segments/vip": () => ({ ...segment, rev, name: rev === 3 ? "VIP" : "Theirs" }),
      "PUT /segments/vip": ({ body }: { body: unknown }) => {
        const { rev: sent } = body as { rev: number };
        if (sent !== 4) {
          rev = 4;
          return new Refused(409, "conflict", "Somebody else changed it.");
        }
        return { ...segment, rev: 5, name: "Mine" };
      },
    });
    const user = userEvent.setup();
    const name = await screen.findByLabelText(/^Name/);
    await user.clear(name);
    await user.type(name, "Mine");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Somebody else changed this segment")).toBeTruthy();
    expect(screen.getByText(/bob@x.org saved it/)).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe("Mine");
    await user.click(screen.getByRole("button", { name: "Save mine over it" }));
    await waitFor(() => expect(asked.filter((one) => one.method === "PUT").map((one) => (one.body as { rev: number }).rev)).toEqual([3, 4]));
    await waitFor(() => expect(screen.queryByText("Somebody else changed this segment")).toBeNull());
  });
});

describe("deleting", () => {
  it("names what uses it instead", async () => {
    await open(<DeleteSegment segment={{ ...segment, used_by: ["workflow/welcome", "segment/best"] }} opened onClose={() => undefined} onDeleted={() => undefined} />);
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByRole("link", { name: "welcome" }).getAttribute("href")).toBe("/workflows/welcome");
    expect(dialog.queryByRole("button", { name: "Delete" })).toBeNull();
  });

  it("sends the revision that was read", async () => {
    const gone: boolean[] = [];
    const { asked } = await open(<DeleteSegment segment={segment} opened onClose={() => undefined} onDeleted={() => gone.push(true)} />, { "DELETE /segments/vip": { deleted: "vip" } });
    await userEvent.setup().click(await screen.findByRole("button", { name: "Delete" }));
    await waitFor(() => expect(gone).toEqual([true]));
    expect(asked.find((one) => one.method === "DELETE")?.query).toEqual({ rev: "3" });
  });
});

describe("members", () => {
  it("of a list are added by address; unknown ones stay to be mended", async () => {
    const { asked } = await open(<MembersTab segment={segment} />, { "GET /segments/vip/members": none, "GET /contacts/search": none, "POST /segments/vip/members": { asked: 1, unknown: ["who@x.org"] } });
    const user = userEvent.setup();
    // Before it is known who is signed in, the button may do nothing.
    await waitFor(() => expect(screen.getByRole("button", { name: "Add contacts" }).getAttribute("aria-disabled")).toBeNull());
    await user.click(screen.getByRole("button", { name: "Add contacts" }));
    const dialog = within(await screen.findByRole("dialog"));
    const box = dialog.getByLabelText<HTMLTextAreaElement>("Who");
    await user.type(box, "ada@x.org, who@x.org");
    await user.click(dialog.getByRole("button", { name: "Add 2 contacts" }));
    expect(await dialog.findByText("1 is not known; it stays above.")).toBeTruthy();
    expect(box.value).toBe("who@x.org");
    expect(asked.find((one) => one.method === "POST")?.body).toEqual({ contacts: ["ada@x.org", "who@x.org"] });
  });
});

it("overlap is told in words beside the picture", async () => {
  await open(<OverlapTab segment={segment} />, { "GET /segments": { ...none, items: [segment, { ...segment, id: "new", name: "New" }] }, "GET /segments/vip/overlap": { sampled: 100, first: 40, second: 10, both: 5, of_first: 0.125, of_second: 0.5, jaccard: 0.111 } }, "/?other=new");
  expect(await screen.findByText("50% of “New” are in “VIP” too.")).toBeTruthy();
  expect(screen.getByRole("img", { name: "VIP and New: 5 in both" })).toBeTruthy();
});

it("an export goes on in the background until its file is there", async () => {
  const transfer = { id: "j1", kind: "export", state: "done", rows: 12, total: 12, ready: true, why: "" };
  const { asked } = await open(<ExportModal segment="vip" opened onClose={() => undefined} />, { "POST /exports": { ...transfer, state: "working" }, "GET /exports/j1": transfer }, "/", "publisher");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Start export" }));
  expect(await screen.findByText("Done: 12 rows.")).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Download" }).disabled).toBe(false);
  expect(asked.find((one) => one.method === "POST")?.body).toEqual({ segment: "vip", format: "csv" });
});
