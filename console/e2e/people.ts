/** Signing in, and asking the API as whoever is signed in. */
import { expect, type Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { given } from "./given";

export const STEP_MS = 30_000;

export const address = (name: string): string => `${name}@${given.tenant}.example`;

/** What the authenticator shows now. */
export function codeOf(secret: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret.replaceAll(" ", "")) }).generate();
}

export async function giveCode(page: Page, secret: string): Promise<void> {
  await page.getByRole("group", { name: /code/i }).getByRole("textbox").first().click();
  await page.keyboard.type(codeOf(secret), { delay: 15 });
}

export async function givePassword(page: Page, name: string): Promise<void> {
  listen(page);
  await page.goto("/sign-in");
  await page.locator("input[type=email]").fill(address(name));
  await page.locator("input[type=password]").fill(given.password);
  await page.locator("button[type=submit]").click();
}

export const inside = (page: Page): Promise<void> => page.waitForURL((url) => !url.pathname.startsWith("/sign-in"), { timeout: 30_000 });

/** Signs somebody in; `admin` with the second factor. */
export async function signIn(page: Page, name: "editor" | "publisher" | "viewer" | "admin"): Promise<void> {
  await givePassword(page, name);
  if (name === "admin") await giveCode(page, given.secret);
  await inside(page);
}

/** Tokens as the console sends them: where it keeps them is its own affair. */
const tokens = new WeakMap<Page, string>();

function listen(page: Page): void {
  page.on("request", (request) => {
    const told = request.headers()["authorization"];
    if (told !== undefined && request.url().includes("/api/v1/")) tokens.set(page, told);
  });
}

/** Calls the API as the signed-in person: what another tab or a colleague would do. */
export async function call<T>(page: Page, method: string, path: string, sent?: unknown): Promise<T> {
  await expect.poll(() => tokens.has(page)).toBe(true);
  return page.evaluate(
    async ([how, where, token, text]) => {
      const answer = await fetch(`/api/v1${where}`, { method: how, headers: { authorization: token, "content-type": "application/json" }, ...(text === "" ? {} : { body: text }) });
      if (!answer.ok) throw new Error(`${how} ${where}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    [method, path, tokens.get(page) ?? "", sent === undefined ? "" : JSON.stringify(sent)] as const,
  );
}
