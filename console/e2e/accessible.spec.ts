import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { given } from "./given";
import { signIn } from "./people";
import { placesOf, settled } from "./places";

// WCAG 2.2 AA, and what axe calls best practice: landmarks, headings, regions.
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SEEN = [
  { language: "en", width: 1440, height: 900 },
  { language: "de", width: 768, height: 1024 },
] as const;
const SCHEMES = ["light", "dark"] as const;

const only = process.env["STEPWELL_E2E_PAGES"]?.split(",");
const places = given.shown === undefined ? [] : placesOf(given.shown).filter(({ name }) => only === undefined || only.includes(name));

async function faults(page: Page, where: string): Promise<string[]> {
  // What is inside a message's preview is the author's mail, not the console.
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).exclude("iframe").analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, any }) => `${where}: ${id} at ${target.join(" ")} ${html.slice(0, 160)} ${any[0]?.message ?? ""}`),
  );
}

/** Changes the theme, and waits until it has arrived everywhere. */
async function showing(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator(`html[data-mantine-color-scheme=${colorScheme}]`)).toBeAttached();
  await page.waitForTimeout(250);
}

test.use({ contextOptions: { reducedMotion: "reduce" } });

for (const { language, width, height } of SEEN) {
  test(`every page, in both themes, at ${width} pixels, in ${language}`, async ({ page }) => {
    test.setTimeout(600_000);
    await page.addInitScript((chosen) => localStorage.setItem("stepwell.language", chosen), language);
    await page.setViewportSize({ width, height });
    const found: string[] = [];
    const tell = (faulty: string[]): void => {
      found.push(...faulty);
      // At once: a run that is cut short has told what it saw.
      if (faulty.length > 0) process.stdout.write(`${faulty.join("\n")}\n`);
    };
    await page.goto("/sign-in");
    await settled(page);
    tell(await faults(page, "sign-in"));
    await signIn(page, "admin");
    for (const { name, path, open } of places) {
      await test.step(name, async () => {
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(path);
        try {
          await settled(page);
          await open?.(page);
          await settled(page);
        } catch (error) {
          tell([`${name}: did not open: ${String(error).slice(0, 300)}`]);
          return;
        }
        for (const colorScheme of SCHEMES) {
          await showing(page, colorScheme);
          tell(await faults(page, `${name} ${colorScheme}`));
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wide > 0) tell([`${name}: ${wide} pixels wider than the window`]);
      });
    }
    expect(found).toEqual([]);
  });
}
