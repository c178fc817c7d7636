import { Button, Card, Skeleton, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/kit/EmptyState";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import classes from "./Home.module.css";
import type { RecentWorkflow } from "./overview";

const STATES = { live: "good", active: "good", draft: "quiet", paused: "warn", stopped: "bad", draining: "info", archived: "quiet" } satisfies Record<string, Tone>;
type State = keyof typeof STATES;

function stateOf(status: string): State {
  return status in STATES ? (status as State) : "draft";
}

export function Recent({ workflows }: { workflows: RecentWorkflow[] | undefined }) {
  const { t } = useTranslation("home");
  if (!workflows) return <Skeleton h={300} radius="md" />;
  if (workflows.length === 0) {
    return (
      <Card padding={0}>
        <EmptyState art="flow" title={t("recent.empty")} text={t("recent.teach")}>
          <Button component={Link} to="/gallery">
            {t("recent.gallery")}
          </Button>
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card padding={0}>
      {workflows.map((one) => {
        const state = stateOf(one.status);
        return (
          <Link key={one.id} to="/workflows/$workflow" params={{ workflow: one.id }} className={classes["row"]}>
            <div className={classes["grow"]}>
              <Text size="sm" fw={550} truncate>
                {one.name}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {t("recent.nodes", { count: one.nodes })}
                {" · "}
                <When at={one.updatedAt} />
                {one.updatedBy.includes("@") ? ` ${t("recent.by", { who: one.updatedBy })}` : ""}
              </Text>
            </div>
            <StatusBadge tone={STATES[state]} pulse={state === "live" || state === "active"}>
              {t(`status.${state}`)}
            </StatusBadge>
          </Link>
        );
      })}
    </Card>
  );
}
