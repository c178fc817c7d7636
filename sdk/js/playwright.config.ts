/** Tests in a real browser: the system's Chromium, for Playwright's own cannot be had from a package registry. */

import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const PLACES = [
  process.env.STEPWELL_CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export const chromium = PLACES.find((place) => place && existsSync(place));

// A check that is skipped where it counts checks nothing.
if (!chromium && process.env.CI) throw new Error("There is no Chromium, and CI must have one.");

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  reporter: "dot",
  forbidOnly: !!process.env.CI,
  fullyParallel: false,
  workers: 1,
  // On a busy machine a browser may stall; Playwright then says "flaky".
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  use: {
    browserName: "chromium",
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      // Chromium refuses its own sandbox to root, and containers have little shared memory.
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    },
  },
});
