import { Button, Card, Group, Modal, NumberInput, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPlusMinus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAdjustScore, useScoreModel, useScores, type Contact, type ContactScore } from "@/api/contacts";
import { Amount } from "@/kit/Amount";
import { Failure } from "@/kit/Confirm";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import classes from "../Contacts.module.css";
import { bandAt, fallsIn, nextUp } from "../scores";

/** Every score, what it is made of, what decay will take, and what comes next. */
export function ScoresTab({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const scores = useScores(contact.id);
  if (scores.error) return <ErrorState error={scores.error} again={() => void scores.refetch()} />;
  if (scores.isPending) return <Skeleton h={260} radius="md" />;
  if (scores.data.length === 0) return <EmptyState compact art="pie" title={t("scores.none")} text={t("scores.none_text")} />;
  return (
    <Stack>
      {scores.data.map((score) => (
        <ScoreCard key={score.model} contact={contact} found={score} />
      ))}
    </Stack>
  );
}

function ScoreCard({ contact, found }: { contact: Contact; found: ContactScore }) {
  const { t } = useTranslation("contacts");
  const model = useScoreModel(found.model);
  const [adjusting, adjust] = useState(false);
  const bands = [...(model.data?.bands ?? [])].sort((a, b) => a.threshold - b.threshold);
  const next = nextUp(found.score, bands);
  const falls = fallsIn(found, bands);
  const most = Math.max(found.score, found.in_a_month, ...bands.map((band) => band.threshold * 1.15), 1);
  const share = (points: number): string => `${Math.min(100, Math.max(0, (points / most) * 100))}%`;
  const largest = Math.max(1, found.base, ...found.lines.map((line) => Math.abs(line.points)));
  return (
    <Card padding="lg" component="section" aria-label={model.data?.name ?? found.model}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h3">
            {model.data?.name ?? found.model}
          </Title>
          <Group gap="sm" mt={4}>
            <Text fz={32} fw={700} lh={1.2} className="tabular">
              {found.score}
            </Text>
            <StatusBadge tone={found.band ? "info" : "quiet"}>{found.band || t("scores.below")}</StatusBadge>
          </Group>
        </div>
        <MayButton right="edit" size="xs" variant="default" leftSection={<IconPlusMinus size={14} />} onClick={() => adjust(true)}>
          {t("scores.adjust")}
        </MayButton>
      </Group>
      <div className={classes["track"]} style={{ marginTop: 20 }} role="img" aria-label={t("scores.scale", { score: found.score, month: found.in_a_month })}>
        <span className={classes["bar"]} data-soft style={{ width: share(found.score) }} />
        <span className={classes["bar"]} style={{ width: share(Math.min(found.in_a_month, found.score)) }} />
        {bands.map((band) => (
          <span key={band.id} className={classes["mark"]} style={{ left: share(band.threshold) }} />
        ))}
      </div>
      <div style={{ position: "relative", height: 20, marginTop: 6 }} aria-hidden>
        {bands.map((band) => (
          <Text key={band.id} size="xs" c="dimmed" style={{ position: "absolute", left: share(band.threshold), transform: band.threshold === 0 ? "none" : "translateX(-50%)", whiteSpace: "nowrap" }}>
            {band.id} {band.threshold}
          </Text>
        ))}
      </div>
      <Text size="sm" mt="xs">
        {next ? t("scores.next", { points: next.points, band: next.band }) : t("scores.highest")}{" "}
        {falls !== null && t("scores.falls", { count: falls, band: bandAt(found.in_a_month, bands) || t("scores.below") })}{" "}
        {found.in_a_month === found.score ? t("scores.steady") : t("scores.month", { score: found.in_a_month })}
      </Text>
      <Title order={3} size="sm" mt="lg" mb={4}>
        {t("scores.made_of")}
      </Title>
      <div className={classes["line"]}>
        <Text size="sm">{t("scores.base")}</Text>
        <Bar points={found.base} largest={largest} />
        <Points points={found.base} />
      </div>
      {found.lines.map((line) => (
        <div key={line.rule + line.event} className={classes["line"]}>
          <div style={{ minWidth: 0 }}>
            <Text size="sm" truncate>
              {line.rule === "adjusted" ? t("scores.adjusted") : line.rule === "retired" ? t("scores.retired") : line.event || line.rule}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {line.weight === 0 ? "" : t("scores.times", { count: line.times, weight: line.weight })}
              {line.limited ? ` · ${t("scores.limited")}` : ""}
            </Text>
          </div>
          <Bar points={line.points} largest={largest} />
          <Points points={line.points} />
        </div>
      ))}
      {found.clipped !== 0 && (
        <div className={classes["line"]}>
          <Text size="sm">{t("scores.clipped")}</Text>
          <Bar points={-found.clipped} largest={largest} />
          <Points points={-found.clipped} />
        </div>
      )}
      {found.lines.length === 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("scores.no_lines")}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt="sm">
        {t("scores.last")} <When at={found.last_at} none={t("scores.never")} />
      </Text>
      <AdjustModal opened={adjusting} onClose={() => adjust(false)} contact={contact.id} model={found.model} />
    </Card>
  );
}

function Bar({ points, largest }: { points: number; largest: number }) {
  return (
    <span className={classes["track"]} aria-hidden>
      <span className={classes["bar"]} data-negative={points < 0} style={{ width: `${Math.min(100, (Math.abs(points) / largest) * 100)}%` }} />
    </span>
  );
}

function Points({ points }: { points: number }) {
  return (
    <Text size="sm" ta="right" c={points < 0 ? "var(--bad)" : ""} span>
      {points > 0 ? "+" : ""}
      <Amount value={points} digits={Number.isInteger(points) ? 0 : 1} />
    </Text>
  );
}

function AdjustModal({ opened, onClose, contact, model }: { opened: boolean; onClose: () => void; contact: string; model: string }) {
  const { t } = useTranslation(["contacts", "kit"]);
  const [points, setPoints] = useState<number | string>(10);
  const [reason, setReason] = useState("");
  const adjust = useAdjustScore(contact);
  async function submit(): Promise<void> {
    const done = await adjust.mutateAsync({ model, points: Number(points), reason: reason.trim() }).catch(() => null);
    if (!done) return;
    setReason("");
    onClose();
  }
  const ready = reason.trim() !== "" && Number(points) !== 0 && Number.isFinite(Number(points));
  return (
    <Modal opened={opened} onClose={onClose} title={t("scores.adjust")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void submit();
        }}
      >
        <Stack>
          <NumberInput label={t("scores.points")} description={t("scores.points_hint")} min={-1000} max={1000} value={points} onChange={setPoints} data-autofocus />
          <TextInput label={t("scores.reason")} description={t("scores.reason_hint")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} maxLength={500} />
          {adjust.error && <Failure error={adjust.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("kit:cancel")}
            </Button>
            <Button type="submit" disabled={!ready} loading={adjust.isPending}>
              {t("scores.adjust")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
