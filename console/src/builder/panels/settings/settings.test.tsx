import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { show } from "@/testing/render";
import type { Details } from "../../model/types";
import { answer, parts, Spoken } from "../testing/panel";
import { readSettings, writeSettings } from "./model";
import { SettingsForm } from "./SettingsForm";

const real = globalThis.fetch;
beforeAll(() => {
  globalThis.fetch = answer as typeof fetch;
});
afterAll(() => {
  globalThis.fetch = real;
});

let now: Details = {};
function keep(details: Details): Details {
  now = details;
  return details;
}

function Form({ start }: { start: Details }) {
  const [details, setDetails] = useState(start);
  return (
    <Spoken>
      <SettingsForm details={details} parts={parts("workflow")} wish={null} onChange={(change) => setDetails(keep({ ...details, ...change }))} />
    </Spoken>
  );
}

async function choose(label: string, option: string): Promise<void> {
  await userEvent.click(await screen.findByRole("combobox", { name: label }));
  await userEvent.click(await screen.findByRole("option", { name: option }));
}

describe("settings of a workflow", () => {
  it("say re-entry in words, and write only what was chosen", async () => {
    await show(<Form start={{ id: "w", name: "W" }} />);
    expect(await screen.findByText(/nothing happens/)).toBeTruthy();
    await choose("May a contact come in again?", "After they have left");
    fireEvent.change(screen.getByRole("textbox", { name: "Not again within: amount" }), { target: { value: "2" } });
    await choose("Not again within: unit", "hours");
    await userEvent.click(screen.getByRole("checkbox", { name: "Limit how often in all" }));
    expect(now["settings"]).toEqual({ reentry: { rule: "after_exit", interval_minutes: 120, max_entries: 3 } });
    expect(screen.getByText(/at least 2 hours.*3 times at most/)).toBeTruthy();
  });

  it("quiet hours, goals, exits and caps", async () => {
    await show(<Form start={{ id: "w", settings: { extra: 1 } }} />);
    await userEvent.click(await screen.findByRole("checkbox", { name: "Keep quiet hours" }));
    await userEvent.click(screen.getByRole("button", { name: "Add goal" }));
    fireEvent.change(screen.getByRole("combobox", { name: "Event" }), { target: { value: "purchase" } });
    fireEvent.change(screen.getByRole("textbox", { name: "Within: amount" }), { target: { value: "30" } });
    await userEvent.click(screen.getByRole("button", { name: "Add cap" }));
    await userEvent.click(screen.getByRole("checkbox", { name: "Leave on unsubscribing" }));
    expect(now["settings"]).toEqual({
      extra: 1,
      quiet_hours: { start: "21:00", end: "08:00", otherwise: "next_open_time" },
      goals: [{ event: "purchase", within: "30_days" }],
      frequency_caps: [{ channel: "email", limit: 3, per: "week" }],
      exit_on_unsubscribe: false,
    });
  });

  it("purpose and an entry filter", async () => {
    await show(<Form start={{ id: "w", purpose: null, settings: { filter: 'plan = "pro"' } }} />);
    await choose("Purpose of its messages", "Marketing");
    expect(now["purpose"]).toBe("marketing");
    await userEvent.click(await screen.findByRole("button", { name: "Remove" }));
    await waitFor(() => expect(now["settings"]).toEqual({}));
  });

  it("reads what it wrote", () => {
    const details = { settings: { reentry: { rule: "any_time", interval_minutes: 0 }, exit_criteria: [{ event: "*", where: "score > 5" }] } };
    const settings = readSettings(details);
    expect(writeSettings(details, { reentry: settings.reentry, exit_criteria: settings.exit_criteria })).toEqual(details);
  });
});
