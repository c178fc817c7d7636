import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconCopy, IconLayoutAlignBottom, IconLayoutAlignCenter, IconLayoutAlignLeft, IconLayoutAlignMiddle, IconLayoutAlignRight,
  IconLayoutAlignTop, IconLayoutDistributeHorizontal, IconLayoutDistributeVertical, IconTrash, type Icon,
} from "@tabler/icons-react";
import { createElement } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../store/context";
import type { Commands } from "./commands";
import classes from "./Canvas.module.css";

const EDGES = [
  ["left", IconLayoutAlignLeft],
  ["center", IconLayoutAlignCenter],
  ["right", IconLayoutAlignRight],
  ["top", IconLayoutAlignTop],
  ["middle", IconLayoutAlignMiddle],
  ["bottom", IconLayoutAlignBottom],
] as const;

/** What can be done with several steps at once. */
export function SelectionBar({ commands }: { commands: Commands }) {
  const { t } = useTranslation("builder");
  const count = useBuilder((state) => state.selected.size);
  const readOnly = useBuilder((state) => state.readOnly);
  if (count < 2 || readOnly) return null;
  const tool = (label: string, icon: Icon, run: () => void) => (
    <Tooltip key={label} label={label}>
      <ActionIcon size={28} radius={6} aria-label={label} onClick={run}>
        {createElement(icon, { size: 16, stroke: 1.75 })}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className={classes["bar"]} role="toolbar" aria-label={t("do.align")}>
      <span className={classes["picked"]}>{t("canvas.selected", { count })}</span>
      <hr />
      {EDGES.map(([edge, icon]) => tool(t(`do.${edge}`), icon, () => commands.align(edge)))}
      <hr />
      {count > 2 ? [tool(t("do.across"), IconLayoutDistributeVertical, () => commands.distribute("across")), tool(t("do.down"), IconLayoutDistributeHorizontal, () => commands.distribute("down")), <hr key="line" />] : null}
      {tool(t("do.duplicate"), IconCopy, () => commands.duplicate())}
      {tool(t("do.delete"), IconTrash, () => commands.remove())}
    </div>
  );
}
