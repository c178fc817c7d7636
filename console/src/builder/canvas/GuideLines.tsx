import { ViewportPortal } from "@xyflow/react";
import { useSyncExternalStore } from "react";
import type { Guide } from "./guides";
import classes from "./Canvas.module.css";

/** Lines of the moment, kept outside of React's tree: a change renders them and nothing else. */
export class Lines {
  #guides: readonly Guide[] = [];
  readonly #listeners = new Set<() => void>();

  readonly get = (): readonly Guide[] => this.#guides;

  readonly show = (guides: readonly Guide[]): void => {
    if (guides.length === 0 && this.#guides.length === 0) return;
    this.#guides = guides;
    for (const listener of this.#listeners) listener();
  };

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export function GuideLines({ lines }: { lines: Lines }) {
  const guides = useSyncExternalStore(lines.listen, lines.get);
  return (
    <ViewportPortal>
      {guides.map((guide) => (
        <div
          key={`${guide.axis}${guide.at}`}
          className={classes["guide"]}
          style={
            guide.axis === "x"
              ? { left: guide.at, top: guide.from, width: 1, height: guide.to - guide.from }
              : { top: guide.at, left: guide.from, height: 1, width: guide.to - guide.from }
          }
        />
      ))}
    </ViewportPortal>
  );
}
