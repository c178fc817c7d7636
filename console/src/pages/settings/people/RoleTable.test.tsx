import { screen } from "@testing-library/react";
import i18n from "i18next";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { RoleTable } from "./RoleTable";

beforeAll(async () => {
  await i18n.changeLanguage("de");
});
afterAll(async () => {
  vi.restoreAllMocks();
  await i18n.changeLanguage("en");
});

it("tells rights in the reader's language, and what is newer than the texts in the server's words", async () => {
  const items = [
    { operation: "readMe", topic: "Sending identities", summary: "Who you are", role: "viewer" },
    { operation: "brandNew", topic: "Brand new", summary: "Do what is new", role: "admin" },
  ];
  vi.spyOn(globalThis, "fetch").mockImplementation(() => Promise.resolve(Response.json({ items, next: null })));
  await show(<RoleTable />);
  await screen.findByText("Wer Sie sind und was Ihre Rolle darf");
  screen.getByText(/^Absender-Domains/);
  expect(screen.getByText("Do what is new").getAttribute("lang")).toBe("en");
  screen.getByText(/^Brand new/);
});
