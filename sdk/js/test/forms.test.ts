import { beforeEach, describe, expect, it } from "vitest";
import { fieldsOf, values } from "../src/capture/fields";
import { gpc, leave, ok, settle, staged, status } from "./stage";

const stage = staged();

const form = (): HTMLFormElement => document.querySelector("form")!;
const field = (name: string): HTMLInputElement => form().querySelector(`[name="${name}"]`)!;

function type(name: string, value: string): void {
  field(name).value = value;
  field(name).dispatchEvent(new Event("input", { bubbles: true }));
}

const submit = (): void => void form().dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));

const CONTACT = `
  <form id="ask" data-stepwell-form="lead_gen">
    <input name="email" type="email"><input name="first_name"><input name="message">
    <input name="size" type="radio" value="small"><input name="size" type="radio" value="large" checked>
    <input name="terms" type="checkbox" checked>
    <select name="topics" multiple><option selected>a</option><option selected>b</option><option>c</option></select>
    <select name="country"><option>DE</option></select>
    <input name="job" data-stepwell-trait="title" value="Cook">
    <input name="empty">
    <button>Send</button>
  </form>`;

describe("a marked form", () => {
  beforeEach(() => {
    document.body.innerHTML = CONTACT;
  });

  it("tells what was sent and who sent it", async () => {
    const client = stage.client({ capture: { pages: false } });
    type("email", " ann@people.example ");
    type("first_name", "Ann");
    submit();
    await stage.sent(client);
    const [identify, sent] = stage.events;
    expect(identify).toMatchObject({
      type: "identify",
      traits: { email: "ann@people.example", first_name: "Ann", title: "Cook" },
    });
    expect(sent).toMatchObject({
      event: "form_submission",
      properties: {
        form_id: "ask",
        form_type: "lead_gen",
        fields: {
          email: "ann@people.example",
          first_name: "Ann",
          size: "large",
          terms: true,
          topics: ["a", "b"],
          country: "DE",
          job: "Cook",
        },
      },
    });
  });

  it("without consent to marketing tells only that it was sent", async () => {
    const client = stage.client({ capture: { pages: false }, consent: { marketing: false } });
    type("email", "ann@people.example");
    submit();
    const [sent, ...more] = await stage.sent(client);
    expect(more).toEqual([]);
    expect(sent!.properties).toEqual({
      form_id: "ask",
      form_type: "lead_gen",
      fields_filled: ["email", "size", "terms", "topics", "country", "job"],
    });
    expect(JSON.stringify(stage.bodies)).not.toContain("people.example");
  });

  it("under Global Privacy Control tells nothing", async () => {
    gpc();
    const client = stage.client({ capture: true });
    type("email", "ann@people.example");
    submit();
    leave();
    expect(await stage.sent(client)).toEqual([]);
  });

  it("begun and left is an abandonment", () => {
    stage.client({ capture: true });
    type("first_name", "Ann");
    type("email", "ann@");
    leave();
    expect(stage.named("page_abandonment").map((e) => e.properties)).toEqual([
      {
        page_url: location.href,
        form_id: "ask",
        form_type: "lead_gen",
        fields_filled: ["first_name", "email"],
        last_field: "email",
      },
    ]);
  });

  it("begun on one view of an application is abandoned once", async () => {
    stage.client({ capture: true });
    type("first_name", "Ann");
    for (const path of ["/one", "/two"]) {
      history.pushState({}, "", path);
      await settle();
    }
    leave();
    expect(stage.named("page_left")).toHaveLength(3);
    expect(stage.named("page_abandonment")).toHaveLength(1);
  });

  it("begun and sent is none", () => {
    stage.client({ capture: true });
    type("first_name", "Ann");
    submit();
    leave();
    expect(stage.named("page_abandonment")).toEqual([]);
    expect(stage.named("form_submission")).toHaveLength(1);
  });

  it("may have a field named id", async () => {
    document.body.innerHTML = `<form id="f" data-stepwell-form="support"><input name="id" value="7"></form>`;
    const client = stage.client({ capture: { pages: false } });
    submit();
    const [sent] = await stage.sent(client);
    expect(sent!.properties).toMatchObject({ form_id: "f", form_type: "support", fields: { id: "7" } });
  });
});

it("an unmarked form is left alone", async () => {
  document.body.innerHTML = `<form><input name="email" type="email"></form>`;
  const client = stage.client({ capture: { pages: false } });
  type("email", "ann@people.example");
  submit();
  expect(await stage.sent(client)).toEqual([]);
});

describe("never read are", () => {
  it.each([
    `<input type="password" name="a">`,
    `<input type="hidden" name="a">`,
    `<input type="file" name="a">`,
    `<input type="text" name="password">`,
    `<input type="text" name="user_passwd">`,
    `<input name="a" autocomplete="cc-number">`,
    `<input name="a" autocomplete="current-password">`,
    `<input name="a" autocomplete="one-time-code">`,
    `<input name="cardNumber">`,
    `<input name="cc_num">`,
    `<input name="cvc">`,
    `<input name="iban">`,
    `<input name="ssn">`,
    `<input name="x" id="credit-card">`,
    `<input name="csrf_token">`,
    `<input name="a" data-stepwell-ignore>`,
    `<div data-stepwell-ignore><textarea name="a">no</textarea></div>`,
    `<input name="a" disabled>`,
    `<input>`,
    `<button name="a" value="no">x</button>`,
  ])("%s", (html) => {
    document.body.innerHTML = `<form data-stepwell-form="contact">${html}</form>`;
    for (const input of document.querySelectorAll("input")) if (input.type !== "file") input.value = "no";
    expect(fieldsOf(form())).toEqual([]);
  });

  it("numbers of payment cards, wherever they stand", () => {
    document.body.innerHTML = `<form><input name="note" value="4111 1111 1111 1111"><input name="order" value="4111111111111112"></form>`;
    expect(values(fieldsOf(form()))).toEqual({ order: "4111111111111112" });
  });

  it("more than 500 characters", () => {
    document.body.innerHTML = `<form><input name="note" value="${"x".repeat(900)}"></form>`;
    expect(String(values(fieldsOf(form())).note)).toHaveLength(500);
  });
});

