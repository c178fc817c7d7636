/** The console in a real browser on a deployed platform; `make test-console` starts one and says where it is. */
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import { given } from "./e2e/given";

const PLACES = [
  process.env["STEPWELL_CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const chromium = PLACES.find((place) => place !== "" && existsSync(place));

if (chromium === undefined) throw new Error("There is no Chromium, and these tests need one.");

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  reporter: "list",
  forbidOnly: process.env["CI"] !== undefined,
  fullyParallel: false,
  workers: 1,
  // On a busy machine a browser may stall; Playwright then says "flaky".
  retries: process.env["CI"] === undefined ? 0 : 1,
  timeout: 240_000,
  expect: { timeout: 20_000 },
  use: {
    baseURL: given.console,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    screenshot: "only-on-failure",
    // Chromium refuses its own sandbox to root, and containers have little shared memory.
    launchOptions: { executablePath: chromium, args: ["--no-sandbox", "--disable-dev-shm-usage"] },
  },
});
