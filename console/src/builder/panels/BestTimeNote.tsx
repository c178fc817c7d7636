import { useTranslation } from "react-i18next";
import { BestTime } from "../live/BestTime";
import { useSendTimes } from "../live/bestTime";
import live from "../live/Live.module.css";
import type { GraphNode } from "../model/types";
import classes from "./Panels.module.css";

/** What the live version's best time gains, below the step that asks for it; nothing before it was measured. */
export function BestTimeNote({ workflow, node }: { readonly workflow: string; readonly node: GraphNode }) {
  const { t } = useTranslation("live");
  const { data = [] } = useSendTimes(workflow, 0, workflow !== "");
  const found = data.filter((times) => times.node === node.id || times.wait === node.id);
  if (found.length === 0) return null;
  return (
    <section className={classes["gained"]}>
      <h3 className={live["title"]}>{t("best_time.title")}</h3>
      {found.map((times) => (
        <BestTime key={times.node} times={times} />
      ))}
    </section>
  );
}
