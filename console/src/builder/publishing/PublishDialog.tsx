import { Button, Loader, Modal, Text, Textarea } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkflowsChanged } from "@/api/workflows";
import { Failure } from "@/kit/Confirm";
import { ErrorState } from "@/kit/ErrorState";
import { useMay } from "@/session/me";
import type { PublishDialogProps } from "@/pages/workflows/slots";
import type { InFlight } from "../versions/data";
import { Audience } from "./Audience";
import { Checks } from "./Checks";
import { type Mapping, nextStep, publish, type Published, review, usePreview } from "./data";
import { InFlightChoice } from "./InFlightChoice";
import { ReviewState } from "./ReviewState";
import classes from "./Publishing.module.css";

/** Everything one wants to know before contacts get it; then one button. */
export function PublishDialog({ draft, opened, onClose, openNode }: PublishDialogProps) {
  const { t } = useTranslation(["publish", "kit"]);
  const [done, setDone] = useState<Published | null>(null);
  return (
    <Modal opened={opened} onClose={onClose} size={760} title={t("title", { name: draft.name || draft.id })} closeButtonProps={{ "aria-label": t("kit:close") }}>
      {done === null ? <Asking draft={draft} onClose={onClose} openNode={openNode} onDone={setDone} /> : <Done done={done} onClose={onClose} />}
    </Modal>
  );
}

function Asking({ draft, onClose, openNode, onDone }: Omit<PublishDialogProps, "opened"> & { onDone: (done: Published) => void }) {
  const { t } = useTranslation("publish");
  const changed = useWorkflowsChanged();
  const may = { edit: useMay("edit"), publish: useMay("publish") };
  const [choice, setChoice] = useState<InFlight>("drain");
  const [mapping, setMapping] = useState<Mapping>({});
  const [note, setNote] = useState("");
  const [running, setRunning] = useState("");
  const [error, setError] = useState<unknown>(null);
  const preview = usePreview(draft.id, draft.rev, choice, mapping);
  if (preview.data === undefined) {
    if (preview.error !== null) return <ErrorState compact error={preview.error} again={() => void preview.refetch()} />;
    return <Loader type="dots" m="xl" role="status" aria-label={t("loading")} />;
  }
  const { data } = preview;
  const step = nextStep(data, may);
  const attempt = (name: string, work: () => Promise<unknown>): void => {
    setRunning(name);
    setError(null);
    work()
      .then(changed)
      .catch(setError)
      .finally(() => setRunning(""));
  };
  const noted = step === "decide" ? t("comment") : step === "ask" ? t("ask_note") : t("note");
  return (
    <>
      <ReviewState review={data.review} />
      <Checks
        checks={data.checks}
        onShow={(node) => {
          onClose();
          openNode(node);
        }}
      />
      {data.checks.valid ? <Audience preview={data} /> : null}
      {data.in_flight.contacts > 0 && data.live_version > 0 ? (
        <InFlightChoice preview={data} choice={choice} onChoice={setChoice} mapping={mapping} onMapping={setMapping} busy={preview.isFetching} />
      ) : null}
      {step === "blocked" || step === "wait" || step === "no_right" ? null : (
        <section className={classes["section"]}>
          <Textarea label={noted} placeholder={t("note_example")} autosize minRows={2} maxLength={500} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        </section>
      )}
      {error === null ? null : <Failure error={error} />}
      <div className={classes["foot"]}>
        <p role="status">{t(`step.${step}`)}</p>
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
        {step === "wait" && may.edit ? (
          <Button variant="default" loading={running === "withdraw"} onClick={() => attempt("withdraw", () => review.withdraw(draft.id))}>
            {t("withdraw")}
          </Button>
        ) : null}
        {step === "ask" ? (
          <Button loading={running === "ask"} onClick={() => attempt("ask", () => review.ask(draft.id, data.rev, note))}>
            {t("ask")}
          </Button>
        ) : null}
        {step === "decide" ? (
          <>
            <Button color="red" variant="light" loading={running === "reject"} disabled={running !== ""} onClick={() => attempt("reject", () => review.decide(draft.id, data.rev, "reject", note))}>
              {t("reject")}
            </Button>
            <Button color="teal" loading={running === "approve"} disabled={running !== ""} onClick={() => attempt("approve", () => review.decide(draft.id, data.rev, "approve", note))}>
              {t("approve")}
            </Button>
          </>
        ) : null}
        {step === "publish" || step === "blocked" ? (
          <Button
            color={choice === "eject" && data.in_flight.end > 0 ? "red" : "brand"}
            loading={running === "publish"}
            disabled={step === "blocked" || preview.isPlaceholderData}
            onClick={() => attempt("publish", async () => onDone(await publish(draft.id, data.rev, note, choice, mapping)))}
          >
            {t(data.live_version === 0 ? "publish" : "publish_again")}
          </Button>
        ) : null}
      </div>
    </>
  );
}

function Done({ done, onClose }: { done: Published; onClose: () => void }) {
  const { t } = useTranslation("publish");
  return (
    <div className={classes["done"]} role="status">
      <IconCircleCheck size={56} stroke={1.4} className={classes["good"]} aria-hidden />
      <Text fw={650} size="lg">
        {t("done.title", { number: done.version })}
      </Text>
      <Text size="sm" c="dimmed" maw={420}>
        {t(done.moving.jobs.length > 0 ? `done.${done.moving.choice}` : "done.text")}
      </Text>
      <Button component={Link} to={`/workflows/${done.workflow.id}?tab=live`} mt="sm" onClick={onClose}>
        {t("done.watch")}
      </Button>
    </div>
  );
}
