/** Listens for the canvas's keys and the clipboard's events, while focus is in the canvas or nowhere. */
import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useRef } from "react";
import { useBuilderStore } from "../store/context";
import type { Commands } from "./commands";
import { onKey, typing } from "./keys";
import { FIT, lasting } from "./motion";

export function useKeys(frame: RefObject<HTMLElement | null>, commands: Commands, focus: (id: string) => void, find: () => void, help: () => void): void {
  const store = useBuilderStore();
  const flow = useReactFlow();
  const opener = useRef({ find, help });
  useEffect(() => {
    opener.current = { find, help };
  });
  useEffect(() => {
    const hands = {
      commands,
      focus,
      zoom: (by: number) => void (by > 0 ? flow.zoomIn(lasting(120)) : flow.zoomOut(lasting(120))),
      fit: () => void flow.fitView({ ...FIT, ...lasting(200) }),
      find: () => opener.current.find(),
      help: () => opener.current.help(),
      problem: () => {
        const { problems, selected, do: actions } = store.getState();
        const at = problems.findIndex((problem) => selected.has(problem.node));
        const next = problems.slice(at + 1).concat(problems).find((problem) => problem.node !== "");
        if (next !== undefined) actions.show(next.node, next.field);
      },
    };
    const inside = (event: Event): boolean => {
      const target = event.target;
      if (typing(target) || (target instanceof Element && target.closest('[role="dialog"], [role="menu"]') !== null)) return false;
      // Undo and the like work from everywhere on the page, letters only where nothing else wants them.
      if (event instanceof KeyboardEvent && (event.ctrlKey || event.metaKey)) return true;
      return target === document.body || (target instanceof Node && frame.current?.contains(target) === true);
    };
    const key = (event: KeyboardEvent): void => {
      if (inside(event) && onKey(event, store, hands)) event.preventDefault();
    };
    const clip = (event: ClipboardEvent): void => {
      if (!inside(event) || event.clipboardData === null) return;
      if (event.type === "paste") {
        commands.pasteText(event.clipboardData.getData("text/plain"), null);
      } else {
        const text = commands.copyText();
        if (text === null) return;
        event.clipboardData.setData("text/plain", text);
        if (event.type === "cut") commands.remove("cut");
      }
      event.preventDefault();
    };
    document.addEventListener("keydown", key);
    for (const name of ["copy", "cut", "paste"] as const) document.addEventListener(name, clip);
    return () => {
      document.removeEventListener("keydown", key);
      for (const name of ["copy", "cut", "paste"] as const) document.removeEventListener(name, clip);
    };
  }, [store, flow, frame, commands, focus]);
}
