import { ActionIcon, Button, Card, Group, Progress, Text, Title, Tooltip } from "@mantine/core";
import { IconArrowRight, IconCheck, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Art } from "@/kit/Art";
import classes from "./Guide.module.css";
import { placeOf } from "./places";
import { tour } from "./progress";
import { STEPS, nextStep, type Standing, type StepName } from "./steps";

/** The way to a first journey: ticks what the workspace has, and leads through the rest. `hero` fills an empty Home. */
export function Guide({ standing, hero = false }: { standing: Standing; hero?: boolean }) {
  const { t } = useTranslation("home");
  const navigate = useNavigate();
  const next = nextStep(standing.done);
  const count = STEPS.filter((step) => standing.done[step]).length;
  if (!next) return null;
  function go(step: StepName): void {
    tour.at(step);
    void navigate({ to: placeOf(step, standing) } as never);
  }
  const begin = (
    <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => go(next)}>
      {t(count === 0 ? "start.begin" : "start.go_on")}
    </Button>
  );
  return (
    <Card padding={hero ? "xl" : "md"} component="section" aria-labelledby="first-journey" className={classes["guide"] ?? ""} data-hero={hero}>
      {hero && (
        <div className={classes["lead"]}>
          <Art name="flow" size={132} />
          <div>
            <Title order={2} id="first-journey" fz="1.5rem">
              {t("start.hero")}
            </Title>
            <Text c="dimmed" maw={520} mt={4} mb="md">
              {t("start.hero_text")}
            </Text>
            {begin}
          </div>
        </div>
      )}
      {!hero && (
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Title order={2} id="first-journey">
              {t("start.title")}
            </Title>
            <Text size="sm" c="dimmed">
              {t("start.text")}
            </Text>
          </div>
          <Tooltip label={t("start.hide")}>
            <ActionIcon aria-label={t("start.hide")} onClick={() => tour.close()}>
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      )}
      <Group gap="sm" my="sm" wrap="nowrap">
        <Progress value={(count / STEPS.length) * 100} size="sm" color="teal" style={{ flex: 1 }} aria-label={t("start.progress", { done: count, total: STEPS.length })} />
        <Text size="xs" c="dimmed" className="tabular">
          {t("start.progress", { done: count, total: STEPS.length })}
        </Text>
      </Group>
      <ol className={classes["steps"]}>
        {STEPS.map((step, place) => (
          <li key={step}>
            <button type="button" className={classes["step"]} data-next={step === next} data-done={standing.done[step]} disabled={standing.done[step]} onClick={() => go(step)}>
              <span className={classes["tick"]} data-done={standing.done[step]}>
                {standing.done[step] ? <IconCheck size={14} aria-hidden /> : <span aria-hidden>{place + 1}</span>}
              </span>
              <span className={classes["words"]}>
                <Text span size="sm" fw={550} display="block">
                  {t(`start.${step}.title`)}
                  <span className="unseen"> {t(standing.done[step] ? "start.done" : "start.open")}</span>
                </Text>
                {!standing.done[step] && (
                  <Text span size="xs" c="dimmed" display="block">
                    {t(`start.${step}.text`)}
                  </Text>
                )}
              </span>
              {step === next && <IconArrowRight size={16} aria-hidden />}
            </button>
          </li>
        ))}
      </ol>
      {!hero && <Group mt="sm">{begin}</Group>}
    </Card>
  );
}
