import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconKeyboard, IconMap, IconMinus, IconPlus, IconRoute, IconSearch, IconArrowRight, IconArrowDown, type Icon } from "@tabler/icons-react";
import { useReactFlow, useStore } from "@xyflow/react";
import { createElement } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../store/context";
import type { Commands } from "./commands";
import { FIT, lasting } from "./motion";
import classes from "./Canvas.module.css";

interface Props {
  readonly commands: Commands;
  readonly map: boolean;
  readonly onMap: () => void;
  readonly onHelp: () => void;
  readonly onFind: () => void;
}

function Tool({ label, icon, onClick, pressed }: { label: string; icon: Icon; onClick: () => void; pressed?: boolean }) {
  return (
    <Tooltip label={label} position="top">
      <ActionIcon size={28} radius={6} aria-label={label} onClick={onClick} {...(pressed === undefined ? {} : { "aria-pressed": pressed })} variant={pressed === true ? "light" : "subtle"}>
        {createElement(icon, { size: 16, stroke: 1.75 })}
      </ActionIcon>
    </Tooltip>
  );
}

/** Zoom, fit, tidy up and so on, at the foot of the canvas. */
export function Controls({ commands, map, onMap, onHelp, onFind }: Props) {
  const { t, i18n } = useTranslation("builder");
  const flow = useReactFlow();
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  const zoom = new Intl.NumberFormat(i18n.language, { style: "percent" }).format(percent / 100);
  const direction = useBuilder((state) => state.direction);
  const readOnly = useBuilder((state) => state.readOnly);
  return (
    <div className={classes["bar"]} role="toolbar" aria-label={t("canvas.controls")}>
      <Tool label={t("canvas.zoom_out")} icon={IconMinus} onClick={() => void flow.zoomOut(lasting(120))} />
      <button type="button" className={classes["percent"]} title={t("canvas.zoom_reset")} aria-label={`${zoom}: ${t("canvas.zoom_reset")}`} onClick={() => void flow.zoomTo(1, lasting(150))}>
        {zoom}
      </button>
      <Tool label={t("canvas.zoom_in")} icon={IconPlus} onClick={() => void flow.zoomIn(lasting(120))} />
      <Tool label={t("canvas.fit")} icon={IconArrowsMaximize} onClick={() => void flow.fitView({ ...FIT, ...lasting(200) })} />
      <hr />
      {readOnly ? null : (
        <>
          <Tool label={`${t("canvas.tidy")}: ${t("canvas.tidy_hint")}`} icon={IconRoute} onClick={() => void commands.tidy()} />
          <Tool label={t(`canvas.direction_${direction}`)} icon={direction === "down" ? IconArrowRight : IconArrowDown} onClick={() => void commands.flip()} />
          <hr />
        </>
      )}
      <Tool label={t("canvas.search")} icon={IconSearch} onClick={onFind} />
      <Tool label={t("canvas.minimap_toggle")} icon={IconMap} pressed={map} onClick={onMap} />
      <Tool label={t("canvas.shortcuts")} icon={IconKeyboard} onClick={onHelp} />
    </div>
  );
}
