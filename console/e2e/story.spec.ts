/** What marketers do from the first sign-in on, in one go: each part goes on where the one before it ended. */
import { Analytics } from "@segment/analytics-node";
import { devices, expect, test, type Page } from "@playwright/test";
import { letterTo, pass } from "./cloud";
import { choose, configure, connect, dropBetween, dropOnCanvas, saved, stepAt } from "./drawing";
import { given } from "./given";
import { call, codeOf, givePassword, inside, STEP_MS } from "./people";

// Nothing to try again: a second run would find what the first one made.
test.describe.configure({ mode: "serial", retries: 0 });

const ANN = "ann@people.example";
const BOB = "bob@people.example";
const WORKFLOW = "/workflows/welcome_series";
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
});
test.afterAll(async () => page.close());

async function send(work: (client: Analytics) => void): Promise<void> {
  const { origin, pathname } = new URL(given.api);
  const client = new Analytics({ writeKey: given.write_key, host: origin, path: `${pathname}/v1/batch`, flushAt: 5 });
  const faults: unknown[] = [];
  client.on("error", (fault) => faults.push(fault));
  work(client);
  await client.closeAndFlush();
  expect(faults).toEqual([]);
}

const count = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);

test("a new administrator enrols an authenticator, and signs in with it", async () => {
  await givePassword(page, "new");
  await expect(page.getByRole("heading", { name: "Set up your second factor" })).toBeVisible();
  const secret = (await page.locator(".mantine-Code-root").innerText()).replaceAll(/\s/g, "");
  const first = codeOf(secret);
  await page.getByRole("textbox", { name: "Digit 1 of 6" }).click();
  await page.keyboard.type(first, { delay: 15 });
  await page.getByRole("button", { name: "Turn it on" }).click();
  await inside(page);
  await expect(page.getByRole("navigation").first()).toBeVisible();

  await page.evaluate(() => sessionStorage.clear());
  await page.context().clearCookies();
  await page.evaluate(() => localStorage.clear());
  await page.goto("/sign-in");
  await givePassword(page, "new");
  await expect(page.getByRole("heading", { name: "Second factor" })).toBeVisible();
  // A code is good once: the next one is shown half a minute later at most.
  await expect.poll(() => codeOf(secret) !== first, { timeout: STEP_MS + 5_000 }).toBe(true);
  await page.getByRole("textbox", { name: "Digit 1 of 6" }).click();
  await page.keyboard.type(codeOf(secret), { delay: 15 });
  await inside(page);
});

test("an editor needs no second factor, and may not publish", async ({ browser }) => {
  const other = await browser.newPage();
  await givePassword(other, "editor");
  await inside(other);
  await expect(other.getByRole("navigation").first()).toBeVisible();
  expect(await call<{ role: string }>(other, "GET", "/me")).toMatchObject({ role: "editor", mfa: { required: false } });
  await other.close();
});

test("the welcome series is drawn by drag and drop", async () => {
  await page.goto("/workflows");
  await page.getByRole("button", { name: "New workflow" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: false }).first().fill("Welcome series");
  await dialog.getByRole("button", { name: /^Create/ }).click();
  await page.waitForURL((url) => url.pathname === WORKFLOW);
  await expect(page.getByRole("heading", { name: "Start with a trigger" })).toBeVisible();

  await dropOnCanvas(page, "event_trigger", "event_trigger", { x: 0.4, y: 0.12 });
  await dropOnCanvas(page, "email_send", "email_send", { x: 0.4, y: 0.32 });
  await dropOnCanvas(page, "if_condition", "if_condition", { x: 0.4, y: 0.55 });
  await dropOnCanvas(page, "email_send", "email_send_2", { x: 0.22, y: 0.8 });
  await dropOnCanvas(page, "email_send", "email_send_3", { x: 0.62, y: 0.8 });
  await connect(page, "event_trigger", "next", "email_send");
  await connect(page, "email_send", "sent", "if_condition");
  await connect(page, "if_condition", "true", "email_send_2");
  await connect(page, "if_condition", "false", "email_send_3");
  await dropBetween(page, "delay_action", "delay_action", "email_send", "if_condition");
  await expect(page.locator('[data-way="delay_action.next"]')).toBeAttached();
});

