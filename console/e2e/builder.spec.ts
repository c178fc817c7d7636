import { expect, type Page, test } from "@playwright/test";
import { call as ask, signIn } from "./people";

type Answer = { workflow: { nodes?: { id: string; name?: string }[]; edges?: { source: string; outcome?: string; target: string }[] }; rev: number };

const call = (page: Page, method: string, path: string, sent?: unknown): Promise<Answer> => ask<Answer>(page, method, path, sent);

const ways = (answer: Answer): string[] => (answer.workflow.edges ?? []).map((edge) => `${edge.source}.${edge.outcome ?? "next"} -> ${edge.target}`).sort();

async function fresh(page: Page): Promise<string> {
  const id = `canvas_${Date.now().toString(36)}`;
  await signIn(page, "editor");
  await call(page, "POST", "/workflows", { workflow: { schema_version: 1, id, name: "Made by a test", purpose: "marketing" } });
  await page.goto(`/workflows/${id}`);
  await expect(page.getByRole("heading", { name: "Start with a trigger" })).toBeVisible({ timeout: 60_000 });
  return id;
}

/** Adds a step after the focused one, by keys alone. */
async function add(page: Page, typed: string, step: string): Promise<void> {
  await page.keyboard.press("a");
  await expect(page.getByRole("dialog", { name: "Add a step" })).toBeVisible();
  await page.keyboard.type(typed);
  await page.keyboard.press("Enter");
  await expect(page.locator(`[data-step=${step}]`)).toBeFocused();
}

test("a journey is built by keys, checked by the server, saved by itself", async ({ page }) => {
  const id = await fresh(page);
  await page.locator("button", { hasText: /^Event$/ }).last().click();
  await expect(page.locator("[data-step=event_trigger]")).toBeFocused();
  await add(page, "if", "if_condition");
  await add(page, "send e-mail", "email_send");
  await page.keyboard.press("ArrowUp");
  await expect(page.locator("[data-step=if_condition]")).toBeFocused();
  await add(page, "exit", "exit");
  await expect.poll(async () => ways(await call(page, "GET", `/workflows/${id}`))).toEqual([
    "event_trigger.next -> if_condition",
    "if_condition.false -> exit",
    "if_condition.true -> email_send",
  ]);
  await expect(page.getByText(/^Saved/)).toBeVisible();
  await page.getByRole("button", { name: /3 errors/ }).click();
  await page.getByRole("button", { name: /condition.* is missing/ }).click();
  await expect(page.locator("[data-step=if_condition]")).toHaveAttribute("aria-pressed", "true");
  await page.locator("[data-step=if_condition]").focus();
  await page.keyboard.press("Delete");
  await expect(page.locator("[data-step]")).toHaveCount(3);
  await page.keyboard.press("Control+z");
  await expect(page.locator("[data-step]")).toHaveCount(4);
});

test("two people's changes to different steps are both kept", async ({ page }) => {
  const id = await fresh(page);
  await page.locator("button", { hasText: /^Event$/ }).last().click();
  await expect(page.locator("[data-step=event_trigger]")).toBeFocused();
  await add(page, "exit", "exit");
  await expect.poll(async () => ways(await call(page, "GET", `/workflows/${id}`))).toHaveLength(1);
  const held = await call(page, "GET", `/workflows/${id}`);
  const nodes = (held.workflow.nodes ?? []).map((node) => (node.id === "exit" ? { ...node, name: "Theirs" } : node));
  await call(page, "PUT", `/workflows/${id}`, { workflow: { ...held.workflow, nodes }, rev: held.rev });
  await page.locator("[data-step=event_trigger]").click();
  await page.getByRole("textbox", { name: "Name of this step" }).fill("Mine");
  await page.getByRole("button", { name: /Keep both/ }).click();
  await expect
    .poll(async () => ((await call(page, "GET", `/workflows/${id}`)).workflow.nodes ?? []).map((node) => node.name ?? ""))
    .toEqual(["Mine", "Theirs"]);
});

test("a step is dragged from the library onto an edge", async ({ page }) => {
  const id = await fresh(page);
  await page.locator("button", { hasText: /^Event$/ }).last().click();
  await expect(page.locator("[data-step=event_trigger]")).toBeFocused();
  await add(page, "exit", "exit");
  const from = await page.locator("[data-step=event_trigger]").boundingBox();
  const to = await page.locator("[data-step=exit]").boundingBox();
  if (from === null || to === null) throw new Error("the steps are not on the page");
  const library = page.locator("[data-step-type=delay_action]");
  await library.scrollIntoViewIfNeeded();
  await library.hover();
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 8, (from.y + from.height + to.y) / 2, { steps: 8 });
  await page.mouse.move(from.x + from.width / 2, (from.y + from.height + to.y) / 2, { steps: 4 });
  await expect(page.locator('[data-way="event_trigger.next"]')).toHaveAttribute("data-over", "true");
  await page.mouse.up();
  await expect.poll(async () => ways(await call(page, "GET", `/workflows/${id}`))).toEqual(["delay_action.next -> exit", "event_trigger.next -> delay_action"]);
});
