/**
 * Builds the script that pages load and the module that bundlers take: `node build.mjs [folder]`.
 *
 * Fails when the script is larger than its limit, so that no deployment carries one that is.
 */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Bytes of each gzipped script: what README.md promises. */
export const LIMIT = 8 * 1024;
export const LIMITS = { "stepwell.min.js": LIMIT, "stepwell-push.min.js": 4 * 1024, "stepwell-sw.js": 2 * 1024 };

const here = dirname(fileURLToPath(import.meta.url));
export const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

/** Where each script begins. */
const SCRIPTS = {
  "stepwell.min.js": "src/browser.ts",
  "stepwell-push.min.js": "src/push/browser.ts",
  "stepwell-sw.js": "src/worker.ts",
};

/** Writes the scripts and `stepwell.mjs` to a folder; returns the scripts' gzipped sizes in bytes. */
export async function make(folder) {
  const common = {
    bundle: true,
    minify: true,
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    // Our private names begin with an underscore; nothing of a page's does that we use.
    mangleProps: /^_/,
    define: { __VERSION__: JSON.stringify(version) },
    logLevel: "warning",
  };
  for (const [name, source] of Object.entries(SCRIPTS))
    await build({ ...common, entryPoints: [join(here, source)], format: "iife", outfile: join(folder, name) });
  await build({
    ...common,
    entryPoints: [join(here, "src/index.ts")],
    format: "esm",
    outfile: join(folder, "stepwell.mjs"),
  });
  const size = (name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
  return Object.fromEntries(Object.keys(SCRIPTS).map((name) => [name, size(name)]));
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  const sizes = await make(resolve(process.argv[2] ?? join(here, "dist")));
  for (const [name, size] of Object.entries(sizes)) {
    console.log(`${name}: ${size} bytes gzipped, limit ${LIMITS[name]}`);
    if (size > LIMITS[name]) {
      console.error("The script is larger than its limit.");
      process.exitCode = 1;
    }
  }
}
