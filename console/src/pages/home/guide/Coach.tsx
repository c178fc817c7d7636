import { ActionIcon, Anchor, Button, Card, Group, Text } from "@mantine/core";
import { IconArrowRight, IconCircleCheck, IconX } from "@tabler/icons-react";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "./Guide.module.css";
import { placeOf } from "./places";
import { tour, useTour } from "./progress";
import { STEPS, nextStep, useStanding, type StepName } from "./steps";

/** The hint that goes along from page to page; it sees by itself when a step is done, and offers the next. */
export function Coach() {
  const now = useTour();
  return now.state === "on" ? <Hint step={now.step} /> : null;
}

function Hint({ step }: { step: StepName }) {
  const { t } = useTranslation("home");
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { data } = useStanding({ watching: true });
  // Home shows the whole list; the hint would only cover it.
  if (!data || path === "/") return null;
  const done = data.done[step];
  const next = nextStep(data.done);
  const place = placeOf(step, data);
  const away = path !== place.split("?")[0];
  function go(to: StepName): void {
    if (!data) return;
    tour.at(to);
    void navigate({ to: placeOf(to, data) } as never);
  }
  return (
    <Card padding="md" component="aside" aria-labelledby="coach" className={classes["coach"] ?? ""}>
      <Group justify="space-between" wrap="nowrap" mb={8}>
        <span className={classes["dots"]} role="img" aria-label={t("coach.place", { place: STEPS.indexOf(step) + 1, total: STEPS.length })}>
          {STEPS.map((one) => (
            <span key={one} data-done={data.done[one]} data-now={one === step && !done} />
          ))}
        </span>
        <ActionIcon aria-label={t("coach.rest")} size="sm" onClick={() => tour.rest()}>
          <IconX size={15} />
        </ActionIcon>
      </Group>
      <div aria-live="polite">
        <Group gap={6} wrap="nowrap">
          {done && <IconCircleCheck size={20} color="var(--good)" aria-hidden />}
          <Text fw={650} id="coach">
            {done ? t(next ? "coach.done" : "coach.all") : t(`start.${step}.title`)}
          </Text>
        </Group>
        <Text size="sm" c="dimmed" mt={2}>
          {done ? t(next ? "coach.next" : "coach.all_text", { step: next ? t(`start.${next}.title`) : "" }) : t(`coach.${step}`)}
        </Text>
      </div>
      <Group justify="space-between" mt="sm">
        <Anchor component="button" type="button" size="xs" c="dimmed" onClick={() => tour.close()}>
          {t("coach.end")}
        </Anchor>
        {done && next && (
          <Button size="xs" rightSection={<IconArrowRight size={14} />} onClick={() => go(next)}>
            {t("coach.go")}
          </Button>
        )}
        {done && !next && (
          <Button
            size="xs"
            onClick={() => {
              tour.close();
              void navigate({ to: "/" });
            }}
          >
            {t("coach.finish")}
          </Button>
        )}
        {!done && away && (
          <Button size="xs" variant="light" onClick={() => go(step)}>
            {t("coach.back")}
          </Button>
        )}
      </Group>
    </Card>
  );
}
