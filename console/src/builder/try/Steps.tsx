import { Text } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { dateText } from "@/kit/When";
import { useReason } from "../live/useReason";
import type { Graph } from "../model/types";
import { useViews } from "../words";
import { inWords, leaves, stopsOf, type Tried, type TryStep } from "./journey";
import { Letter } from "./Letter";
import type { Setup } from "./setup";
import classes from "./Try.module.css";

interface Props {
  readonly workflow: string;
  readonly graph: Graph;
  readonly tried: Tried;
  readonly setup: Setup;
  readonly moment: Date;
  readonly zone: string;
  readonly node: string;
  readonly onNode: (node: string) => void;
  readonly onAt: (seconds: number) => void;
}

/** Step by step: when, which way, and why; a message that went out is shown below. */
export function Steps({ workflow, graph, tried, setup, moment, zone, node, onNode, onAt }: Props) {
  const { t, i18n } = useTranslation("tryout");
  const reason = useReason();
  const time = (at: Date): string => dateText(at, i18n.language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }, zone);
  const started = Date.parse(tried.started_at);
  const chosen = tried.steps.find((step) => step.drawn_node === node && step.message !== null);
  const message = chosen === undefined || chosen.message === null ? undefined : tried.messages[chosen.message];
  const go = (step: TryStep): void => {
    onNode(step.drawn_node);
    const seconds = Math.round((Date.parse(step.at) - started) / 1000);
    onAt(stopsOf(tried).find((stop) => stop >= seconds) ?? seconds);
  };
  const ended = tried.ended_at !== null && Date.parse(tried.ended_at) <= moment.getTime() + 999;
  return (
    <>
      <ol className={classes["steps"]}>
        {tried.steps.map((step, index) => (
          <li key={`${step.node}/${step.branch}/${step.loop}/${index}`} className={classes["step"]} data-tone={toneOf(step)} data-later={Date.parse(step.at) > moment.getTime() + 999}>
            <button type="button" className={classes["pick"]} aria-pressed={step.drawn_node === node} onClick={() => go(step)}>
              <Step step={step} graph={graph} time={time} />
            </button>
          </li>
        ))}
        {tried.standing.map((one) => (
          <li key={`${one.node}/${one.branch}`} className={classes["step"]}>
            <button type="button" className={classes["pick"]} aria-pressed={one.drawn_node === node} onClick={() => onNode(one.drawn_node)}>
              <span className={classes["name"]}>{one.name}</span>
              <span className={classes["why"]}>{inWords(one.why, time)}</span>
            </button>
          </li>
        ))}
      </ol>
      <div className={classes["end"]} role="status">
        {tried.cut_off
          ? t("cut_off")
          : tried.ended_at === null
            ? t("still_in")
            : t(ended ? "ended" : "will_end", { when: time(new Date(tried.ended_at)), why: reason(tried.end_reason) })}
        {tried.goals.map((goal) => (
          <Text key={`${goal.event} ${goal.at}`} size="sm">
            {t("goal", { event: goal.event, when: time(new Date(goal.at)) })}
          </Text>
        ))}
      </div>
      {message === undefined ? tried.messages.length === 0 ? null : <Text className={classes["hint"] ?? ""} size="xs" c="dimmed" mb="md">{t("pick_message")}</Text> : <Letter key={`${message.node} ${message.at}`} workflow={workflow} graph={graph} message={message} setup={setup} />}
    </>
  );
}

function toneOf(step: TryStep): string | undefined {
  return step.outcome === "skipped" ? "warn" : step.outcome === "failed" ? "bad" : undefined;
}

function Step({ step, graph, time }: { step: TryStep; graph: Graph; time: (at: Date) => string }) {
  const { t } = useTranslation("tryout");
  const views = useViews();
  const reason = useReason();
  const drawn = graph.nodes.find((node) => node.id === step.drawn_node);
  const title = step.node === step.drawn_node && drawn !== undefined ? views.of(drawn).title : step.name;
  const way = views.wayLabel(step.outcome);
  const line = (): string => {
    if (step.outcome === "sent") return t("sent");
    if (step.outcome === "skipped") return t("skipped", { reason: reason(step.reason) });
    if (step.wait !== null) return step.wait.until !== null && step.outcome === "next" ? t("waited", { until: time(new Date(step.wait.until)) }) : `${way} · ${inWords(step.wait.why, time)}`;
    if (step.bucket !== null) return t("bucket", { way, share: step.bucket / 100 });
    if (step.conditions.length > 0) return t("took", { way });
    return inWords(step.explanation, time);
  };
  return (
    <>
      <span className={classes["name"]}>
        {title}
        <small>{time(new Date(step.at))}</small>
      </span>
      <span className={classes["why"]}>{line()}</span>
      {leaves(step.conditions).map((found, index) => (
        <span key={index} className={classes["found"]} data-holds={found.result}>
          {found.result ? <IconCheck size={14} role="img" aria-label={t("holds")} /> : <IconX size={14} role="img" aria-label={t("fails")} />}
          <span>
            <b>{found.text}</b>
            {found.observed.length === 0 ? "" : ` · ${found.observed.join(", ")}`}
          </span>
        </span>
      ))}
    </>
  );
}
