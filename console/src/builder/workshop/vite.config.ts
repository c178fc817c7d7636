/** Builds the workshop by itself: `vite build -c src/builder/workshop/vite.config.ts --outDir <somewhere>`. */
import react from "@vitejs/plugin-react";
import { resolve } from "node:path";
import { defineConfig } from "vite";

// eslint-disable-next-line no-restricted-syntax -- what Vite reads
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [react()],
  resolve: { alias: { "@": resolve(import.meta.dirname, "../..") } },
  css: { postcss: resolve(import.meta.dirname, "../../..") },
  build: { target: "es2023", assetsInlineLimit: 0, emptyOutDir: true },
  server: { host: "127.0.0.1" },
});
