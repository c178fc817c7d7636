/** Brings steps into view: on request, when they are selected while something covers them, when the canvas shrinks. */
import { type RefObject, useCallback, useEffect } from "react";
import { boxOf } from "../model/geometry";
import { lookupOf } from "../model/lookup";
import { useBuilderStore } from "../store/context";
import type { BuilderStore } from "../store/store";
import type { Flow } from "./commands";
import { lasting } from "./motion";
import { type Area, beside, clearing, covered } from "./revealing";

const MOVE_MS = 160;

interface Seen {
  readonly step: Area;
  readonly view: Area;
  readonly covers: readonly Area[];
}

function look(store: BuilderStore, canvas: HTMLElement | null, flow: Flow, id: string): Seen | null {
  const { graph, catalogue, direction } = store.getState();
  const node = lookupOf(graph).nodes.get(id);
  if (node === undefined || canvas === null) return null;
  const box = boxOf(node, catalogue, direction);
  const from = flow.flowToScreenPosition(box);
  const to = flow.flowToScreenPosition({ x: box.x + box.width, y: box.y + box.height });
  const areas = (all: NodeListOf<Element>): Area[] => [...all].map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width > 0 && height > 0);
  return {
    step: { left: from.x, top: from.y, right: to.x, bottom: to.y },
    view: areas(document.querySelectorAll("[data-beside-canvas]")).reduce(beside, canvas.getBoundingClientRect()),
    covers: areas(canvas.querySelectorAll(".react-flow__panel > *")),
  };
}

function move(flow: Flow, { step, view, covers }: Seen): void {
  const way = clearing(step, view, covers);
  const { x, y, zoom } = flow.getViewport();
  if (way.x !== 0 || way.y !== 0) void flow.setViewport({ x: x + way.x, y: y + way.y, zoom }, lasting(MOVE_MS));
}

export function useReveal(frameRef: RefObject<HTMLElement | null>, flow: Flow): (id: string) => void {
  const store = useBuilderStore();
  const reveal = useCallback(
    (id: string): void => {
      const seen = look(store, frameRef.current, flow, id);
      if (seen !== null) move(flow, seen);
    },
    [store, frameRef, flow],
  );

  useEffect(() => {
    let soon = 0;
    const stop = store.subscribe((state, before) => {
      const [id] = state.selected;
      if (state.selected === before.selected || id === undefined || state.selected.size !== 1) return;
      cancelAnimationFrame(soon);
      // Once the panel that opens for it is there. What can be seen stays where it is: a click moves nothing.
      soon = requestAnimationFrame(() => {
        // Not beneath a frame that is being drawn around steps.
        const seen = frameRef.current?.querySelector(".react-flow__selection") == null ? look(store, frameRef.current, flow, id) : null;
        if (seen !== null && covered(seen.step, seen.view, seen.covers)) move(flow, seen);
      });
    });
    return () => {
      cancelAnimationFrame(soon);
      stop();
    };
  }, [store, frameRef, flow]);

  useEffect(() => {
    const element = frameRef.current;
    if (element === null) return;
    let { clientWidth: width, clientHeight: height } = element;
    // A panel or a list that opens must not cover the step that it opened for.
    const watch = new ResizeObserver(() => {
      const smaller = element.clientWidth < width || element.clientHeight < height;
      ({ clientWidth: width, clientHeight: height } = element);
      const { selected } = store.getState();
      const [id] = selected;
      if (smaller && id !== undefined && selected.size === 1) reveal(id);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [store, frameRef, reveal]);
  return reveal;
}
