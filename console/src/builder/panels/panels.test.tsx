import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import i18n from "i18next";
import { fieldsOf } from "./schema";
import { answer, Panel, TYPES, typeOf } from "./testing/panel";

const real = globalThis.fetch;
beforeAll(() => {
  globalThis.fetch = answer as typeof fetch;
});
afterAll(() => {
  globalThis.fetch = real;
});
afterEach(async () => {
  await i18n.changeLanguage("en");
});

async function choose(label: string | RegExp, option: string | RegExp, place: HTMLElement = document.body): Promise<void> {
  await userEvent.click(await within(place).findByRole("combobox", { name: label }));
  await userEvent.click(await screen.findByRole("option", { name: option }));
}

describe.each(["en", "de"])("panels in %s", (language) => {
  it.each(TYPES.map((type) => type.type))("%s opens with a label at every input", async (name) => {
    await i18n.loadNamespaces(["panels", "conditions"]);
    await i18n.changeLanguage(language);
    const { container } = await show(<Panel name={name} />);
    await waitFor(() => expect(container.textContent).not.toBe(""));
    for (const input of container.querySelectorAll("input:not([type=hidden]), textarea, select")) {
      const named = input.getAttribute("aria-label") ?? (input.id === "" ? null : container.querySelector(`label[for="${CSS.escape(input.id)}"]`)?.textContent) ?? input.closest("label")?.textContent;
      expect(named, input.outerHTML.slice(0, 200)).toBeTruthy();
    }
    for (const field of fieldsOf(typeOf(name).config)) {
      expect([`panels:label.${name}__${field.name}`, `panels:label.${field.name}`].some((key) => i18n.exists(key)), `${name}.${field.name}`).toBe(true);
    }
  });
});

describe("what somebody picks is the config", () => {
  it("a delay of three hours, then nine o'clock", async () => {
    const told = vi.fn();
    await show(<Panel name="delay_action" onConfig={told} />);
    fireEvent.change(await screen.findByRole("textbox", { name: "Wait: amount" }), { target: { value: "3" } });
    await choose("Wait: unit", "hours");
    await userEvent.click(screen.getByRole("radio", { name: "At a time" }));
    expect(told).toHaveBeenLastCalledWith({ duration: "3_hours", until: "09:00" });
  });

  it("a weekly schedule on two days, with its next runs", async () => {
    const told = vi.fn();
    await show(<Panel name="time_based_trigger" onConfig={told} />);
    await userEvent.click(await screen.findByRole("checkbox", { name: "Wed" }));
    expect(told).toHaveBeenLastCalledWith({ schedule: { cron: "0 9 ? * MON,WED *" } });
    expect(await screen.findByText(/Next runs \(Europe\/Berlin\)/)).toBeTruthy();
    expect(screen.getByText(/4 Jan 2027|Jan 4, 2027/)).toBeTruthy();
    await choose("How often", "Every month");
    expect(told).toHaveBeenLastCalledWith({ schedule: { cron: "0 9 1 * ? *" } });
  });

  it("a condition, by field, comparison and value", async () => {
    const told = vi.fn();
    await show(<Panel name="if_condition" config={{ condition: "" }} onConfig={told} />);
    await userEvent.click(await screen.findByRole("button", { name: "Add condition" }));
    await choose("What to ask about", /^Plan/);
    await userEvent.type(screen.getByRole("combobox", { name: "Value" }), "pro");
    await waitFor(() => expect(told).toHaveBeenLastCalledWith({ condition: 'plan = "pro"' }));
  });

  it("updates of fields, a row each", async () => {
    const told = vi.fn();
    await show(<Panel name="data_update" config={{}} onConfig={told} />);
    await userEvent.click(await screen.findByRole("button", { name: "Add change" }));
    fireEvent.change(screen.getByRole("combobox", { name: "Field" }), { target: { value: "plan" } });
    fireEvent.change(screen.getByRole("combobox", { name: "Value" }), { target: { value: "pro" } });
    await userEvent.click(screen.getByRole("button", { name: "Add change" }));
    await userEvent.click(screen.getAllByRole("combobox", { name: "Kind of change" })[1] ?? document.body);
    await userEvent.click(await screen.findByRole("option", { name: "Add" }));
    fireEvent.change(screen.getAllByRole("combobox", { name: "Field" })[1] ?? document.body, { target: { value: "orders" } });
    expect(told).toHaveBeenLastCalledWith({ set: { plan: "pro" }, add: { orders: 1 } });
  });

  it("shares that sum up, evened by a click", async () => {
    const told = vi.fn();
    await show(<Panel name="random_split" onConfig={told} />);
    await userEvent.click(await screen.findByRole("button", { name: "Add way" }));
    expect(screen.getByText("Sum: 100")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Even shares" }));
    expect(told).toHaveBeenLastCalledWith({ weights: { a: 34, b: 33, c: 33 } });
  });

  it("cases keep their names fit for the engine, ways change their kind", async () => {
    const told = vi.fn();
    await show(<Panel name="switch_case" onConfig={told} />);
    fireEvent.change(await screen.findByRole("textbox", { name: "Name of the case" }), { target: { value: "Big ones" } });
    expect(told).toHaveBeenLastCalledWith({ cases: [{ condition: "employees >= 1000", name: "big_ones" }] });
    const ways = vi.fn();
    await show(<Panel name="wait_until" onConfig={ways} />);
    await choose("What it waits for", "A time of day");
    await userEvent.click(await screen.findByRole("checkbox", { name: "Fri" }));
    expect(ways).toHaveBeenLastCalledWith({ time_limit: "7_days", ways: [{ time_of_day: "09:00", weekdays: ["fri"] }] });
  });

  it("offers the messages of the step's own channel", async () => {
    await show(<Panel name="sms_send" config={{}} />);
    await choose("Message", /Parcel/);
    expect(screen.queryByRole("option", { name: /Welcome/, hidden: true })).toBeNull();
  });

  it("a message with its preview; retries of its own", async () => {
    const told = vi.fn();
    const retry = vi.fn();
    await show(<Panel name="email_send" config={{}} onConfig={told} onRetry={retry} />);
    await choose("Message", /Welcome/);
    expect(told).toHaveBeenLastCalledWith({ template_id: "welcome_email" });
    expect(await screen.findByText("Hello Ann!")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Edit" }).getAttribute("href")).toBe("/templates/welcome_email");
    await userEvent.click(screen.getByRole("button", { name: "More settings" }));
    await choose("When a call fails", "Own rule");
    expect(retry).toHaveBeenLastCalledWith({ max_attempts: 3, interval_seconds: 30, backoff_rate: 2 });
  });

  it("what is wrong stands at its field, also in the folded part", async () => {
    const problem = { code: "x", message: "Too long.", node: "n", field: "config.tag", severity: "error", publish_only: false, position: null } as const;
    await show(<Panel name="email_send" problems={[problem]} />);
    expect(await screen.findByText("Too long.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "More settings" }).getAttribute("aria-expanded")).toBe("true");
  });
});
