import { Button } from "@mantine/core";
import { IconRouteAltRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { StepIcon } from "../library/StepIcon";
import { useBuilder, useViews } from "../store/context";
import classes from "./Canvas.module.css";

const STARTS = ["event_trigger", "time_based_trigger", "manual_trigger"];

/** An empty canvas says how a workflow begins, and begins it in a click. */
export function Empty({ onStart, onMore }: { onStart: (type: string) => void; onMore: (x: number, y: number) => void }) {
  const { t } = useTranslation("builder");
  const views = useViews();
  const catalogue = useBuilder((state) => state.catalogue);
  const readOnly = useBuilder((state) => state.readOnly);
  const empty = useBuilder((state) => state.graph.nodes.length === 0);
  if (!empty) return null;
  const starts = STARTS.flatMap((name) => catalogue.get(name) ?? []);
  return (
    <div className={classes["empty"]}>
      <div className={classes["emptyCard"]}>
        <IconRouteAltRight size={40} stroke={1.25} color="var(--node-trigger)" aria-hidden />
        <h2>{readOnly ? t("empty.read_only") : t("empty.title")}</h2>
        {readOnly ? null : (
          <>
            <p>{t("empty.text")}</p>
            <div className={classes["starts"]}>
              {starts.map((type) => (
                <button key={type.type} type="button" className={classes["start"]} title={views.typeDescription(type)} onClick={() => onStart(type.type)}>
                  <StepIcon icon={type.icon} group="trigger" size={44} />
                  {views.typeLabel(type)}
                </button>
              ))}
            </div>
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={(event) => {
                const box = event.currentTarget.getBoundingClientRect();
                onMore(box.left, box.bottom + 8);
              }}
            >
              {t("empty.more")}
            </Button>
            <p>{t("empty.hint")}</p>
          </>
        )}
      </div>
    </div>
  );
}
