import { createElement } from "react";
import type { Group } from "../model/groups";
import { iconOf } from "./icons";
import classes from "./StepIcon.module.css";

/** A node type's sign on the ground of its group's colour. */
export function StepIcon({ icon, group, size = 36 }: { icon: string; group: Group; size?: number }) {
  return (
    <span className={`${classes["tile"] ?? ""} ${classes[group] ?? ""}`} style={{ width: size, height: size }} aria-hidden>
      {createElement(iconOf(icon), { size: Math.round(size * 0.56), stroke: 1.75 })}
    </span>
  );
}
