/** Pictures of every page in both themes; those that the documentation shows go beside it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { test, type Page } from "@playwright/test";
import { given } from "./given";
import { signIn } from "./people";
import { placesOf, settled, showing } from "./places";

const ALL = resolve(import.meta.dirname, "../test-results/screenshots");
const DOCS = resolve(import.meta.dirname, "../../docs/screenshots");
const SHOWN_IN_DOCS = new Set(["home", "build-message", "publish", "try", "live", "versions", "gallery", "contact", "segment", "template", "calendar"]);
const QUALITY = 0.86;
const MOST_BYTES = 150_000;

/** A third of the size of PNG; the browser itself encodes it. */
async function asWebp(page: Page, png: Buffer): Promise<Buffer> {
  const told = await page.evaluate(
    async ([data, quality]) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      canvas.getContext("2d")?.drawImage(image, 0, 0);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality })).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    },
    [png.toString("base64"), QUALITY] as const,
  );
  return Buffer.from(told, "base64");
}

test.use({ contextOptions: { reducedMotion: "reduce" } });

test("pictures of every page", async ({ page, browser }) => {
  test.setTimeout(1_500_000);
  mkdirSync(ALL, { recursive: true });
  mkdirSync(DOCS, { recursive: true });
  // The console's own policy forbids what the encoder does.
  const encoder = await browser.newPage();
  const keep = async (name: string): Promise<void> => {
    for (const colorScheme of ["light", "dark"] as const) {
      await showing(page, colorScheme);
      const picture = await asWebp(encoder, await page.screenshot());
      writeFileSync(`${ALL}/${name}-${colorScheme}.webp`, picture);
      if (!SHOWN_IN_DOCS.has(name)) continue;
      if (picture.length > MOST_BYTES) throw new Error(`${name} takes ${picture.length} bytes`);
      writeFileSync(`${DOCS}/${name}-${colorScheme}.webp`, picture);
    }
  };
  await page.goto("/sign-in");
  await settled(page);
  await keep("sign-in");
  await signIn(page, "admin");
  const only = process.env["STEPWELL_E2E_PAGES"]?.split(",");
  for (const { name, path, open } of given.shown === undefined ? [] : placesOf(given.shown)) {
    if (only !== undefined && !only.includes(name)) continue;
    await page.goto(path);
    // A page that does not open is told by the tests; here it is shown as it is.
    await settled(page).then(() => open?.(page)).then(() => settled(page)).catch((error: unknown) => process.stdout.write(`${name}: ${String(error).slice(0, 200)}\n`));
    await keep(name);
  }
});
