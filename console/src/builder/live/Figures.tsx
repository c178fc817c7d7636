import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Amount } from "@/kit/Amount";
import { type Live, mailRate, totalOf } from "./data";
import classes from "./Live.module.css";

/** How a version does, in a line. */
export function Figures({ live }: { live: Live }) {
  const { t } = useTranslation("live");
  const hint = live.goals.map((goal) => t("goal", { event: goal.event, count: goal.reached })).join("\n") || t("no_goal");
  const figures = [
    { key: "entered", value: live.enrolled, as: "short" },
    { key: "in_flight", value: live.in_flight, as: "short" },
    { key: "sent", value: totalOf(live.nodes, "sent"), as: "short" },
    { key: "opened", value: mailRate(live.nodes, "opened"), as: "percent" },
    { key: "clicked", value: mailRate(live.nodes, "clicked"), as: "percent" },
    { key: "converted", value: live.goals.length === 0 ? null : live.conversion_rate, as: "percent", hint },
  ] as const;
  return (
    <dl className={classes["figures"]}>
      {figures.map(({ key, value, as, ...more }) => (
        <Tooltip key={key} label={"hint" in more ? more.hint : ""} disabled={!("hint" in more)} style={{ whiteSpace: "pre-line" }}>
          <div className={classes["figure"]}>
            <dt>{t(`figure.${key}`)}</dt>
            <dd>
              <Amount value={value} as={as} />
              {key === "in_flight" && !live.in_flight_complete ? "+" : ""}
            </dd>
          </div>
        </Tooltip>
      ))}
    </dl>
  );
}
