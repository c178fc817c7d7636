import { ActionIcon, Anchor, Button, Loader, Select, Text } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Amount } from "@/kit/Amount";
import { ErrorState } from "@/kit/ErrorState";
import { When } from "@/kit/When";
import { useViews } from "../words";
import { BestTime } from "./BestTime";
import { useSendTimes } from "./bestTime";
import { type LiveNode, useCalled, usePeople } from "./data";
import { useReason } from "./useReason";
import classes from "./Live.module.css";

interface Props {
  readonly workflow: string;
  readonly version: number;
  readonly title: string;
  /** The step as it runs: several nodes where it is made of several. */
  readonly nodes: readonly LiveNode[];
  readonly onBack: () => void;
  readonly onContact: (contact: string) => void;
}

/** One step: its numbers, and the contacts behind each of them. */
export function AtNode({ workflow, version, title, nodes, onBack, onContact }: Props) {
  const { t } = useTranslation(["live", "content"]);
  const [part, setPart] = useState("");
  const node = nodes.find((one) => one.node === part) ?? nodes[0];
  if (node === undefined) return null;
  return (
    <>
      <div className={classes["back"]}>
        <ActionIcon aria-label={t("back")} onClick={onBack}>
          <IconArrowLeft size={18} />
        </ActionIcon>
        <Text fw={650} size="sm" truncate component="h2" m={0}>
          {title}
        </Text>
      </div>
      {nodes.length > 1 ? (
        <div className={classes["part"]}>
          <Select size="xs" label={t("part")} allowDeselect={false} value={node.node} data={nodes.map((one) => ({ value: one.node, label: one.name }))} onChange={(value) => setPart(value ?? "")} />
        </div>
      ) : null}
      <Numbers node={node} />
      <Gained workflow={workflow} version={version} nodes={nodes} />
      {(node.mail["clicked"] ?? 0) > 0 ? (
        <div className={classes["part"]}>
          <Anchor component={Link} to={`/workflows/${workflow}/clicks?step=${node.node}`} size="sm">
            {t("content:clicks.map")}
          </Anchor>
        </div>
      ) : null}
      <People key={node.node} workflow={workflow} version={version} node={node} onContact={onContact} />
    </>
  );
}

function Numbers({ node }: { node: LiveNode }) {
  const { t } = useTranslation("live");
  const rows = (["arrived", "waiting", "passed", "sent", "skipped", "failed", "dropped"] as const).filter((key) => key === "arrived" || node[key] > 0);
  const mail = (["delivered", "opened", "clicked", "replied", "bounced", "complained", "unsubscribed"] as const).filter((key) => (node.mail[key] ?? 0) > 0);
  return (
    <section className={classes["part"]}>
      <dl style={{ display: "grid", gridTemplateColumns: "1fr auto auto", gap: "6px 14px", margin: 0, fontSize: "0.8125rem" }}>
        {rows.map((key) => (
          <Row key={key} label={t(`count.${key}`)} value={node[key]} of={key === "arrived" ? null : node.arrived} />
        ))}
        {mail.map((key) => (
          <Row key={key} label={t(`mail.${key}`)} value={node.mail[key] ?? 0} of={key === "delivered" || key === "bounced" ? node.sent : (node.mail["delivered"] ?? 0)} />
        ))}
      </dl>
    </section>
  );
}

/** Of messages that wait for a best time, and of the wait itself. */
function Gained({ workflow, version, nodes }: Pick<Props, "workflow" | "version" | "nodes">) {
  const { t } = useTranslation("live");
  const waits = nodes.some((one) => one.type === "send_time_optimization");
  const { data } = useSendTimes(workflow, version);
  const found = (data ?? []).filter((times) => nodes.some((one) => one.node === times.node || one.node === times.wait));
  if (data === undefined || (found.length === 0 && !waits)) return null;
  return (
    <section className={classes["part"]}>
      <h3 className={classes["title"]}>{t("best_time.title")}</h3>
      {found.map((times) => (
        <BestTime key={times.node} times={times} />
      ))}
      <Text size="xs" c="dimmed" mt="xs">
        {t(found.length === 0 ? "best_time.none" : "best_time.about")}
      </Text>
    </section>
  );
}

function Row({ label, value, of }: { label: string; value: number; of: number | null }) {
  return (
    <>
      <dt>{label}</dt>
      <dd style={{ margin: 0, fontWeight: 600, textAlign: "end" }}>
        <Amount value={value} />
      </dd>
      <dd className={classes["quiet"]} style={{ margin: 0, textAlign: "end", minWidth: 44 }}>
        {of === null || of === 0 ? "" : <Amount value={value / of} as="percent" />}
      </dd>
    </>
  );
}

function People({ workflow, version, node, onContact }: { workflow: string; version: number; node: LiveNode; onContact: (contact: string) => void }) {
  const { t } = useTranslation("live");
  const { wayLabel } = useViews();
  const reason = useReason();
  const reasons = Object.entries(node.reasons);
  const ways = [
    ...(node.waiting > 0 ? [{ key: "waiting", label: t("count.waiting"), count: node.waiting }] : []),
    ...Object.entries(node.outcomes).map(([key, count]) => ({ key, label: wayLabel(key), count })),
    ...reasons.map(([key, count]) => ({ key: `reason:${key}`, label: reason(key), count })),
    ...(node.ended > 0 ? [{ key: "ended", label: t("count.ended"), count: node.ended }] : []),
  ];
  const [chosen, setChosen] = useState(ways[0]?.key ?? "waiting");
  const people = usePeople(workflow, node.node, version, chosen);
  const called = useCalled(people.items.map((one) => one.profile));
  return (
    <section className={classes["part"]} aria-busy={people.loading}>
      <h3 className={classes["title"]}>{t("people")}</h3>
      <div className={classes["chips"]} role="group" aria-label={t("filter")}>
        {ways.map(({ key, label, count }) => (
          <button type="button" key={key} className={classes["chip"]} aria-pressed={key === chosen} onClick={() => setChosen(key)}>
            {label} <b>{count}</b>
          </button>
        ))}
      </div>
      <div style={{ marginTop: 10 }}>
        {people.loading ? (
          <Loader type="dots" size="sm" />
        ) : people.error !== null ? (
          <ErrorState compact error={people.error} again={people.again} />
        ) : people.items.length === 0 ? (
          <Text size="sm" c="dimmed" role="status">
            {t("nobody")}
          </Text>
        ) : (
          people.items.map((one) => (
            <button type="button" key={one.key} className={classes["row"]} onClick={() => onContact(one.profile)}>
              <span className={classes["grow"]}>
                {called(one.profile)}
                {one.reason === "" ? null : (
                  <span className={classes["quiet"]} style={{ display: "block" }}>
                    {reason(one.reason)}
                  </span>
                )}
              </span>
              <When at={one.due ?? one.at} className={classes["quiet"] ?? ""} />
            </button>
          ))
        )}
        {people.hasMore ? (
          <Button mt="xs" size="xs" variant="default" loading={people.loadingMore} onClick={people.more}>
            {t("more")}
          </Button>
        ) : null}
      </div>
    </section>
  );
}
