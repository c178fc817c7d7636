/** Drawing by hand: steps out of the library, connections from handle to handle. */
import { expect, type Locator, type Page } from "@playwright/test";

export const stepAt = (page: Page, id: string): Locator => page.locator(`[data-step=${id}]`);

/** Where something stands, once it stands still: the canvas glides. */
async function middle(place: Locator): Promise<{ x: number; y: number }> {
  let [before, now] = ["", await place.boundingBox()];
  await expect
    .poll(async () => {
      before = JSON.stringify(now);
      now = await place.boundingBox();
      return now !== null && JSON.stringify(now) === before;
    }, { intervals: [50] })
    .toBe(true);
  if (now === null) throw new Error("it is not on the page");
  return { x: now.x + now.width / 2, y: now.y + now.height / 2 };
}

async function carry(page: Page, from: Locator, to: { x: number; y: number }): Promise<void> {
  await from.scrollIntoViewIfNeeded();
  await middle(from);
  await from.hover();
  await page.mouse.down();
  await page.mouse.move(to.x + 12, to.y - 12, { steps: 6 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

/** Drops a step from the library on the canvas; `at` is its place in shares of the canvas. */
export async function dropOnCanvas(page: Page, type: string, step: string, at: { x: number; y: number }): Promise<void> {
  const canvas = await page.locator(".react-flow").boundingBox();
  if (canvas === null) throw new Error("there is no canvas");
  await carry(page, page.locator(`[data-step-type=${type}]`), { x: canvas.x + canvas.width * at.x, y: canvas.y + canvas.height * at.y });
  await expect(stepAt(page, step)).toBeVisible();
}

/** Drops a step from the library onto the connection between two steps. */
export async function dropBetween(page: Page, type: string, step: string, above: string, below: string): Promise<void> {
  const [from, to] = [await middle(stepAt(page, above)), await middle(stepAt(page, below))];
  await carry(page, page.locator(`[data-step-type=${type}]`), { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 });
  await expect(stepAt(page, step)).toBeVisible();
}

/** Draws a connection from a way out of one step to another. */
export async function connect(page: Page, source: string, outcome: string, target: string): Promise<void> {
  const node = (id: string): Locator => page.locator(`.react-flow__node[data-id="${id}"]`);
  const way = page.locator(`[data-way="${source}.${outcome}"]`);
  // The canvas may bring what was dropped last into view meanwhile: then the line ends beside its target.
  await expect(async () => {
    if ((await way.count()) > 0) return;
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Show all", exact: true }).first().click({ timeout: 5000 });
    await carry(page, node(source).locator(`.react-flow__handle.source[data-handleid="${outcome}"]`), await middle(node(target).locator(".react-flow__handle.target")));
    await expect(way).toBeAttached({ timeout: 3000 });
  }).toPass({ timeout: 60_000 });
}

/** Opens the settings of a step, as a person does: brings all steps into view first, and clicks again when it moved away. */
export async function configure(page: Page, step: string): Promise<void> {
  await expect(async () => {
    await page.getByRole("button", { name: "Show all", exact: true }).first().click({ timeout: 5000 });
    await stepAt(page, step).click({ timeout: 5000 });
    await expect(page).toHaveURL(new RegExp(`[?&]node=${step}(&|$)`), { timeout: 3000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByRole("region", { name: "Step settings" }).or(page.getByRole("complementary", { name: "Step settings" }))).toBeVisible();
}

export async function choose(page: Page, field: Locator, typed: string): Promise<void> {
  await field.click();
  await field.fill(typed);
  await page.getByRole("option", { name: typed }).first().click();
}

/** Waits until all is saved, and publishes through the dialog. */
export async function saved(page: Page): Promise<void> {
  await expect(page.getByText(/^Saved/).first()).toBeVisible();
}
