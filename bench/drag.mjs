/**
 * Drags a node in the real editor on a graph of 300 nodes and prints, as JSON, what script, style and layout cost a
 * frame, in milliseconds of the main thread's own processor time (`tdur`: what others do on the machine does not count).
 * Painting and compositing are left out: there is no graphics card. Run by bench/dragging.py.
 *
 *     node bench/drag.mjs <folder of the built workshop> [path of Chromium]
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "@playwright/test";

const NODES = 300;
const MOVES = 180;
const WARM_UP = 20;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
/** Script, style and layout. Nested events are counted once: their intervals are joined. */
const COUNTED = new Set([
  "EvaluateScript",
  "EventDispatch",
  "FireAnimationFrame",
  "FunctionCall",
  "RunMicrotasks",
  "TimerFire",
  "FireIdleCallback",
  "V8.GC_MC_INCREMENTAL",
  "MinorGC",
  "MajorGC",
  "UpdateLayoutTree",
  "Layout",
  "ResizeObserver",
  "IntersectionObserverController::computeIntersections",
]);

const [folder = "", executablePath = "/usr/bin/chromium"] = process.argv.slice(2);

const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
  readFile(join(folder, path)).then(
    (body) => response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body),
    () => response.writeHead(404).end(),
  );
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(`http://127.0.0.1:${server.address().port}/index.html?graph=${NODES}`);
await page.waitForSelector("[data-ready=true]");
await page.waitForFunction((count) => document.querySelectorAll("[data-step]").length === count, NODES);
await page.waitForTimeout(1000);

const session = await page.context().newCDPSession(page);
const events = [];
session.on("Tracing.dataCollected", ({ value }) => events.push(...value));

const handle = page.locator('[data-step="step_1"]');
const box = await handle.boundingBox();
const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
await page.mouse.move(at.x, at.y);
await page.mouse.down();
const place = (step) => ({ x: at.x + 150 * Math.sin(step / 12), y: at.y + 90 * Math.sin(step / 7) });
const frame = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
const move = async (step) => {
  const { x, y } = place(step);
  await page.mouse.move(x, y);
  await frame();
};
for (let step = 0; step < WARM_UP; step += 1) await move(step);
await session.send("Tracing.start", {
  transferMode: "ReportEvents",
  traceConfig: { includedCategories: ["devtools.timeline", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame", "v8"] },
});
for (let step = WARM_UP; step < WARM_UP + MOVES; step += 1) await move(step);
const done = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
await session.send("Tracing.end");
await done;
await page.mouse.up();
const moved = await page.evaluate(() => globalThis.workshop.getState().history.past.length);
await browser.close();
server.close();
if (moved !== 1) throw new Error(`the drag was ${moved} steps, not one`);

/** The renderer's main thread is the one with the most frames. */
const threads = new Map();
for (const event of events) {
  if (event.name === "BeginMainThreadFrame" || event.name === "EventDispatch") threads.set(`${event.pid}.${event.tid}`, (threads.get(`${event.pid}.${event.tid}`) ?? 0) + 1);
}
const [main = ""] = [...threads].sort(([, one], [, other]) => other - one)[0] ?? [];
const own = events.filter((event) => `${event.pid}.${event.tid}` === main);
const frames = own.filter((event) => event.name === "BeginMainThreadFrame").map((event) => event.ts).sort((one, other) => one - other);
const spans = own
  .filter((event) => event.ph === "X" && COUNTED.has(event.name) && event.tdur !== undefined)
  .sort((one, other) => one.tts - other.tts);

const costs = frames.map(() => 0);
let reached = 0;
for (const span of spans) {
  const start = Math.max(span.tts, reached);
  const end = span.tts + span.tdur;
  if (end <= start) continue;
  reached = end;
  let index = frames.findLastIndex((ts) => ts <= span.ts);
  if (index < 0) index = 0;
  costs[index] += (end - start) / 1000;
}
// Frames in which the pointer did not move (the machine was busy) say nothing.
const busy = costs.filter((cost) => cost > 0).sort((one, other) => one - other);
const part = (share) => busy[Math.min(busy.length - 1, Math.floor(busy.length * share))] ?? 0;
if (busy.length < MOVES / 2) throw new Error(`only ${busy.length} frames were seen`);
process.stdout.write(`${JSON.stringify({ nodes: NODES, frames: busy.length, p50: part(0.5), p95: part(0.95), worst: part(1) })}\n`);
