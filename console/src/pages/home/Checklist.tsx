import { Anchor, Card, Group, Progress, Skeleton, Text, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "./Home.module.css";
import { STEPS, type StepName } from "./overview";

const PLACES: Record<StepName, NonNullable<LinkProps["to"]>> = {
  sender: "/settings/{-$section}",
  message: "/templates",
  draw: "/gallery",
  event: "/events",
  publish: "/workflows",
};

/** The way to a first journey; what the workspace has already is ticked by itself. */
export function Checklist({ done }: { done: Record<StepName, boolean> | undefined }) {
  const { t } = useTranslation("home");
  if (!done) return <Skeleton h={380} radius="md" />;
  const count = STEPS.filter((step) => done[step]).length;
  return (
    <Card padding="md" component="section" aria-labelledby="first-journey">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} id="first-journey">
          {t("start.title")}
        </Title>
        <Text size="xs" c="dimmed">
          {t("start.progress", { done: count, total: STEPS.length })}
        </Text>
      </Group>
      <Text size="sm" c="dimmed" mt={2}>
        {t("start.text")}
      </Text>
      <Progress value={(count / STEPS.length) * 100} size="sm" my="sm" color="teal" aria-label={t("start.progress", { done: count, total: STEPS.length })} />
      <ol style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {STEPS.map((step, place) => (
          <li key={step} className={classes["step"]}>
            <span className={classes["tick"]} data-done={done[step]}>
              {done[step] ? <IconCheck size={14} aria-hidden /> : <span aria-hidden>{place + 1}</span>}
              <span className="unseen">{t(done[step] ? "start.done" : "start.open")}</span>
            </span>
            <div>
              <Text size="sm" fw={550}>
                {t(`start.${step}.title`)}
              </Text>
              <Text size="xs" c="dimmed" mb={done[step] ? 0 : 4}>
                {t(`start.${step}.text`)}
              </Text>
              {!done[step] && (
                <Anchor component={Link} to={PLACES[step]} size="sm">
                  {t(`start.${step}.action`)}
                </Anchor>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
