import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/error";
import type { Config } from "@/api/config";
import type { Auth } from "@/session/auth";
import { Session } from "@/session/session";
import { SessionProvider } from "@/session/SessionContext";
import { show } from "@/testing/render";
import { CodeEditor } from "./CodeEditor";
import { CopyButton } from "./CopyButton";
import { ErrorState } from "./ErrorState";
import { MayButton } from "./MayButton";
import { SearchField } from "./SearchField";
import { StatusBadge } from "./StatusBadge";
import { toast } from "./toast";
import { Toasts } from "./Toasts";

beforeEach(() => vi.restoreAllMocks());

it("copies, and says so to everybody", async () => {
  const user = userEvent.setup();
  await show(<CopyButton value="abc" />);
  await user.click(await screen.findByRole("button"));
  expect(await navigator.clipboard.readText()).toBe("abc");
  await waitFor(() => expect(screen.getByRole("status").textContent).not.toBe(""));
});

it("says a state in a word, not by colour alone", async () => {
  await show(<StatusBadge tone="good">Live</StatusBadge>);
  expect(await screen.findByText("Live")).toBeTruthy();
});

it("tells what went wrong, the code, and tries again", async () => {
  const again = vi.fn();
  await show(<ErrorState error={new ApiError(500, "broken_thing", "It broke.")} again={again} />);
  expect((await screen.findByRole("alert")).textContent).toContain("broken_thing");
  await userEvent.click(screen.getByRole("button"));
  expect(again).toHaveBeenCalledOnce();
});

describe("SearchField", () => {
  it("tells what was typed once, after a pause, and follows what changes from outside", async () => {
    const told = vi.fn();
    await show(<SearchField value="" onChange={told} label="Search" />);
    await userEvent.type(await screen.findByLabelText("Search"), "wel");
    await waitFor(() => expect(told).toHaveBeenCalledWith("wel"));
    expect(told).toHaveBeenCalledTimes(1);
  });
});

describe("MayButton", () => {
  async function shown(role: string, act: () => void) {
    const auth = { token: () => Promise.resolve("t"), hasSecondFactor: () => Promise.resolve(true) } as unknown as Auth;
    vi.spyOn(globalThis, "fetch").mockImplementation(() => Promise.resolve(Response.json({ tenant: "t", actor: "a", role, mfa: { required: false, enrolled: false } })));
    const session = new Session(auth, {} as Config);
    await show(
      <SessionProvider session={session}>
        <MayButton right="publish" onClick={act}>
          Publish
        </MayButton>
      </SessionProvider>,
    );
    return screen.findByRole("button", { name: "Publish" });
  }

  it("does it for whoever may", async () => {
    const act = vi.fn();
    await shown("publisher", act);
    await waitFor(() => expect(screen.getByRole("button").getAttribute("aria-disabled")).toBeNull());
    await userEvent.click(screen.getByRole("button"));
    expect(act).toHaveBeenCalledOnce();
  });

  it("does nothing for others, who can still reach it and read why", async () => {
    const act = vi.fn();
    const button = await shown("editor", act);
    await userEvent.click(button);
    expect(act).not.toHaveBeenCalled();
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(button).toHaveProperty("disabled", false);
  });
});

it("shows code with its label, and what is written from outside", async () => {
  const { container } = await show(<CodeEditor value={"a: 1\n"} language="yaml" label="Graph" />);
  await waitFor(() => expect(container.querySelector(".cm-content")).not.toBeNull(), { timeout: 5000 });
  expect(container.querySelector(".cm-content")?.getAttribute("aria-label")).toBe("Graph");
  expect(container.querySelector(".cm-content")?.textContent).toContain("a: 1");
});

it("tells news in the corner", async () => {
  await show(<Toasts />);
  toast.done("Saved for later.");
  expect(await screen.findByText("Saved for later.", {}, { timeout: 15_000 })).toBeTruthy();
}, 20_000);