it("a page that is left while its form is on the way tells of no field that was not to be read", () => {
  document.body.innerHTML = `<form data-stepwell-form="contact"><input name="password" type="password"><input name="a"></form>`;
  stage.client({ capture: true });
  type("password", "x");
  leave();
  expect(stage.named("page_abandonment")[0]!.properties).toMatchObject({ fields_filled: [], last_field: "" });
});

describe("a progressive form", () => {
  const next = {
    fields: [
      { name: "company", label: "Company <b>", type: "text", required: true },
      { name: "size", label: "Size", type: "select", options: ["1-10", { value: "11", label: "11 or more" }] },
      { name: "phone", label: "Phone", type: "tel", required: false, consent: "You may call me." },
      { name: "about", label: "About", type: "textarea" },
      { name: "odd", label: "Odd", type: "file" },
    ],
    done: false,
    stage: "2",
  };
  const answer = (body: unknown) => (): Response => new Response(JSON.stringify(body), { status: 200 });

  beforeEach(() => {
    document.body.innerHTML = `<form data-stepwell-progressive="demo request"><input name="email" type="email"><button>Go</button></form>`;
  });

  it("shows what the platform asks for", async () => {
    stage.answers = [answer(next)];
    const client = stage.client({ capture: { pages: false } });
    await settle();
    const url = new URL(stage.requests[0]!.url);
    expect(url.pathname).toBe("/v1/forms/demo%20request/next");
    expect(Object.fromEntries(url.searchParams)).toEqual({ writeKey: "KEY", anonymousId: client.anonymousId() });
    expect(Array.from(form().elements, (e) => (e as HTMLInputElement).name)).toEqual([
      "company",
      "size",
      "phone",
      "phone__consent",
      "about",
      "odd",
      "email",
      "",
    ]);
    expect(form().querySelector("b")).toBeNull();
    expect(field("company").required).toBe(true);
    expect(field("odd").type).toBe("text");
    expect(Array.from((field("size") as unknown as HTMLSelectElement).options, (o) => o.value)).toEqual(["", "1-10", "11"]);
  });

  it("tells what was answered, but not what was not agreed to", async () => {
    stage.answers = [answer(next)];
    const client = stage.client({ capture: { pages: false } });
    await settle();
    type("company", "Acme");
    type("phone", "+49 30 1234");
    submit();
    await stage.sent(client);
    expect(stage.named("identify")[0]!.traits).toEqual({ company: "Acme" });
    expect(stage.named("form_submission")[0]!.properties).toEqual({
      form_id: "demo request",
      form_type: "progressive",
      stage: "2",
      fields_filled: ["company"],
      fields: { company: "Acme" },
      consents: { phone: false },
    });
    field("phone__consent").checked = true;
    submit();
    await stage.sent(client);
    expect(stage.named("identify")[1]!.traits).toEqual({ company: "Acme", phone: "+49 30 1234" });
    expect(stage.named("form_submission")[1]!.properties).toMatchObject({ consents: { phone: true } });
  });

  it.each([
    ["no such form", status(404)],
    ["another server", () => new Response("<html>", { status: 200 })],
    ["nothing of use", answer({ hello: 1 })],
    ["no network", () => Promise.reject(new TypeError("no"))],
  ])("stays as it is: %s", async (_, given) => {
    stage.answers = [given];
    const before = document.body.innerHTML;
    stage.client({ capture: { pages: false } });
    await settle();
    expect(stage.requests).toHaveLength(1);
    expect(document.body.innerHTML).toBe(before);
  });

  it("is not asked for without consent, and is once it is given", async () => {
    stage.answers = [answer(next)];
    const client = stage.client({ capture: { pages: false }, consent: { marketing: false } });
    await settle();
    expect(stage.requests).toHaveLength(0);
    client.consent({ marketing: true });
    await settle();
    expect(field("company")).toBeTruthy();
  });

  it("can be drawn by the page, in its own place", async () => {
    let asked: unknown;
    document.addEventListener("stepwell:fields", (event) => {
      asked = (event as CustomEvent).detail;
      event.preventDefault();
    });
    stage.answers = [answer(next)];
    stage.client({ capture: { pages: false } });
    await settle();
    expect(asked).toEqual(next);
    expect(field("company")).toBeNull();
  });

  it("goes when nothing is left to ask", async () => {
    stage.answers = [answer({ fields: [], done: true, stage: "3" })];
    stage.client({ capture: { pages: false } });
    await settle();
    expect(form().hidden).toBe(true);
  });

  it("that comes later is found when the page says so", async () => {
    const html = document.body.innerHTML;
    document.body.innerHTML = "";
    stage.client({ capture: { pages: false } });
    document.body.innerHTML = html;
    stage.answers = [answer(next), ok];
    document.dispatchEvent(new Event("stepwell:scan"));
    document.dispatchEvent(new Event("stepwell:scan"));
    await settle();
    expect(stage.requests).toHaveLength(1);
    expect(field("company")).toBeTruthy();
  });
});
