import { expect, it } from "vitest";
import { WELCOME } from "../testing/graphs";
import { fieldsOf, firstSetup, requestOf, valueOf } from "./setup";

it.each([
  ["40", 40],
  ["true", true],
  ["pro", "pro"],
  ['"40"', "40"],
  ["[1, 2]", [1, 2]],
  [" ", ""],
])("reads %s as people mean it", (typed, value) => expect(valueOf(typed)).toEqual(value));

it("leaves fields without a name out", () => expect(fieldsOf([{ name: " plan ", value: "pro" }, { name: "", value: "x" }])).toEqual({ plan: "pro" }));

it("asks about a made-up contact: who it is, what it allows, what it will do", () => {
  const asked = requestOf(
    {
      ...firstSetup("Europe/Berlin"),
      fields: [{ name: "plan", value: "free" }],
      happenings: [
        { node: "*", event: "email_opened", after: 2, unit: "hours", properties: [] },
        { node: "", event: "Order Completed", after: 3, unit: "days", properties: [{ name: "total", value: "40" }] },
        { node: "*", event: " ", after: 1, unit: "days", properties: [] },
      ],
    },
    WELCOME,
  );
  expect(asked.traits).toEqual({ email: "ada@example.com", first_name: "Ada", time_zone: "Europe/Berlin", plan: "free" });
  expect(asked.consent).toEqual({ "email:marketing": "granted" });
  expect(asked.reactions).toEqual({ "*": [{ after: "2 hours", name: "email_opened", properties: {} }] });
  expect(asked.events).toEqual([{ at: "3 days", name: "Order Completed", properties: { total: 40 } }]);
});

it("leaves a stored contact as it is, but for what is told beside", () => {
  const asked = requestOf({ ...firstSetup("UTC"), who: "stored", contact: "abc", fields: [{ name: "score", value: "80" }] }, WELCOME);
  expect([asked.contact, asked.traits, asked.consent]).toEqual(["abc", { score: 80 }, {}]);
});
