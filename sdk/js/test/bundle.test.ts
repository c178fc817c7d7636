// @vitest-environment node
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { LIMIT, LIMITS, make, type Script, version } from "../build.mjs";

const folder = mkdtempSync(join(tmpdir(), "stepwell-sdk-"));
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
let sizes: Record<Script, number>;

beforeAll(async () => {
  sizes = await make(folder);
});

it("each script stays under its limit", () => {
  expect(LIMIT).toBeLessThanOrEqual(8 * 1024);
  for (const [name, size] of Object.entries(sizes)) expect(size, name).toBeLessThan(LIMITS[name as Script]);
});

it("no script needs anything else, and the client says its version", () => {
  for (const name of Object.keys(sizes))
    expect(readFileSync(join(folder, name), "utf8"), name).not.toMatch(/\b(import|export|require)\b\s*[({"]/);
  const script = readFileSync(join(folder, "stepwell.min.js"), "utf8");
  expect(script).toContain(version);
});

it("the module exports a client", async () => {
  const module = (await import(join(folder, "stepwell.mjs"))) as { default: object; createClient: () => object };
  expect(module.default).toHaveProperty("track");
  expect(module.createClient()).not.toBe(module.default);
});

it("the stub of the snippet knows every method of the client", () => {
  const stub = /for\(var m="([^"]+)"/.exec(readme)?.[1]?.split(" ");
  const methods = /const METHODS = \[([^\]]+)\]/.exec(readFileSync(new URL("../src/browser.ts", import.meta.url), "utf8"))?.[1];
  expect(stub).toBeTruthy();
  expect(stub).toEqual(methods?.match(/\w+/g));
});

it("nothing is needed at run time", () => {
  const own = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as object;
  expect(own).not.toHaveProperty("dependencies");
});
