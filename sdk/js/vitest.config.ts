import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string };

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "https://shop.example/start?utm_source=news&utm_campaign=spring" } },
    include: ["test/**/*.test.ts"],
    restoreMocks: true,
    // Time is made up; the machine may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
