/** Every page there is, with what must be filled in; the route table is src/app/routes.tsx. */
import { expect, type Page } from "@playwright/test";
import { GROUPS } from "../src/pages/settings/sections";
import type { Shown } from "./given";

export interface Place {
  readonly name: string;
  readonly path: string;
  /** Something further to open: a panel, a dialog, a menu. */
  readonly open?: (page: Page) => Promise<void>;
}

const SETTINGS = GROUPS.flatMap((group) => group.sections.map((section) => section.key));

const step = (id: string) => async (page: Page) => {
  await page.locator(`[data-step=${id}]`).click();
  await expect(page.getByRole("textbox", { name: /^(name of this step|name des schritts)$/i })).toBeVisible();
};
const dialog = (button: RegExp) => async (page: Page) => {
  await page.getByRole("button", { name: button }).first().click();
  await expect(page.getByRole("dialog").first()).toBeVisible();
};

export function placesOf(shown: Shown): readonly Place[] {
  const workflow = `/workflows/${shown.workflow}`;
  return [
    { name: "home", path: "/" },
    { name: "workflows", path: "/workflows" },
    { name: "workflows-new", path: "/workflows", open: dialog(/new workflow|neuer workflow/i) },
    { name: "build", path: workflow },
    { name: "build-message", path: workflow, open: step("welcome") },
    { name: "build-wait", path: workflow, open: step("curious") },
    { name: "build-condition", path: workflow, open: step("bought") },
    { name: "build-add", path: workflow, open: async (page) => {
      await page.locator("[data-step=welcome]").focus();
      await page.keyboard.press("a");
      await expect(page.getByRole("dialog")).toBeVisible();
    } },
    { name: "build-settings", path: `${workflow}?tab=settings` },
    { name: "build-problems", path: `/workflows/${shown.draft}`, open: async (page) => {
      await page.getByRole("button", { name: /\d+ (errors?|fehler)/i }).click();
    } },
    { name: "publish", path: workflow, open: dialog(/^(publish|publish changes|.*veröffentlichen)$/i) },
    { name: "try", path: `${workflow}?tab=try`, open: async (page) => {
      await page.getByRole("button", { name: /^(play the journey|weg abspielen)$/i }).click();
      await expect(page.getByRole("slider")).toBeVisible();
    } },
    { name: "live", path: `${workflow}?tab=live` },
    { name: "live-step", path: `${workflow}?tab=live&at=curious` },
    { name: "live-contact", path: `${workflow}?tab=live&who=${shown.contact}` },
    { name: "versions", path: `${workflow}?tab=versions` },
    { name: "gallery", path: "/gallery" },
    { name: "contacts", path: "/contacts" },
    { name: "contact", path: `/contacts/${shown.contact}` },
    ...["attributes", "scores", "segments", "workflows", "consent", "identity", "privacy"].map((tab) => ({ name: `contact-${tab}`, path: `/contacts/${shown.contact}?tab=${tab}` })),
    { name: "reviews", path: "/contacts/reviews" },
    { name: "segments", path: "/segments" },
    { name: "segment", path: `/segments/${shown.segment}` },
    { name: "segment-new", path: "/segments/new" },
    { name: "templates", path: "/templates" },
    { name: "template", path: `/templates/${shown.template}` },
    { name: "template-languages", path: `/templates/${shown.template}`, open: dialog(/^(languages|sprachen)$/i) },
    { name: "template-picture", path: `/templates/${shown.template}`, open: dialog(/^(put a picture in|bild einsetzen)$/i) },
    { name: "content", path: "/content" },
    { name: "content-blocks", path: "/content/blocks" },
    { name: "content-sources", path: "/content/sources" },
    { name: "content-pictures", path: "/content/pictures" },
    { name: "content-new", path: "/content/blocks", open: dialog(/^(new block|neuer block)$/i) },
    { name: "clicks", path: `${workflow}/clicks` },
    ...["posts", "inbox", "engagement", "alarms", "accounts"].map((tab) => ({ name: `social-${tab}`, path: `/social?tab=${tab}` })),
    { name: "calendar", path: "/calendar" },
    { name: "deliverability", path: "/deliverability" },
    { name: "settings-channels-sms", path: "/settings/channels?channel=sms" },
    { name: "settings-channels-push", path: "/settings/channels?channel=push" },
    { name: "events", path: "/events" },
    { name: "imports", path: "/imports" },
    { name: "import", path: `/imports/${shown.import}` },
    ...SETTINGS.map((section) => ({ name: `settings-${section}`, path: `/settings/${section}` })),
  ];
}

/** Waits until a page shows what it has. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator("h1").first()).toBeAttached();
  await expect(page.locator(":is(main, [role=dialog]) :is(.mantine-Skeleton-root, .mantine-Loader-root, [aria-busy=true])")).toHaveCount(0, { timeout: 60_000 });
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(150);
}

/** Changes the theme, and waits until it has arrived everywhere. */
export async function showing(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator(`html[data-mantine-color-scheme=${colorScheme}]`)).toBeAttached();
  await page.evaluate(async () => {
    // Drawn once: transitions begin with it.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)));
  });
}
