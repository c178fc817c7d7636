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

/** Bytes of the gzipped script: what README.md promises. */
export const LIMIT = 8 * 1024;

const here = dirname(fileURLToPath(import.meta.url));
export const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

/** Writes `stepwell.min.js` and `stepwell.mjs` to a folder; returns the script's gzipped size in bytes. */
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
  const script = join(folder, "stepwell.min.js");
  await build({ ...common, entryPoints: [join(here, "src/browser.ts")], format: "iife", outfile: script });
  await build({
    ...common,
    entryPoints: [join(here, "src/index.ts")],
    format: "esm",
    outfile: join(folder, "stepwell.mjs"),
  });
  return gzipSync(readFileSync(script), { level: 9 }).length;
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  const size = await make(resolve(process.argv[2] ?? join(here, "dist")));
  console.log(`stepwell.min.js: ${size} bytes gzipped, limit ${LIMIT}`);
  if (size > LIMIT) {
    console.error("The script is larger than its limit.");
    process.exit(1);
  }
}
