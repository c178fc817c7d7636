/** One line a node: what it does for the contact, from its config, in the reader's language. */
import { isPlain } from "./document";
import type { Catalogue, Config, GraphNode } from "./types";
import { clockWords, conditionWords, dateWords, durationWords, nameWords, type Tongue } from "./words";

type Line = (config: Config, tongue: Tongue) => string;

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text).filter((item) => item !== "") : [];
}

function listed(items: readonly string[], { say }: Tongue, most = 3): string {
  const shown = items.slice(0, most).join(", ");
  return items.length > most ? say("summary.and_more", { shown, more: items.length - most }) : shown;
}

function quoted(value: unknown, { say }: Tongue): string {
  return text(value) === "" ? "" : say("summary.quoted", { text: nameWords(value) });
}

const condition: Line = (config, tongue) => {
  const said = conditionWords(config["condition"], tongue);
  return said === "" ? "" : tongue.say("summary.if", { condition: said });
};

const delay: Line = ({ duration, until }, tongue) => {
  const { say } = tongue;
  const length = durationWords(duration, tongue);
  const clock = text(until);
  if (clock === "") return length === "" ? "" : say("summary.wait", { length });
  const at = clock.length === 5 ? say("summary.their_time", { clock: clockWords(clock, tongue) }) : dateWords(clock, tongue);
  return length === "" ? say("summary.wait_until", { at }) : say("summary.wait_then_until", { length, at });
};

const way = (value: unknown, tongue: Tongue): string => {
  if (!isPlain(value)) return "";
  const { say } = tongue;
  if (text(value["event"]) !== "") return say("summary.happens", { event: nameWords(value["event"]) });
  if (value["condition"]) return conditionWords(value["condition"], tongue);
  if (text(value["date"]) !== "") {
    const date = /^\d/.test(text(value["date"])) ? dateWords(text(value["date"]), tongue) : nameWords(value["date"]);
    const offset = text(value["offset"]);
    if (offset === "") return date;
    return say(offset.startsWith("-") ? "summary.before" : "summary.after", { length: durationWords(offset, tongue), date });
  }
  return text(value["time_of_day"]) === "" ? "" : say("summary.their_time", { clock: clockWords(text(value["time_of_day"]), tongue) });
};

const waitUntil: Line = ({ ways, time_limit }, tongue) => {
  const said = (Array.isArray(ways) ? ways : []).map((item: unknown) => way(item, tongue)).filter((item) => item !== "");
  if (said.length === 0) return "";
  const until = tongue.say("summary.wait_until", { at: said.join(` ${tongue.say("summary.or")} `) });
  const limit = durationWords(time_limit, tongue);
  return limit === "" ? until : tongue.say("summary.at_most", { what: until, length: limit });
};

const schedule = (value: unknown, tongue: Tongue): string => {
  if (!isPlain(value)) return "";
  if (text(value["at"]) !== "") return tongue.say("summary.once_at", { at: dateWords(text(value["at"]), tongue) });
  const rate = /^(\d+) (\w+?)s?$/.exec(text(value["rate"]));
  if (rate !== null) return tongue.say("summary.every", { length: durationWords(`${rate[1] ?? ""}_${rate[2] ?? ""}`, tongue) });
  return text(value["cron"]) === "" ? "" : cronWords(text(value["cron"]), tongue);
};

const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

function cronWords(cron: string, tongue: Tongue): string {
  const [minutes = "", hours = "", day = "", month = "", weekday = ""] = cron.split(/\s+/);
  if (!/^\d+$/.test(minutes) || !/^\d+$/.test(hours) || month !== "*") return tongue.say("summary.on_schedule", { cron });
  const clock = clockWords(`${hours.padStart(2, "0")}:${minutes.padStart(2, "0")}`, tongue);
  const index = DAYS.indexOf(weekday);
  if (index >= 0) {
    const name = new Intl.DateTimeFormat(tongue.locale, { weekday: "long" }).format(new Date(2026, 0, 4 + index));
    return tongue.say("summary.every_weekday", { weekday: name, clock });
  }
  if (weekday === "MON-FRI") return tongue.say("summary.every_workday", { clock });
  if ((day === "*" || day === "?") && (weekday === "*" || weekday === "?")) return tongue.say("summary.every_day", { clock });
  return /^\d+$/.test(day) ? tongue.say("summary.every_month", { day: Number(day), clock }) : tongue.say("summary.on_schedule", { cron });
}

const event: Line = (config, tongue) => {
  const name = text(config["event"]);
  if (name === "") return "";
  const where = conditionWords(config["where"], tongue);
  const when = tongue.say("summary.when", { event: nameWords(name) });
  return where === "" ? when : tongue.say("summary.when_if", { when, condition: where });
};

const behaviour: Line = (config, tongue) => {
  const events = texts(config["events"]).map(nameWords);
  return events.length === 0 ? "" : tongue.say("summary.when_any", { events: listed(events, tongue) });
};

const cases: Line = (config, tongue) => {
  const names = (Array.isArray(config["cases"]) ? config["cases"] : []).map((item: unknown) => (isPlain(item) ? nameWords(item["name"]) : ""));
  return names.length === 0 ? "" : tongue.say("summary.by", { names: listed(names.filter((name) => name !== ""), tongue) });
};

const weights: Line = (config, tongue) => {
  const values = isPlain(config["weights"]) ? Object.values(config["weights"]).map(Number) : [];
  const total = values.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return "";
  const percent = new Intl.NumberFormat(tongue.locale, { style: "percent", maximumFractionDigits: 1 });
  return values.map((value) => percent.format(value / total)).join(" / ");
};

