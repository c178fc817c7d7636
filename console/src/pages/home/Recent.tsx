import { Button, Card, Skeleton, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNames, type WorkflowSummary } from "@/api/workflows";
import { STATUS_TONES } from "@/builder/status";
import { EmptyState } from "@/kit/EmptyState";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import classes from "./Home.module.css";

/** What was worked on lately. */
export function Recent({ workflows }: { workflows: readonly WorkflowSummary[] | undefined }) {
  const { t } = useTranslation(["home", "builder"]);
  const names = useNames();
  if (!workflows) return <Skeleton h={240} radius="md" />;
  if (workflows.length === 0) {
    return (
      <Card padding={0}>
        <EmptyState art="flow" title={t("recent.empty")} text={t("recent.teach")} compact>
          <Button component={Link} to="/gallery">
            {t("recent.gallery")}
          </Button>
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card padding={0} component="ul" className={classes["list"] ?? ""}>
      {workflows.map((one) => {
        const who = names(one.updated_by);
        return (
          <li key={one.id}>
            <Link to="/workflows/$workflow" params={{ workflow: one.id }} className={classes["row"]}>
              <div className={classes["grow"]}>
                <Text size="sm" fw={550} truncate>
                  {one.name}
                </Text>
                <Text size="xs" c="dimmed" truncate>
                  {t("recent.nodes", { count: one.nodes })}
                  {" · "}
                  <When at={one.updated_at} />
                  {who ? ` ${t("recent.by", { who })}` : ""}
                </Text>
              </div>
              <StatusBadge tone={STATUS_TONES[one.status]} pulse={one.status === "active"}>
                {t(`builder:status.${one.status}`)}
              </StatusBadge>
            </Link>
          </li>
        );
      })}
    </Card>
  );
}
