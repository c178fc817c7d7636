import { Alert, Button, Group, Modal, Progress, Radio, Select, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSegmentNames } from "@/api/segments";
import { type Job, type Started, useWorkflowsChanged, workflows } from "@/api/workflows";
import { keys } from "@/api/queries";
import { amountText } from "@/kit/Amount";
import { Failure } from "@/kit/Confirm";
import { referencesIn } from "@/kit/references";
import { useReason } from "./useReason";

const MOST = 5000;
const EVERY_MS = 2000;
const WHO = ["contacts", "segment", "everybody"] as const;
type Who = (typeof WHO)[number];

export interface StartDialogProps {
  readonly workflow: string;
  readonly name: string;
  /** Contacts that are chosen already: nobody is asked who. */
  readonly contacts?: readonly string[];
  readonly onClose: () => void;
  /** Called when the dialog is closed after a start: then what was chosen is done with. */
  readonly onDone?: () => void;
}

/** Starts a workflow by hand, for chosen contacts, a segment or everybody; then says what came of it. */
export function StartDialog({ workflow, name, contacts, onClose, onDone }: StartDialogProps) {
  const { t } = useTranslation(["live", "kit"]);
  const [started, setStarted] = useState<Started | null>(null);
  const changed = useWorkflowsChanged();
  const close = (): void => {
    onClose();
    if (started !== null) onDone?.();
  };
  return (
    <Modal opened onClose={close} title={t("start.title", { name })} closeButtonProps={{ "aria-label": t("kit:close") }}>
      {started === null ? (
        <Asking
          workflow={workflow}
          {...(contacts === undefined ? {} : { contacts })}
          onClose={close}
          onStarted={(told) => {
            setStarted(told);
            void changed();
          }}
        />
      ) : (
        <Outcome started={started} onClose={close} />
      )}
    </Modal>
  );
}

function Asking({ workflow, contacts, onClose, onStarted }: { workflow: string; contacts?: readonly string[]; onClose: () => void; onStarted: (told: Started) => void }) {
  const { t } = useTranslation(["live", "kit"]);
  const [who, setWho] = useState<Who>("contacts");
  const [text, setText] = useState("");
  const [segment, setSegment] = useState<string | null>(null);
  const segments = useSegmentNames();
  const named = contacts ?? referencesIn(text);
  // One key a dialog: a second click, or a try after a lost answer, starts nobody twice.
  const [key] = useState(() => crypto.randomUUID());
  const start = useMutation({
    mutationFn: () => workflows.start(workflow, who === "segment" ? { key, segment: segment ?? "" } : who === "everybody" ? { key, everybody: true } : { key, contacts: [...named] }),
    onSuccess: onStarted,
  });
  const ready = who === "everybody" || (who === "segment" ? segment !== null : named.length > 0 && named.length <= MOST);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) start.mutate();
      }}
    >
      <Stack>
        {contacts === undefined ? (
          <Radio.Group label={t("start.who")} value={who} onChange={(next) => setWho(WHO.find((one) => one === next) ?? "contacts")}>
            <Stack gap="sm" mt="xs">
              {WHO.map((one) => (
                <Radio key={one} value={one} label={t(`start.${one}`)} description={t(`start.${one}_text`)} />
              ))}
            </Stack>
          </Radio.Group>
        ) : (
          <Text size="sm">{t("start.chosen", { count: contacts.length })}</Text>
        )}
        {contacts === undefined && who === "contacts" ? (
          <Textarea
            label={t("start.list")}
            description={t("start.list_hint")}
            autosize
            minRows={3}
            maxRows={10}
            value={text}
            error={named.length > MOST ? t("start.too_many", { count: MOST }) : undefined}
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
          />
        ) : null}
        {contacts === undefined && who === "segment" ? (
          <Select label={t("start.which")} searchable data={segments.data ?? []} value={segment} onChange={setSegment} nothingFoundMessage={t("start.no_segment")} placeholder={t("start.which_hint")} />
        ) : null}
        <Text size="xs" c="dimmed">
          {t("start.rules")}
        </Text>
        {start.error === null ? null : <Failure error={start.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("kit:cancel")}
          </Button>
          <Button type="submit" disabled={!ready} loading={start.isPending}>
            {who === "contacts" ? t("start.action_count", { count: named.length }) : t("start.action")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What came of it: at once for a few contacts, followed until its end for many. */
function Outcome({ started, onClose }: { started: Started; onClose: () => void }) {
  const { t, i18n } = useTranslation(["live", "kit"]);
  const reason = useReason();
  const moving = started.state === "preparing" || started.state === "running";
  const { data: job } = useQuery<Job>({
    queryKey: keys.of("workflows", "job", started.job),
    enabled: moving,
    refetchInterval: (query) => (query.state.data?.state === "done" || query.state.data?.state === "failed" ? false : EVERY_MS),
    queryFn: ({ signal }) => workflows.job(started.job, signal),
  });
  const counts = Object.entries(job?.counts ?? started.counts ?? {})
    .filter(([, count]) => count > 0)
    .sort(([one], [other]) => Number(other === "enrolled") - Number(one === "enrolled"));
  const state = job?.state ?? started.state;
  const failed = state === "failed";
  const done = state === "done" || failed;
  const unknown = started.unknown ?? 0;
  const why = job?.details["why"];
  return (
    <Stack>
      <div role="status">
        <Text fw={600}>{t(failed ? "start.failed" : done ? "start.done" : "start.running")}</Text>
        {done ? null : (
          <Progress mt="xs" animated value={job !== undefined && job.parts > 0 ? (job.parts_done / job.parts) * 100 : 100} aria-label={t("start.running")} />
        )}
        {counts.map(([code, count]) => (
          <Text key={code} size="sm" mt={4}>
            {code === "enrolled" ? t("start.entered", { count }) : `${reason(code)}: ${amountText(count, i18n.language)}`}
          </Text>
        ))}
        {done && counts.length === 0 ? (
          <Text size="sm" mt={4}>
            {t("start.nobody")}
          </Text>
        ) : null}
      </div>
      {unknown > 0 ? (
        <Alert color="yellow" variant="light">
          {t("start.unknown", { count: unknown })}
        </Alert>
      ) : null}
      {typeof why === "string" && why !== "" ? (
        <Alert color="red" variant="light">
          {why}
        </Alert>
      ) : null}
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("kit:close")}</Button>
      </Group>
    </Stack>
  );
}
