import { expect, it } from "vitest";
import { idOf } from "./workflows";

it.each([
  ["Welcome series", "", "welcome_series"],
  ["Größe & Maß", "", "grosse_mass"],
  ["7 Tage", "", "tage"],
  ["日本", "", "workflow"],
  ["Welcome", "x1y2", "welcome_x1y2"],
  ["A very long name that would never fit into an id", "", "a_very_long_name_that_would_neve"],
  ["A very long name that would never fit into an id", "x1y2", "a_very_long_name_that_would_x1y2"],
])("makes an id of %s", (name, taken, id) => {
  expect(idOf(name, taken)).toBe(id);
  expect(id).toMatch(/^[a-z][a-z0-9_]{0,31}$/);
});