const branches: Line = (config, tongue) => {
  const given = config["branches"] ?? 2;
  return Array.isArray(given) ? listed(texts(given).map(nameWords), tongue) : tongue.say("summary.branches", { count: Number(given) });
};

const loop: Line = (config, tongue) => {
  if (config["max_iterations"] === undefined) return "";
  const most = tongue.say("summary.times", { count: Number(config["max_iterations"]) });
  const until = conditionWords(config["until"], tongue);
  return until === "" ? most : tongue.say("summary.times_until", { most, condition: until });
};

const update: Line = (config, tongue) => {
  const set = isPlain(config["set"]) ? Object.entries(config["set"]) : [];
  const add = isPlain(config["add"]) ? Object.entries(config["add"]) : [];
  const said = [
    ...set.map(([name, value]) => tongue.say("summary.set", { field: nameWords(name), value: shown(value) })),
    ...add.map(([name, value]) => tongue.say("summary.add", { field: nameWords(name), value: shown(value) })),
    ...texts(config["remove"]).map((name) => tongue.say("summary.remove", { field: nameWords(name) })),
  ];
  return listed(said, tongue, 2);
};

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const score: Line = (config, tongue) => {
  const points = Number(config["score_increment"]);
  if (config["score_increment"] === undefined || Number.isNaN(points)) return "";
  const signed = new Intl.NumberFormat(tongue.locale, { signDisplay: "exceptZero" }).format(points);
  return tongue.say("summary.points", { points: signed, field: nameWords(config["model"] || config["field"] || "score") });
};

const call: Line = (config) => {
  const url = text(config["url"]);
  return url === "" ? "" : `${text(config["method"]) || "POST"} ${url.replace(/^https?:\/\//, "")}`;
};

const list =
  (key: string): Line =>
  (config, tongue) =>
    listed(texts(config[key]).map(nameWords), tongue);

const template =
  (...keys: readonly string[]): Line =>
  (config, tongue) =>
    quoted(keys.map((key) => text(config[key])).find((value) => value !== "") ?? "", tongue);

const goal: Line = (config, tongue) => {
  const what = text(config["event"]) === "" ? conditionWords(config["condition"], tongue) : tongue.say("summary.did", { event: nameWords(config["event"]) });
  const name = nameWords(config["name"] ?? "goal");
  return what === "" ? name : `${name}: ${what}`;
};

const bestTime = (within: unknown, tongue: Tongue): string => tongue.say("summary.best_time", { length: durationWords(within ?? "24_hours", tongue) });

/** A message, and with what else it says that it goes at the contact's best time. */
const timed =
  (line: Line): Line =>
  (config, tongue) => {
    const said = line(config, tongue);
    return text(config["send_time_optimization"]) === "" ? said : [said, bestTime(config["send_within"], tongue)].filter((part) => part !== "").join(", ");
  };

const LINES: Readonly<Record<string, Line>> = {
  api_call: call,
  external_api: call,
  webhook_call: call,
  behavioral_trigger: behaviour,
  condition_check: condition,
  if_condition: condition,
  content_distribution: list("channels"),
  content_email: template("template_id", "content_type"),
  data_update: update,
  database_query: (config, tongue) => tongue.say("summary.query", { source: nameWords(config["source"] ?? "athena") }),
  delay_action: delay,
  email_send: timed(template("template_id")),
  email_sequence: list("emails"),
  engagement_check: (config, tongue) => tongue.say("summary.after_time", { length: durationWords(config["check_after"] ?? "7_days", tongue) }),
  event_trigger: event,
  exit: (config) => (text(config["reason"]) === "exit_node" ? "" : nameWords(config["reason"])),
  follow_up_sequence: list("emails"),
  goal,
  loop_iterator: loop,
  notification_send: list("recipients"),
  parallel_execution: branches,
  random_split: weights,
  re_engagement: template("template_id"),
  scoring_update: score,
  send_time_optimization: (config, tongue) => bestTime(config["within"], tongue),
  sms_send: timed((config, tongue) => (text(config["text"]) === "" ? template("template_id")(config, tongue) : text(config["text"]))),
  social_media_post: list("platforms"),
  social_post: list("platforms"),
  switch_case: cases,
  time_based_trigger: (config, tongue) => schedule(config["schedule"], tongue),
  time_trigger: (config, tongue) =>
    text(config["event"]) === "" ? schedule(config["schedule"], tongue) || tongue.say("summary.after_time", { length: durationWords(config["delay"] ?? "0_hours", tongue) }) : event(config, tongue),
  wait_until: waitUntil,
  web_push: timed((config, tongue) => quoted(config["title"], tongue)),
  webhook_trigger: (config) => text(config["hook"]),
  webinar_invitation: template("template_id"),
  welcome_sequence: list("steps"),
};

/** The line under a node's title; empty when its config says nothing yet. */
export function summaryOf(node: Pick<GraphNode, "type" | "config">, tongue: Tongue): string {
  return LINES[node.type]?.(node.config, tongue) ?? "";
}

/** Fields that must be filled in and are not: the canvas asks for the first of them. */
export function missingFields(node: Pick<GraphNode, "type" | "config">, catalogue: Catalogue): readonly string[] {
  const required = catalogue.get(node.type)?.config["required"];
  return texts(required).filter((name) => {
    const value = node.config[name];
    return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
  });
}
