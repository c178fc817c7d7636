import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { given } from "./given";
import { signIn } from "./people";
import { placesOf, settled, showing } from "./places";

// WCAG 2.2 AA, and what axe calls best practice: landmarks, headings, regions.
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// What a theme changes: the rest is the same page.
const COLOURS = ["color-contrast", "link-in-text-block"];

const only = process.env["STEPWELL_E2E_PAGES"]?.split(",");
const places = given.shown === undefined ? [] : placesOf(given.shown).filter(({ name }) => only === undefined || only.includes(name));

type Rules = "all" | "colours" | "all but colours";

async function faults(page: Page, where: string, rules: Rules): Promise<string[]> {
  // What is inside a message's preview is the author's mail, not the console.
  const axe = new AxeBuilder({ page }).exclude("iframe");
  if (rules === "colours") axe.withRules(COLOURS);
  else axe.withTags(RULES);
  if (rules === "all but colours") axe.disableRules(COLOURS);
  const { violations } = await axe.analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, any }) => `${where}: ${id} at ${target.join(" ")} ${html.slice(0, 160)} ${any[0]?.message ?? ""}`),
  );
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return wide > 0 ? [...found, `${where}: ${wide} pixels wider than the window`] : found;
}

/** Looks at every page; `look` tells what is wrong with one. */
async function everyPage(page: Page, look: (name: string) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  const tell = (faulty: string[]): void => {
    found.push(...faulty);
    // At once: a run that is cut short has told what it saw.
    if (faulty.length > 0) process.stdout.write(`${faulty.join("\n")}\n`);
  };
  await page.goto("/sign-in");
  await settled(page);
  tell(await look("sign-in"));
  await signIn(page, "admin");
  for (const { name, path, open } of places) {
    await test.step(name, async () => {
      await page.goto(path);
      try {
        await settled(page);
        await open?.(page);
        if (open !== undefined) await settled(page);
      } catch (error) {
        tell([`${name}: did not open: ${String(error).slice(0, 300)}`]);
        return;
      }
      tell(await look(name));
    });
  }
  return found;
}

test.use({ contextOptions: { reducedMotion: "reduce" } });

test("every page, in both themes", async ({ page }) => {
  test.setTimeout(1_200_000);
  const found = await everyPage(page, async (name) => {
    await showing(page, "dark");
    const dark = await faults(page, `${name}, dark`, "colours");
    await showing(page, "light");
    return [...dark, ...(await faults(page, name, "all"))];
  });
  expect(found).toEqual([]);
});

test("every page on a tablet, in German", async ({ page }) => {
  test.setTimeout(1_200_000);
  await page.addInitScript(() => localStorage.setItem("stepwell.language", "de"));
  await page.setViewportSize({ width: 768, height: 1024 });
  expect(await everyPage(page, (name) => faults(page, `${name}, German`, "all but colours"))).toEqual([]);
});
