import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { Refused, type Answer, type Asked } from "@/testing/server";
import { signedIn } from "@/testing/signedIn";
import ContactsPage from "./ContactsPage";
import ReviewsPage from "./ReviewsPage";

const none = { items: [], cursor: null, total: 0 };
const ada = { id: "p1", email: "ada@x.org", user_id: "u1", traits: { email: "ada@x.org", first_name: "Ada", last_name: "Lovelace", age: 36 }, first_seen: null, last_seen: null };
const bob = { ...ada, id: "p2", email: "bob@x.org", user_id: "", traits: { email: "bob@x.org", first_name: "Bob" } };
const attribute = { name: "age", family: "demographic", type: "number", rule: "latest", sources: [], choices: [], pii: false, retention_days: null, consent: null, built_in: true, replaces_built_in: false };
const common: Record<string, Answer> = {
  "GET /attributes": { ...none, items: [attribute] },
  "GET /lifecycle": { lifecycle: { stages: [{ name: "lead" }] } },
  "GET /segments": none,
  "GET /contacts": { ...none, items: [ada, bob] },
};

async function open(page: React.ReactNode, answers: Record<string, Answer>, path = "/"): Promise<Asked[]> {
  return (await signedIn(page, { ...common, ...answers }, { path })).asked;
}


beforeEach(() => {
  localStorage.clear();
});

describe("the list", () => {
  it("looks on by itself until somebody is found", async () => {
    let calls = 0;
    const asked = await open(<ContactsPage />, {
      "GET /contacts/search": () => {
        calls += 1;
        return calls < 3 ? { items: [], cursor: `c${calls}`, complete: false, looked_at: 2000 } : { items: [bob], cursor: null, complete: true, looked_at: 10 };
      },
    }, "/?q=bob&consent=granted");
    expect(await screen.findByText("Bob")).toBeTruthy();
    const searches = asked.filter((one) => one.path === "/contacts/search").map((one) => one.query);
    expect(searches.map((one) => one["cursor"])).toEqual(["", "c1", "c2"]);
    expect(searches[0]).toMatchObject({ q: "bob", consent: "granted" });
  });

  it("puts chosen contacts on a list", async () => {
    const asked = await open(<ContactsPage />, {
      "GET /segments": { ...none, items: [{ id: "press", name: "Press" }] },
      "POST /segments/press/members": { asked: 1, unknown: [] },
    });
    const user = userEvent.setup();
    await user.click(await screen.findByLabelText("Choose Ada Lovelace"));
    await user.click(await screen.findByText("Add to list"));
    await user.click(await screen.findByRole("menuitem", { name: "Press" }));
    await waitFor(() => expect(asked.find((one) => one.method === "POST")?.body).toEqual({ contacts: ["p1"] }));
  });

  it("teaches when nobody is there, and adds a contact by a form that shows refusals", async () => {
    const asked = await open(<ContactsPage />, { "GET /contacts": none, "POST /contacts": new Refused(400, "invalid_email", "This is no e-mail address.", [{ place: "email", message: "This is no e-mail address." }]) });
    expect(await screen.findByText("Nobody here yet")).toBeTruthy();
    const user = userEvent.setup();
    await user.click(screen.getAllByText("Add contact")[0] as HTMLElement);
    const form = within(await screen.findByRole("dialog"));
    await user.click(form.getByRole("button", { name: "Add contact" }));
    expect(await form.findByText("Give an e-mail address or your id.")).toBeTruthy();
    await user.type(form.getByLabelText("E-mail"), "ada@x");
    await user.click(form.getByRole("button", { name: "Add contact" }));
    expect(await form.findByText("This is no e-mail address.")).toBeTruthy();
    expect(asked.find((one) => one.method === "POST")?.body).toEqual({ contacts: [{ email: "ada@x", user_id: "", traits: {} }] });
  });
});

describe("possible duplicates", () => {
  it("are compared and answered", async () => {
    const asked = await open(<ReviewsPage />, {
      "GET /merge-reviews": { ...none, items: [{ pair: "p1.p2", left: "p1", right: "p2", probability: 0.87, reasons: [], why: ["Two phones."], evidence: ["Same name."] }] },
      "GET /contacts/p1/merge-preview": { winner: ada, loser: bob, result: ada, consent: {}, against: ["two_phones"], replaced: [], dropped: ["first_name"] },
      "POST /merge-reviews/p1.p2": { verdict: "different", contact: null },
    });
    expect(await screen.findByText("87% likely one person")).toBeTruthy();
    expect(await screen.findByText("This speaks for two people")).toBeTruthy();
    await userEvent.setup().click(screen.getByText("Two people"));
    await waitFor(() => expect(asked.find((one) => one.method === "POST")?.body).toEqual({ verdict: "different" }));
  });
});
