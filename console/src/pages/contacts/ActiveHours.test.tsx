import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useContact, type ActiveHours as Hours } from "@/api/contacts";
import { signedIn } from "@/testing/signedIn";
import { ActiveHours, hourText } from "./ActiveHours";

const contact = { id: "p1", email: "ada@x.org" };
const hours = (changes: Partial<Hours>): Hours => ({
  time_zone: "Europe/Berlin",
  counted: 40,
  own_share: 0.7,
  best_hour: 20,
  hours: Array.from({ length: 24 }, (_, hour) => ({ hour, counted: hour === 20 ? 30 : 0.5, share: hour === 20 ? 0.54 : 0.02, group: 1 / 24 })),
  ...changes,
});

function Live() {
  const found = useContact("p1");
  return found.data ? <ActiveHours contact={found.data} /> : null;
}

const open = (told: Hours) => signedIn(<Live />, { "GET /contacts/p1": contact, "GET /contacts/p1/hours": told }, { role: "viewer" });

describe("active hours", () => {
  it("show when the contact is likeliest to be active, and how much of that is the contact's own", async () => {
    await open(hours({}));
    const chart = await screen.findByRole("img", { name: /^Activity by hour of the day/ });
    expect(chart.getAttribute("aria-label")).toContain("54%");
    expect(chart.children.length).toBe(24);
    expect(chart.querySelectorAll("[data-best]").length).toBe(1);
    expect(screen.getByText(/^70% of this comes from the contact/)).toBeTruthy();
    expect(screen.getByText(`Likeliest to be active from ${hourText(20, "en")}, on their own clock.`)).toBeTruthy();
  });

  it("tell that these are the hours of others, or that nothing is known", async () => {
    await open(hours({ counted: 0, own_share: 0 }));
    expect(await screen.findByText(/these are the hours of contacts like them/)).toBeTruthy();
  });

  it("have no chart where nothing is known of anybody", async () => {
    await open(hours({ best_hour: null, counted: 0 }));
    expect(await screen.findByText(/Nothing is known yet of when/)).toBeTruthy();
    expect(screen.queryByRole("img", { name: /^Activity by hour/ })).toBeNull();
  });

  it("are told by the reader's clock", () => {
    expect(hourText(20, "de")).toBe("20:00");
    expect(hourText(20, "en-US")).toBe("08:00 PM");
  });
});
