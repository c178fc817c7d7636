import { ActionIcon, Anchor, Button, Loader, Stack, Text } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/queries";
import { Confirm } from "@/kit/Confirm";
import { ErrorState } from "@/kit/ErrorState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { endFor, type Explanation, useCalled, useExplanation } from "./data";
import { useReason } from "./useReason";
import { useTold } from "./useTold";
import classes from "./Live.module.css";

type Journey = Explanation["journeys"][number];
const TONES: Readonly<Record<string, string>> = { skipped: "warn", failed: "bad", set_aside: "bad", parked: "quiet", later: "quiet", ended: "quiet" };

interface Props {
  readonly workflow: string;
  readonly contact: string;
  readonly onBack: () => void;
  readonly onNode: (node: string) => void;
}

/** What happened to one contact here, when, and why (not). */
export function Explained({ workflow, contact, onBack, onNode }: Props) {
  const { t } = useTranslation("live");
  const client = useQueryClient();
  const told = useExplanation(workflow, contact);
  const called = useCalled([contact]);
  const say = useTold();
  const [ending, setEnding] = useState(false);
  const inside = told.data?.journeys.some((journey) => journey.state !== "ENDED") ?? false;
  return (
    <>
      <div className={classes["back"]}>
        <ActionIcon aria-label={t("back")} onClick={onBack}>
          <IconArrowLeft size={18} />
        </ActionIcon>
        <h2 style={{ margin: 0, minWidth: 0, fontSize: "inherit" }}>
          <Anchor component={Link} to={`/contacts/${encodeURIComponent(contact)}`} fw={650} size="sm" c="inherit" truncate display="block">
            {called(contact)}
          </Anchor>
        </h2>
      </div>
      {told.data === undefined ? (
        told.error === null ? (
          <Loader type="dots" m="md" />
        ) : (
          <ErrorState compact error={told.error} again={() => void told.refetch()} />
        )
      ) : (
        <>
          <section className={classes["part"]}>
            <Text size="sm">{say.headline(told.data)}</Text>
            {told.data.why_not.length === 0 ? null : (
              <Stack gap={2} mt="xs">
                <Text size="xs" fw={600}>
                  {t("why_not")}
                </Text>
                {told.data.why_not.map((why) => (
                  <Text key={why.sentence} size="xs" c="dimmed">
                    {say.whyNot(why)}
                  </Text>
                ))}
              </Stack>
            )}
            {inside ? (
              <MayButton right="edit" size="xs" mt="sm" variant="light" color="red" onClick={() => setEnding(true)}>
                {t("end.action")}
              </MayButton>
            ) : null}
          </section>
          {told.data.journeys.map((journey) => (
            <JourneyOf key={journey.enrollment} journey={journey} onNode={onNode} />
          ))}
        </>
      )}
      <Confirm
        opened={ending}
        danger
        title={t("end.title", { contact: called(contact) })}
        action={t("end.action")}
        onClose={() => setEnding(false)}
        onConfirm={async () => {
          await endFor(workflow, contact);
          await client.invalidateQueries({ queryKey: keys.of("workflows") });
        }}
      >
        {t("end.text")}
      </Confirm>
    </>
  );
}

const MANY = 12;

function JourneyOf({ journey, onNode }: { journey: Journey; onNode: (node: string) => void }) {
  const { t } = useTranslation("live");
  const reason = useReason();
  const say = useTold();
  const [all, setAll] = useState(false);
  const steps = all ? journey.steps : journey.steps.slice(-MANY);
  return (
    <section className={classes["part"]}>
      <h3 className={classes["title"]}>
        <span>
          {t("journey")} <When at={journey.entered_at} form="time" className={classes["quiet"] ?? ""} />
        </span>
        <StatusBadge tone={journey.state === "ENDED" ? "quiet" : "good"}>{t(`state.${journey.state}`)}</StatusBadge>
      </h3>
      <Text size="xs" c="dimmed" mb="sm">
        {journey.end_reason === "" ? say.standing(journey) : reason(journey.end_reason)}
      </Text>
      {journey.steps.length > steps.length ? (
        <Button size="compact-xs" variant="subtle" mb="xs" onClick={() => setAll(true)}>
          {t("earlier", { count: journey.steps.length - steps.length })}
        </Button>
      ) : null}
      <ol className={classes["steps"]}>
        {steps.map((step, index) => (
          <li key={`${step.run}/${step.node}/${step.at}/${index}`} className={classes["step"]} data-tone={TONES[step.outcome]}>
            {step.node === "" ? (
              <span>{say.step(step)}</span>
            ) : (
              <button type="button" onClick={() => onNode(step.node)}>
                {say.step(step)}
              </button>
            )}
            <span className={classes["quiet"]} style={{ display: "block" }}>
              <When at={step.at} form="time" />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
