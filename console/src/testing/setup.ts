import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { startTexts } from "@/texts/i18n";

// What Mantine asks of a browser and jsdom lacks.
Object.defineProperty(window, "matchMedia", {
  configurable: true,
  writable: true,
  value: (query: string) => ({
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    dispatchEvent: () => false,
  }),
});
class Observer {
  observe(): void {
    return undefined;
  }
  unobserve(): void {
    return undefined;
  }
  disconnect(): void {
    return undefined;
  }
}
window.ResizeObserver = Observer;
Element.prototype.scrollIntoView = () => undefined;
window.scrollTo = () => undefined;
// CodeMirror measures its lines; here nothing has a size.
Range.prototype.getClientRects = () => document.createElement("p").getClientRects();
// Mantine waits for fonts before it measures a text area.
Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });

const fetched = globalThis.fetch;
// Whole pages take a while on a busy machine; nothing waits longer than it must.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

// Files share a page, so that modules are loaded once a worker; each test leaves it as it was.
beforeAll(async () => {
  await startTexts("en");
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  localStorage.clear();
  sessionStorage.clear();
});
afterAll(() => {
  globalThis.fetch = fetched;
});
