import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "@/texts/i18n";
import { MessageLook, ownWords, sampleOf, titlesOf } from "./MessageLook";

beforeAll(async () => {
  await chooseLanguage("en");
});

beforeEach(() => {
  vi.stubGlobal("fetch", (request: Request) => {
    const found = new URL(request.url).pathname.endsWith("/preview") ? { subject: "For you", preheader: "", html: "", text: "Your parcel is here", missing: [] } : { name: "Acme", items: [] };
    return Promise.resolve(new Response(JSON.stringify(found), { headers: { "content-type": "application/json" } }));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it("shows a step's notification as a browser would, with its buttons", async () => {
  const config = { title: "For {{ first_name }}", body: "Your parcel", actions: [{ name: "see", title: "See it" }, { name: "x" }] };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <MessageLook node={{ id: "n", type: "web_push", name: "", config, retry: null, ui: null }} purpose="marketing" />
      </MantineProvider>
    </QueryClientProvider>,
  );
  expect(await screen.findByText("Your parcel is here")).toBeTruthy();
  expect(screen.getByText("For you")).toBeTruthy();
  expect(screen.getByText("See it")).toBeTruthy();
});

it("takes the words of the step", () => {
  expect(ownWords("sms_send", { text: "Hi" })).toEqual({ channel: "sms", subject: "-", text: "Hi" });
  expect(ownWords("web_push", { title: "Hi" })).toEqual({ channel: "push", subject: "Hi", text: "" });
  expect(titlesOf([{ title: "A" }, { title: "" }, null])).toEqual(["A"]);
  expect(titlesOf("no")).toEqual([]);
});

it("makes up the fields that words name", () => {
  expect(sampleOf("{{ first_name }}, {{ event.order_id }} of {{event.city | upper}} by {{ workspace.name }}")).toEqual({ first_name: "Ada", event: { order_id: "4711", city: "city" } });
});
