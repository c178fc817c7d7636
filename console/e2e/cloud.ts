/** The local cloud around the platform: its time and the recipients' inbox. */
import { expect } from "@playwright/test";
import { given } from "./given";

interface Letter {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly tags: Readonly<Record<string, string>>;
}

async function asked<T>(path: string, sent?: unknown): Promise<T> {
  const answer = await fetch(`${given.cloud}${path}`, sent === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(sent) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Lets time pass, and all that falls due in it happen. */
export async function pass(seconds: number): Promise<void> {
  const done = await asked<{ state: string }>("/_stepwell/clock/run", { for_s: seconds, max_real_s: 90 });
  expect(done.state).toBe("idle");
}

/** Messages of this workspace, newest first. */
export async function letters(): Promise<readonly Letter[]> {
  return (await asked<{ messages: Letter[] }>(`/_stepwell/inbox.json?tag=tenant:${given.tenant}&limit=200`)).messages;
}

/** The message that somebody got, once it is there. */
export async function letterTo(to: string, subject: RegExp): Promise<Letter> {
  const find = async (): Promise<Letter | undefined> => (await letters()).find((one) => one.to.includes(to) && subject.test(one.subject));
  await expect.poll(async () => (await find()) !== undefined, { timeout: 40_000 }).toBe(true);
  const found = await find();
  if (found === undefined) throw new Error(`no letter to ${to}`);
  return found;
}
