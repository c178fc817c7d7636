import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Account, Mention, Post, Previews } from "@/api/social";
import { Refused, type Answer } from "@/testing/server";
import { signedIn } from "@/testing/signedIn";
import { MentionDrawer } from "./tabs/MentionDrawer";
import { PostView } from "./PostPage";
import SocialPage from "./SocialPage";

const none = { items: [], cursor: null, total: 0 };
const account = (platform: Account["platform"], more: Partial<Account> = {}): Account => ({
  id: `${platform}-1`,
  platform,
  label: platform,
  external_id: "1",
  name: `Shop ${platform}`,
  handle: "shop",
  picture: "",
  scopes: [],
  state: "connected",
  expires_at: null,
  connected_at: null,
  connected_by: "bob@shop.example",
  note: "",
  ...more,
});
const post: Post = {
  id: "launch",
  rev: 2,
  state: "partly",
  content: { text: "We are open", link: "", media: [], kind: "post", target: {} },
  overrides: {},
  deliveries: [
    { account: "twitter-1", platform: "twitter", name: "Shop twitter", state: "published", at: "2026-03-02T09:00:00Z", own_at: null, next_at: null, published_at: "2026-03-02T09:00:04Z", external_id: "1", url: "https://x.example/1", code: "", reason: "" },
    { account: "linkedin-1", platform: "linkedin", name: "Shop linkedin", state: "failed", at: "2026-03-02T09:00:00Z", own_at: null, next_at: null, published_at: null, external_id: "", url: "", code: "duplicate", reason: "This was posted already." },
  ],
  at: "2026-03-02T09:00:00Z",
  time_zone: "Europe/Berlin",
  origin: null,
  created_at: "2026-03-01T09:00:00Z",
  created_by: "bob@shop.example",
  changed_at: null,
  changed_by: "",
};
const previews: Previews = {
  ok: true,
  previews: [{ platform: "twitter", label: "X", kind: "post", text: "Hi #one", shown: "Hi #one", cut: false, length: 7, limit: 280, hashtags: ["one"], mentions: [], card: "", clickable_link: true, media: [], faults: [] }],
};
const mention: Mention = {
  id: "m1",
  rev: 4,
  platform: "twitter",
  account: "twitter-1",
  external_id: "9",
  parent: "",
  kind: "mention",
  author: { external_id: "7", handle: "kim", name: "Kim", followers: 1200, profile: "p1" },
  text: "Where is my parcel?",
  url: "",
  at: "2026-03-02T09:00:00Z",
  sentiment: "negative",
  score: -0.6,
  language: "en",
  state: "open",
  assignee: "",
  rule: "",
  answer: null,
};
const common: Record<string, Answer> = {
  "GET /social/posts": none,
  "GET /social/accounts": { ...none, items: [account("twitter"), account("linkedin"), account("facebook", { state: "expired" })] },
  "GET /social/apps": none,
  "GET /social/alerts": none,
  "GET /social/mentions": none,
  "GET /team": none,
  "GET /workspace": { id: "demo", name: "Demo", sender: "", time_zone: "Europe/Berlin", stopped: false },
  "POST /social/preview": previews,
};
const open = (ui: React.ReactNode, answers: Record<string, Answer> = {}, path = "/social") => signedIn(ui, { ...common, ...answers }, { path, role: "publisher" });

/** A field, once the person's rights are known. */
async function field(label: string): Promise<HTMLElement> {
  const found = await screen.findByLabelText(label);
  await waitFor(() => {
    expect(found).toHaveProperty("disabled", false);
    expect(found).toHaveProperty("readOnly", false);
  });
  return found;
}

describe("posts", () => {
  it("are taught while there are none", async () => {
    await open(<SocialPage />);
    expect(await screen.findByText("No posts yet")).toBeTruthy();
  });

  it("are filtered by the server and tell why one failed", async () => {
    const { asked } = await open(<SocialPage />, { "GET /social/posts": { ...none, items: [post] } }, "/social?state=partly&platform=linkedin");
    expect(await screen.findByText("We are open")).toBeTruthy();
    expect(screen.getByText("This was posted already.")).toBeTruthy();
    expect(asked.find((one) => one.path === "/social/posts")?.query).toMatchObject({ state: "partly", platform: "linkedin", sort: "at" });
  });
});

describe("a crisis", () => {
  it("is told on every tab", async () => {
    await open(<SocialPage />, { "GET /social/alerts": { ...none, items: [{ account: "twitter-1", on: true, history: [] }] } });
    expect(await screen.findByText(/Many speak badly of Shop twitter/)).toBeTruthy();
  });
});