test("problems stand at the step and in the list, and go when they are mended", async () => {
  await expect(count("email_send").locator("button[data-severity=error]")).toBeVisible();
  await page.getByRole("button", { name: /\d+ errors/ }).click();
  await expect(page.getByRole("region", { name: "Problems" }).getByRole("listitem")).not.toHaveCount(0);

  await configure(page, "event_trigger");
  await page.getByRole("combobox", { name: /event/i }).first().fill("Signed Up");
  await page.keyboard.press("Tab");
  for (const [step, message] of [["email_send", "Welcome"], ["email_send_2", "Tips"], ["email_send_3", "Reminder"]] as const) {
    await configure(page, step);
    await choose(page, page.getByPlaceholder("Pick a message"), message);
    await expect(count(step).locator("button[data-severity=error]")).toHaveCount(0);
  }
  await configure(page, "delay_action");
  await page.getByRole("textbox", { name: /: amount$/ }).first().fill("1");
  await configure(page, "if_condition");
  await page.getByRole("button", { name: "Add condition" }).click();
  await choose(page, page.getByRole("combobox", { name: "What to ask about" }), "Clicked in a message");
  await expect(page.getByRole("button", { name: /Ready to publish|hints?$/ })).toBeVisible();
  await expect(page.locator('.react-flow__node button[data-severity="error"]')).toHaveCount(0);
});

test("it is published through the dialog", async () => {
  await saved(page);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/All checks passed/)).toBeVisible();
  await dialog.getByRole("textbox").fill("First version");
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(dialog.getByText("Version 1 is live")).toBeVisible();
  await dialog.getByRole("button", { name: "Watch it live" }).or(dialog.getByRole("link", { name: "Watch it live" })).click();
  await expect(page.getByRole("tab", { name: "Live" })).toHaveAttribute("aria-selected", "true");
});

