/** From the sign-in to a published workflow with keys alone: nothing here may use the mouse. */
import { expect, test, type Locator, type Page } from "@playwright/test";
import { given } from "./given";
import { address, inside } from "./people";

/** Presses Tab until something has the focus. */
async function reach(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab", most = 80): Promise<void> {
  await expect(wanted.first()).toBeVisible();
  for (let pressed = 0; pressed < most; pressed += 1) {
    if (await wanted.first().evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${String(wanted)} is not reached by ${key}; the focus is at ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))}`);
}

async function add(page: Page, typed: string, step: string): Promise<void> {
  await page.keyboard.press("a");
  await expect(page.getByRole("dialog", { name: "Add a step" })).toBeVisible();
  await page.keyboard.type(typed);
  await page.keyboard.press("Enter");
  await expect(page.locator(`[data-step=${step}]`)).toBeFocused();
}

test("a workflow is made, set up and published without a mouse", async ({ page }) => {
  await page.goto("/sign-in");
  await reach(page, page.locator("input[type=email]"));
  await page.keyboard.type(address("publisher"));
  await page.keyboard.press("Tab");
  await page.keyboard.type(given.password);
  await page.keyboard.press("Enter");
  await inside(page);

  await reach(page, page.getByRole("navigation").getByRole("link", { name: "Workflows" }));
  await page.keyboard.press("Enter");
  await reach(page, page.getByRole("button", { name: "New workflow" }));
  await page.keyboard.press("Enter");
  const making = page.getByRole("dialog");
  await reach(page, making.getByRole("textbox").first());
  await page.keyboard.type("By keys");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/workflows/by_keys");

  await expect(page.getByRole("heading", { name: "Start with a trigger" })).toBeVisible();
  await reach(page, page.locator("main button", { hasText: /^Event$/ }).last());
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-step=event_trigger]")).toBeFocused();
  await add(page, "send e-mail", "email_send");
  await add(page, "delay", "delay_action");

  await page.keyboard.press("Enter");
  await reach(page, page.getByRole("textbox", { name: /: amount$/ }).first());
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("2");
  await page.keyboard.press("Escape");
  await reach(page, page.locator("[data-step=delay_action]"), "Shift+Tab");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await reach(page, page.getByPlaceholder("Pick a message"));
  await page.keyboard.type("Welcome");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await reach(page, page.locator("[data-step=email_send]"), "Shift+Tab");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await reach(page, page.getByRole("combobox", { name: /event/i }));
  await page.keyboard.type("Signed Up");
  await page.keyboard.press("Tab");

  await expect(page.getByText(/^Saved/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /Ready to publish|hints?$/ })).toBeVisible();
  await reach(page, page.getByRole("button", { name: "Publish", exact: true }), "Shift+Tab");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/All checks passed/)).toBeVisible();
  await reach(page, dialog.getByRole("button", { name: "Publish", exact: true }));
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Version 1 is live")).toBeVisible();
});
