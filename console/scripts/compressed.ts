import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const COMPRESSIBLE = /\.(js|css|html|svg|json|txt)$/;
// Below one packet nothing is won, and the function decides by the files that exist.
const LEAST_BYTES = 1200;

/** Writes a gzip and a Brotli copy beside every built text file, so that nothing is compressed when it is asked for. */
export function compressed(): Plugin {
  let folder = "";
  return {
    name: "stepwell-compressed",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    // Not at the bundle's close: that is called after a failure too, whose reason it would hide.
    async writeBundle() {
      const names = await readdir(folder, { recursive: true });
      for (const name of names.filter((one) => COMPRESSIBLE.test(one))) await compress(join(folder, name));
    },
  };
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < LEAST_BYTES) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
}
