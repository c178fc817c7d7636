import { act, renderHook, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/error";
import { show } from "@/testing/render";
import { amountText } from "./Amount";
import { Confirm } from "./Confirm";
import { useAutosave } from "./useAutosave";
import { useForm } from "./useForm";
import { useUrlState } from "./useUrlState";
import { relative } from "./When";

const NOW = new Date("2026-03-02T09:00:00Z");

describe("times", () => {
  it.each([
    ["2026-03-02T08:59:30Z", "now"],
    ["2026-03-02T08:55:00Z", "5 minutes ago"],
    ["2026-03-03T10:00:00Z", "tomorrow"],
    ["2025-03-01T09:00:00Z", "last year"],
  ])("%s is %s", (at, text) => expect(relative(new Date(at), NOW, "en")).toBe(text));
  it("speaks German", () => expect(relative(new Date("2026-03-02T06:00:00Z"), NOW, "de")).toBe("vor 3 Stunden"));
});

it("writes amounts as the reader does", () => {
  expect(amountText(12345, "en")).toBe("12,345");
  expect(amountText(12345, "de")).toBe("12.345");
  expect(amountText(12345, "en", "short")).toBe("12.3K");
  expect(amountText(0.256, "en", "percent")).toBe("25.6%");
  expect(amountText(0.0012, "en", "money")).toBe("$0.0012");
  expect(amountText(1200, "en", "money")).toBe("$1,200.00");
});

describe("Confirm", () => {
  it("wants the phrase before it does it", async () => {
    const go = vi.fn(() => Promise.resolve());
    const close = vi.fn();
    await show(<Confirm opened onClose={close} title="Delete?" action="Delete" phrase="welcome" danger onConfirm={go} children="Gone for good." />);
    const button = await screen.findByRole("button", { name: "Delete" });
    expect(button).toHaveProperty("disabled", true);
    await userEvent.type(screen.getByRole("textbox"), "welcome");
    await userEvent.click(button);
    expect(go).toHaveBeenCalledOnce();
    await waitFor(() => expect(close).toHaveBeenCalledOnce());
  });

  it("stays open and says why when it fails", async () => {
    const close = vi.fn();
    await show(<Confirm opened onClose={close} title="Stop?" action="Stop" onConfirm={() => Promise.reject(new ApiError(403, "role_needed", "You are a viewer."))} children="All." />);
    await userEvent.click(await screen.findByRole("button", { name: "Stop" }));
    expect(await screen.findByText("You are a viewer.")).toBeTruthy();
    expect(close).not.toHaveBeenCalled();
  });
});

describe("useForm", () => {
  it("shows the server's objections at their fields", async () => {
    const refused = new ApiError(422, "invalid", "No.", { errors: [{ place: "workspace.sender", message: "Not verified." }] });
    const { result } = renderHook(() => useForm({ sender: "a", name: "b" }, () => Promise.reject(refused)));
    await act(() => result.current.submit());
    expect(result.current.problem("sender")).toBe("Not verified.");
    expect(result.current.problem("name")).toBeUndefined();
    expect(result.current.failure).toBeNull();
  });

  it("does not send what its own check refuses", async () => {
    const send = vi.fn(() => Promise.resolve());
    const { result } = renderHook(() => useForm({ name: "" }, send, ({ name }) => (name ? {} : { name: "Name it." })));
    await act(() => result.current.submit());
    expect(send).not.toHaveBeenCalled();
    expect(result.current.problem("name")).toBe("Name it.");
    act(() => result.current.set("name", "x"));
    expect(result.current.changed).toBe(true);
    await act(() => result.current.submit());
    expect(send).toHaveBeenCalledWith({ name: "x" });
    expect(result.current.changed).toBe(false);
  });
});

describe("useAutosave", () => {
  it("saves the newest value once, and stops at a conflict", async () => {
    vi.useFakeTimers();
    const save = vi.fn<(value: string) => Promise<void>>(() => Promise.resolve());
    const { result, rerender } = renderHook(({ value }) => useAutosave(value, value, save), { initialProps: { value: "a" } });
    rerender({ value: "b" });
    rerender({ value: "c" });
    expect(result.current.state).toBe("changed");
    await act(() => vi.advanceTimersByTimeAsync(1000));
    expect(save.mock.calls).toEqual([["c"]]);
    expect(result.current.state).toBe("saved");
    save.mockRejectedValueOnce(new ApiError(409, "changed", "Somebody else."));
    rerender({ value: "d" });
    await act(() => vi.advanceTimersByTimeAsync(1000));
    expect(result.current.state).toBe("conflict");
    rerender({ value: "e" });
    await act(() => vi.advanceTimersByTimeAsync(5000));
    expect(save).toHaveBeenCalledTimes(2);
    act(() => result.current.resume());
    await act(() => vi.advanceTimersByTimeAsync(1000));
    expect(save).toHaveBeenLastCalledWith("e");
    vi.useRealTimers();
  });
});

function Filter() {
  const [{ status }, set] = useUrlState({ status: "all" });
  return (
    <button
      onClick={() => {
        set({ status: status === "all" ? "live" : "all" });
      }}
    >
      {status}
    </button>
  );
}

it("keeps filters in the address", async () => {
  await show(<Filter />, { path: "/workflows?status=live&q=x" });
  const button = await screen.findByRole("button", { name: "live" });
  await userEvent.click(button);
  expect(await screen.findByRole("button", { name: "all" })).toBeTruthy();
});
