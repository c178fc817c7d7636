import { defineConfig } from "@playwright/test";

/** Against a running local cloud: `make up` first. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  timeout: 60_000,
  workers: 1,
  reporter: [["dot"]],
  use: {
    baseURL: process.env["STEPWELL_CONSOLE"] ?? "http://127.0.0.1:4701",
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
  },
});
