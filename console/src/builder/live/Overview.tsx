import { Button, Loader, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";
import { Amount } from "@/kit/Amount";
import { ErrorState } from "@/kit/ErrorState";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { BestTime } from "./BestTime";
import { useSendTimes } from "./bestTime";
import { dropOff, type Live, type LiveNode, useCalled, useFaults, useSeries } from "./data";
import { useReason } from "./useReason";
import classes from "./Live.module.css";

const Throughput = lazy(() => import("./Throughput").then((m) => ({ default: m.Throughput })));

interface Props {
  readonly workflow: string;
  readonly live: Live;
  /** What the canvas calls a step. */
  readonly titleOf: (node: LiveNode) => string;
  readonly onNode: (drawn: string) => void;
  readonly onContact: (contact: string) => void;
}

/** The whole workflow: how much goes through, where contacts leave, what went wrong. */
export function Overview({ workflow, live, titleOf, onNode, onContact }: Props) {
  const { t } = useTranslation("live");
  const [{ by }, set] = useUrlState({ by: "day" });
  const series = useSeries(workflow, live.version, by === "hour" ? "hour" : "day");
  const lost = dropOff(live.nodes);
  return (
    <>
      <section className={classes["part"]}>
        <h2 className={classes["title"]}>
          {t("throughput")}
          <SegmentedControl
            size="xs"
            aria-label={t("period")}
            value={by === "hour" ? "hour" : "day"}
            onChange={(value) => set({ by: value }, { replace: true })}
            data={[
              { value: "hour", label: t("hours") },
              { value: "day", label: t("days") },
            ]}
          />
        </h2>
        {series.error !== null ? (
          <ErrorState compact error={series.error} again={() => void series.refetch()} />
        ) : series.data === undefined ? (
          <Skeleton height={170} />
        ) : (
          <Suspense fallback={<Skeleton height={170} />}>
            <Throughput points={series.data} by={by === "hour" ? "hour" : "day"} />
          </Suspense>
        )}
      </section>
      <section className={classes["part"]}>
        <h2 className={classes["title"]}>{t("drop_off")}</h2>
        {lost.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t("no_drop_off")}
          </Text>
        ) : (
          lost.map((node) => (
            <button type="button" key={node.node} className={classes["row"]} onClick={() => onNode(node.drawn_node)}>
              <span className={classes["grow"]}>{titleOf(node)}</span>
              <span className={classes["quiet"]}>{t("left_here", { count: node.dropped + node.failed })}</span>
              <Amount value={node.arrived === 0 ? null : (node.dropped + node.failed) / node.arrived} as="percent" fw={600} />
            </button>
          ))
        )}
      </section>
      <BestTimes workflow={workflow} live={live} titleOf={titleOf} />
      <Faults workflow={workflow} onContact={onContact} />
    </>
  );
}

function BestTimes({ workflow, live, titleOf }: Pick<Props, "workflow" | "live" | "titleOf">) {
  const { t } = useTranslation("live");
  const { data = [] } = useSendTimes(workflow, live.version);
  if (data.length === 0) return null;
  return (
    <section className={classes["part"]}>
      <h2 className={classes["title"]}>{t("best_time.title")}</h2>
      {data.map((times) => {
        const node = live.nodes.find((one) => one.node === times.node);
        return <BestTime key={times.node} times={times} title={node === undefined ? times.node : titleOf(node)} />;
      })}
      <Text size="xs" c="dimmed" mt="xs">
        {t("best_time.about")}
      </Text>
    </section>
  );
}

function Faults({ workflow, onContact }: { workflow: string; onContact: (contact: string) => void }) {
  const { t } = useTranslation("live");
  const reason = useReason();
  const faults = useFaults(workflow);
  const called = useCalled(faults.items.map((one) => one.profile));
  return (
    <section className={classes["part"]} aria-busy={faults.loading}>
      <h2 className={classes["title"]}>{t("errors")}</h2>
      {faults.loading ? (
        <Loader type="dots" size="sm" />
      ) : faults.error !== null ? (
        <ErrorState compact error={faults.error} again={faults.again} />
      ) : faults.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("no_errors")}
        </Text>
      ) : (
        faults.items.map((one) => (
          <button type="button" key={`${one.run}/${one.enrollment}/${one.node}`} className={classes["row"]} onClick={() => onContact(one.profile)}>
            <span className={classes["grow"]}>
              {called(one.profile)}
              <span className={classes["quiet"]} style={{ display: "block" }}>
                {t("failed_at", { node: one.name, reason: reason(one.reason) || t("reason.unknown_fault") })}
              </span>
            </span>
            <When at={one.at} className={classes["quiet"] ?? ""} />
          </button>
        ))
      )}
      {faults.hasMore ? (
        <Button mt="xs" size="xs" variant="default" loading={faults.loadingMore} onClick={faults.more}>
          {t("more")}
        </Button>
      ) : null}
    </section>
  );
}
