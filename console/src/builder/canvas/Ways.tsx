import { Handle, Position } from "@xyflow/react";
import { IconPlus } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Direction } from "../model/geometry";
import type { WayView } from "../model/views";
import { useActions } from "../store/context";
import { hideTip, showTip } from "./tip";
import classes from "./StepNode.module.css";

interface Props {
  readonly id: string;
  readonly ways: readonly WayView[];
  readonly wired: readonly string[];
  readonly direction: Direction;
  readonly readOnly: boolean;
}

/** A node's ways out: a handle each, a label where there is a choice, a plus where nothing follows yet. */
export const Ways = memo(function Ways({ id, ways, wired, direction, readOnly }: Props) {
  const { t } = useTranslation("builder");
  const actions = useActions();
  const several = ways.filter((way) => !way.quiet).length > 1 || ways.some((way) => way.quiet && wired.includes(way.outcome));
  return ways.map((way) => {
    const open = !wired.includes(way.outcome);
    const labelled = way.quiet ? !open : several;
    return (
      <div
        key={way.outcome}
        className={classes["way"]}
        style={{ left: way.at.x, top: way.at.y }}
        data-quiet={way.quiet}
        data-open={open}
        data-must={way.need === "must"}
        data-direction={direction}
        onPointerEnter={(event) => showTip(event.currentTarget.lastElementChild ?? event.currentTarget, `${way.label}: ${way.tip}`)}
        onPointerLeave={hideTip}
        onPointerDown={hideTip}
      >
        <Handle type="source" id={way.outcome} position={direction === "down" ? Position.Bottom : Position.Right} className={classes["handle"]} isConnectableEnd={false} />
        {labelled ? <span className={classes["label"]}>{way.label}</span> : null}
        {open && !way.quiet && !readOnly ? (
          <button
            type="button"
            tabIndex={-1}
            className={`${classes["plus"] ?? ""} nodrag nopan`}
            aria-label={t("way.add_here", { way: way.label })}
            data-add={`${id}.${way.outcome}`}
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              actions.select([id]);
              actions.set({ adding: { way: { source: id, outcome: way.outcome }, at: null, screen: { x: box.right + 8, y: box.top - 12 } } });
            }}
          >
            <IconPlus size={14} stroke={2.25} />
          </button>
        ) : null}
      </div>
    );
  });
});
