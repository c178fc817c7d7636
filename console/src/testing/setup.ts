import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll } from "vitest";
import { startTexts } from "@/texts/i18n";

// What Mantine asks of a browser and jsdom lacks.
Object.defineProperty(window, "matchMedia", {
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

beforeAll(async () => {
  await startTexts("en");
});
afterEach(() => {
  cleanup();
});
