import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Config } from "@/api/config";
import { show } from "@/testing/render";
import { AuthError, type Auth } from "./auth";
import { Session } from "./session";
import { SessionProvider } from "./SessionContext";
import { SignInForm } from "./SignInForm";

async function form(parts: Partial<Auth>, config: Partial<Config> = {}) {
  const done = vi.fn();
  const session = new Session({ token: () => Promise.resolve(null), ...parts } as Auth, { local: false, federation: null, ...config } as Config);
  await show(
    <SessionProvider session={session}>
      <SignInForm heading={(text) => <h1>{text}</h1>} onDone={done} to="/workflows" />
    </SessionProvider>,
  );
  await screen.findByRole("heading");
  return done;
}
const field = (type: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`input[type=${type}], input[autocomplete=${type}]`);
  if (!found) throw new Error(`no ${type}`);
  return found;
};
async function password(): Promise<void> {
  await userEvent.type(field("email"), "ann@example.com");
  await userEvent.type(field("password"), "secret{Enter}");
}

it("signs in", async () => {
  const signIn = vi.fn<Auth["signIn"]>(() => Promise.resolve({ kind: "done" }));
  const done = await form({ signIn });
  await password();
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
  expect(signIn).toHaveBeenCalledWith("ann@example.com", "secret");
});

it("says that a password is wrong, and stays", async () => {
  const done = await form({ signIn: () => Promise.reject(new AuthError("wrong_password")) });
  await password();
  expect((await screen.findByRole("alert")).textContent).not.toBe("");
  expect(done).not.toHaveBeenCalled();
});

it("takes the code as soon as it is whole, once, and clears a wrong one", async () => {
  const answerCode = vi.fn<Auth["answerCode"]>().mockRejectedValueOnce(new AuthError("wrong_code")).mockResolvedValue({ kind: "done" });
  const done = await form({ signIn: () => Promise.resolve({ kind: "code" }), answerCode });
  await password();
  await waitFor(() => expect(document.querySelectorAll("input[inputmode=numeric]")).toHaveLength(6));
  const type = async (code: string): Promise<void> => {
    const first = document.querySelector<HTMLElement>("input[inputmode=numeric]");
    if (first) await userEvent.click(first);
    await userEvent.keyboard(code);
  };
  await type("111111");
  await screen.findByRole("alert");
  await waitFor(() => expect(document.activeElement).toBe(document.querySelector("input[inputmode=numeric]")));
  await userEvent.keyboard("222222");
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
  expect(answerCode.mock.calls.map(([code]) => code)).toEqual(["111111", "222222"]);
});

it("goes to a company's provider and back to the page", async () => {
  const signInWith = vi.fn<Auth["signInWith"]>(() => Promise.resolve());
  await form({ signInWith }, { federation: { domain: "x.example", providers: [{ name: "Okta", label: "Acme" }] } });
  await userEvent.click(await screen.findByRole("button", { name: /Acme/ }));
  await waitFor(() => expect(signInWith).toHaveBeenCalledWith("Okta", "/workflows"));
});
