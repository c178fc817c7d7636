/** What the chart of a mailbox provider's rates draws; pure. */
import type { MailDays } from "@/api/channels";

export const METRICS = ["complaints", "bounces", "volume"] as const;
export type Metric = (typeof METRICS)[number];

const ALL = "all";
const MOST_LINES = 6;

/** The mailbox providers with the most mail, `all` first. */
export function busiest(days: MailDays["days"]): string[] {
  const sent = new Map<string, number>();
  for (const { mailboxes } of days) for (const one of mailboxes) if (one.mailbox !== ALL) sent.set(one.mailbox, (sent.get(one.mailbox) ?? 0) + one.sent);
  const names = [...sent.entries()].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([name]) => name);
  return [ALL, ...names.slice(0, MOST_LINES - 1)];
}

export interface Point {
  day: string;
  /** Percent, or messages of the volume; null: nothing to reckon with. */
  values: Record<string, number | null>;
}

export function points(days: MailDays["days"], metric: Metric, mailboxes: readonly string[]): Point[] {
  return days.map(({ day, mailboxes: told }) => ({
    day,
    values: Object.fromEntries(
      mailboxes.map((name) => {
        const one = told.find(({ mailbox }) => mailbox === name);
        if (metric === "volume") return [name, one?.sent ?? 0];
        const rate = metric === "complaints" ? one?.complaint_rate : one?.bounce_rate;
        return [name, rate === null || rate === undefined ? null : rate * 100];
      }),
    ),
  }));
}

export function limitsOf(limits: MailDays["limits"], metric: Metric): { name: "alarm" | "pause"; percent: number }[] {
  if (metric === "complaints") return [{ name: "alarm", percent: limits.complaint_alarm * 100 }, { name: "pause", percent: limits.complaint_limit * 100 }];
  return metric === "bounces" ? [{ name: "alarm", percent: limits.bounce_alarm * 100 }] : [];
}

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];
const MOST_TICKS = 6;

/** Round ticks of a percent axis up to beyond the highest value. */
export function ticksOf(highest: number): number[] {
  const step = STEPS.find((one) => highest / one < MOST_TICKS) ?? 100;
  return Array.from({ length: Math.floor(highest / step + 1e-9) + 2 }, (_, at) => Number((at * step).toFixed(1)));
}

/** Whether a rate is fine, near a limit or beyond it; a rate of few messages is none. */
export function toneOf(rate: number | null, alarm: number, limit: number, enough: boolean): "good" | "warn" | "bad" | "quiet" {
  if (rate === null || !enough) return "quiet";
  return rate >= limit ? "bad" : rate >= alarm ? "warn" : "good";
}

const NAMES: Record<string, string> = { gmail: "Gmail", yahoo: "Yahoo", microsoft: "Microsoft", apple: "Apple", comcast: "Comcast", proton: "Proton", zoho: "Zoho", fastmail: "Fastmail", gmx: "GMX, WEB.DE", telekom: "Telekom", orange: "Orange", free: "Free", sfr: "SFR", laposte: "La Poste", libero: "Libero", mail_ru: "Mail.ru", yandex: "Yandex", qq: "QQ", netease: "NetEase", naver: "Naver", uol: "UOL", yahoo_japan: "Yahoo Japan" };

/** A mailbox provider's own name; undefined: pages have a word for it. */
export const brandOf = (mailbox: string): string | undefined => NAMES[mailbox];