test("events of a real client move the counts, and nobody loads the page again", async () => {
  const loaded = await page.evaluate(() => performance.timeOrigin);
  await expect(stepAt(page, "delay_action")).toBeVisible();
  await send((client) => {
    for (const [userId, email] of [["ann", ANN], ["bob", BOB]] as const) {
      client.identify({ userId, traits: { email, first_name: userId === "ann" ? "Ann" : "Bob", country: "DE" } });
      client.track({ userId, event: "Signed Up", properties: { plan: "pro" } });
    }
  });
  await expect(count("delay_action").getByText("2", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  await expect(count("email_send").getByText("2", { exact: true }).first()).toBeVisible();
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(loaded);
});

test("the message lies in the inbox; its link is clicked", async ({ browser }) => {
  const letter = await letterTo(ANN, /^Welcome, Ann/);
  // Whoever clicks in the first seconds is taken for a scanner of mail.
  await pass(60);
  // Chromium without a window says so, and is taken for a machine.
  const reader = await browser.newContext({ userAgent: devices["Desktop Chrome"].userAgent });
  // The shop itself is the one thing that is not there.
  await reader.route("https://shop.example/**", (route) => route.fulfill({ body: "The shop" }));
  const inbox = await reader.newPage();
  await inbox.goto(`${given.cloud}/_stepwell/inbox/${letter.id}/html`);
  const [shop] = await Promise.all([reader.waitForEvent("page"), inbox.getByRole("link", { name: "Begin here" }).click()]);
  await shop.waitForURL(/shop\.example\/start/);
  await reader.close();
  await pass(0);
  await expect
    .poll(async () => (await call<{ items: { name: string }[] }>(page, "GET", `/contacts/${ANN}/timeline`)).items.map((one) => one.name), { timeout: 60_000 })
    .toContain("email_clicked");
});

test("it is changed, and whoever is in it moves along", async () => {
  await page.getByRole("tab", { name: "Build" }).click();
  await dropBetween(page, "delay_action", "delay_action_2", "delay_action", "if_condition");
  await stepAt(page, "delay_action").click();
  await page.keyboard.press("Delete");
  await expect(stepAt(page, "delay_action")).toHaveCount(0);
  await expect(page.locator('[data-way="email_send.sent"]')).toBeAttached();
  await configure(page, "delay_action_2");
  await page.getByRole("textbox", { name: "Name of this step" }).fill("Half a day");
  await page.getByRole("textbox", { name: /: amount$/ }).first().fill("12");
  await page.getByRole("combobox", { name: /: unit$/ }).first().click();
  await page.getByRole("option", { name: "hours" }).click();
  await saved(page);
  await page.getByRole("button", { name: "Publish changes" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("2 contacts are in older versions")).toBeVisible();
  await dialog.getByText("Move them", { exact: true }).click();
  const target = dialog.getByRole("combobox", { name: "Where those at Delay go on" });
  await expect(target).toHaveValue("Half a day");
  await choose(page, target, "If");
  await expect(target).toHaveValue("If");
  await choose(page, target, "Half a day");
  await expect(dialog.getByText("0 stay, 2 move, 0 end.")).toBeVisible();
  await dialog.getByRole("textbox").last().fill("Shorter wait");
  await dialog.getByRole("button", { name: "Publish changes" }).click();
  await expect(dialog.getByText("Version 2 is live")).toBeVisible();
  await page.keyboard.press("Escape");
  await pass(0);
  const enrolled = async (): Promise<number[]> => (await call<{ items: { version: number }[] }>(page, "GET", "/workflows/welcome_series/enrollments?limit=10")).items.map((one) => one.version);
  await expect.poll(enrolled, { timeout: 60_000 }).toEqual([2, 2]);
});

test("the branch that was taken is explained", async () => {
  await pass(2 * DAY_S);
  await letterTo(ANN, /^Three tips/);
  await letterTo(BOB, /^Did you miss/);
  await page.goto(`${WORKFLOW}?tab=live&at=if_condition`);
  await expect(page.getByRole("complementary", { name: "Details" }).getByRole("heading", { name: "If" })).toBeVisible();
  await page.getByRole("group", { name: "Which contacts" }).getByRole("button", { name: /^Yes/ }).click();
  await page.getByRole("button", { name: new RegExp(ANN) }).click();
  const side = page.getByRole("complementary", { name: "Details" });
  await expect(side.getByRole("listitem").filter({ hasText: /true|yes/i }).first()).toBeVisible();
  await expect(side.getByText("Ended", { exact: true })).toBeVisible();
});

test("the version before is brought back", async () => {
  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Actions for version 1" }).click();
  await page.getByRole("menuitem", { name: "Roll back" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect(page.getByText("Live again, as version 3.")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "History" }).getByText("Version 3")).toBeVisible();
});

test("a segment is built by clicking, and counted meanwhile", async () => {
  await page.goto("/segments/new");
  await page.getByRole("textbox", { name: "Name" }).first().fill("Clickers");
  await page.getByRole("button", { name: "Add condition" }).click();
  await choose(page, page.getByRole("combobox", { name: "What to ask about" }), "Clicked in a message");
  await expect(page.getByText("Everybody was asked.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/of 2 contacts/)).toBeVisible();
  await page.getByRole("button", { name: "Create segment" }).click();
  await page.waitForURL((url) => url.pathname === "/segments/clickers");
  await expect(page.getByRole("heading", { name: "Clickers" })).toBeVisible();
});

test("two contacts are compared before they would be merged", async () => {
  await page.goto(`/contacts/${ANN}?tab=identity`);
  await page.getByRole("button", { name: "Merge with another" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Or by e-mail address or id" }).fill(BOB);
  await dialog.getByRole("button", { name: "Compare", exact: true }).last().click();
  const table = dialog.getByRole("table", { name: "Both contacts side by side" });
  await expect(table.getByRole("columnheader")).toHaveText(["Field", /Ann|Bob/, /Ann|Bob/, "Result"]);
  await expect(table.getByRole("row", { name: /email/ }).first()).toContainText(ANN);
  await expect(table.getByRole("row", { name: /email/ }).first()).toContainText(BOB);
  await dialog.getByRole("button", { name: "Close" }).click();
  // Looked at, not done.
  expect(await call<{ email: string }>(page, "GET", `/contacts/${BOB}`)).toMatchObject({ email: BOB });
});
