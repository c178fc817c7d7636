import react from "@vitejs/plugin-react";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { compressed } from "./scripts/compressed";

// Development: pages come from Vite, everything else from a running local cloud.
const CLOUD = new URL(process.env["STEPWELL_API"] ?? "http://73434bfe.execute-api.localhost:4566");

// Read by the rule of the chunk "start" below: its members bring their imports with them.
const START = /src\/(session\/SignInForm|pages\/home\/(Tiles|Recent|Top|Attention|guide\/Guide))\.tsx$|\/components\/SegmentedControl\//;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressed()],
  resolve: { alias: { "@": resolve(import.meta.dirname, "src") } },
  build: {
    target: "es2023",
    outDir: "dist",
    assetsDir: "assets",
    // A bench and a test read which files the first page loads.
    manifest: "manifest.json",
    // The policy of the page allows images from data:, but a file is cached for good.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A few files instead of a hundred small ones, which compress worse and each wait for their turn.
          groups: [
            // What the entry itself needs from packages; it stays in a browser's cache when only our own code changes.
            { name: "base", test: /node_modules\//, tags: ["$initial"], priority: 3 },
            // Parts of sign-in and home with all that they import. Not the pages themselves: the manifest must name these.
            { name: "start", test: START, priority: 2 },
            // What most other pages share: not before one of them is opened.
            { name: "ui", test: /node_modules\/@(mantine\/(core|hooks)|tabler)\//, minShareCount: 12, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    port: Number(process.env["STEPWELL_CONSOLE_PORT"] ?? 4701),
    strictPort: true,
    proxy: proxied(),
  },
  preview: { host: "127.0.0.1", port: 4702, strictPort: true, proxy: proxied() },
});

function proxied(): Record<string, { target: string; headers: Record<string, string> }> {
  // By address, for Node does not resolve *.localhost everywhere; the cloud knows the API by its name.
  const target = { target: `http://127.0.0.1:${CLOUD.port}`, headers: { host: CLOUD.host } };
  return { "/api": target, "/config.json": target, "/openapi.json": target, "/v1": target, "/docs": target };
}