describe("writing", () => {
  it("schedules at a moment of the workspace's clock, with a text of its own for one network", async () => {
    const user = userEvent.setup();
    const { asked } = await open(<PostView id="new" />, { "POST /social/posts": { ...post, state: "scheduled" } });
    await user.type(await field("Text"), "Hello");
    await user.click(screen.getByRole("tab", { name: "LinkedIn" }));
    await user.clear(screen.getByLabelText("Text for LinkedIn"));
    await user.type(screen.getByLabelText("Text for LinkedIn"), "Dear all");
    await user.type(screen.getByLabelText(/^Moment/), "2026-03-02T09:00");
    await user.click(screen.getByRole("button", { name: "Schedule" }));
    await waitFor(() => expect(asked.some((one) => one.method === "POST" && one.path === "/social/posts")).toBe(true));
    expect(asked.find((one) => one.method === "POST" && one.path === "/social/posts")?.body).toMatchObject({
      text: "Hello",
      overrides: { linkedin: { text: "Dear all" } },
      accounts: ["twitter-1", "linkedin-1"],
      at: "2026-03-02T09:00",
      time_zone: "Europe/Berlin",
      draft: false,
    });
  });

  it("takes a picture of Content with its words and its size", async () => {
    const user = userEvent.setup();
    const picture = { id: "p1", name: "Shoe", file: "p1.png", url: "/images/demo/p1.png", width: 800, height: 600, bytes: 9000, uploaded_bytes: 9000, at: "2026-03-01T09:00:00Z", by: "" };
    const shown = { ...previews, previews: [{ ...previews.previews[0], media: [{ kind: "image", url: "images/demo/p1.png", alt: "A red shoe" }] }] };
    const { asked } = await open(<PostView id="new" />, { "POST /social/posts": { ...post, state: "draft" }, "POST /social/preview": shown, "GET /images": { ...none, items: [picture] } });
    await user.type(await field("Text"), "Hello");
    await user.click(screen.getByRole("button", { name: "Add picture or video" }));
    await user.click(await screen.findByRole("menuitem", { name: "One of your pictures" }));
    await user.click(await screen.findByRole("button", { name: /Shoe/ }));
    await user.type(screen.getByLabelText("Words for whoever cannot see it"), "A red shoe");
    expect(screen.queryByLabelText("Width in pixels")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Put it in" }));
    expect(await screen.findByDisplayValue("/images/demo/p1.png")).toBeTruthy();
    expect((await screen.findByAltText("A red shoe")).getAttribute("src")).toBe("/images/demo/p1.png");
    await user.click(screen.getByRole("radio", { name: "Draft" }));
    await user.click(screen.getByRole("button", { name: "Keep draft" }));
    await waitFor(() => expect(asked.some((one) => one.method === "POST" && one.path === "/social/posts")).toBe(true));
    expect(asked.find((one) => one.method === "POST" && one.path === "/social/posts")?.body).toMatchObject({ media: [{ kind: "image", url: "/images/demo/p1.png", alt: "A red shoe", width: 800, height: 600, bytes: 9000 }] });
  });

  it("cannot be sent while a network would refuse it", async () => {
    const user = userEvent.setup();
    const refused = { ok: false, previews: [{ ...previews.previews[0], faults: [{ code: "too_long", place: "text", message: "X takes 280 characters.", platform: "twitter" }] }] };
    await open(<PostView id="new" />, { "POST /social/preview": refused });
    expect(await screen.findByText("X takes 280 characters.")).toBeTruthy();
    await user.click(screen.getByRole("radio", { name: "At once" }));
    expect(screen.getByRole("button", { name: "Post now" })).toHaveProperty("disabled", true);
    await user.click(screen.getByRole("radio", { name: "Draft" }));
    expect(screen.getByRole("button", { name: "Keep draft" })).toHaveProperty("disabled", false);
  });

  it("shows what became of it, and tries again what failed", async () => {
    const user = userEvent.setup();
    const { asked } = await open(<PostView id="launch" />, { "GET /social/posts/launch": post, "POST /social/posts/launch/publish": { ...post, state: "publishing", rev: 3 } });
    const table = await screen.findByRole("table", { name: /What became of it/ });
    expect(within(table).getByText("This was posted already.")).toBeTruthy();
    await waitFor(() => expect(screen.getByRole("button", { name: "Try what failed again" }).getAttribute("aria-disabled")).toBeNull());
    await user.click(screen.getByRole("button", { name: "Try what failed again" }));
    await waitFor(() => expect(asked.some((one) => one.path === "/social/posts/launch/publish")).toBe(true));
  });
});

describe("what is said", () => {
  it("is answered with the revision that was read", async () => {
    const user = userEvent.setup();
    const answer = { text: "On its way!", by: "sub-1", at: mention.at, state: "sent", reason: "", external_id: "", url: "" };
    const { asked } = await open(<MentionDrawer id="m1" onClose={() => undefined} />, { "GET /social/mentions/m1": mention, "POST /social/mentions/m1/answer": { ...mention, rev: 5, state: "answered", answer }, "GET /team": { ...none, items: [{ id: "sub-1", email: "bob@shop.example", name: "", role: "editor" }] } });
    await user.type(await field("Your answer"), "On its way!");
    await user.click(screen.getByRole("button", { name: "Answer" }));
    expect(await screen.findByText("Posted")).toBeTruthy();
    expect(await screen.findByText(/^bob@shop.example ·/)).toBeTruthy();
    expect(asked.find((one) => one.path === "/social/mentions/m1/answer")?.body).toEqual({ rev: 4, text: "On its way!" });
  });

  it("tells why an answer was refused and keeps its text", async () => {
    const user = userEvent.setup();
    await open(<MentionDrawer id="m1" onClose={() => undefined} />, { "GET /social/mentions/m1": mention, "POST /social/mentions/m1/answer": new Refused(409, "conflict", "Somebody else changed it.") });
    await user.type(await field("Your answer"), "Hi");
    await user.click(screen.getByRole("button", { name: "Answer" }));
    expect(await screen.findByText("Somebody else changed it.")).toBeTruthy();
    expect(screen.getByLabelText("Your answer")).toHaveProperty("value", "Hi");
  });
});
