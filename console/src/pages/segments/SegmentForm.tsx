import { Alert, Button, Card, Collapse, Group, List, NumberInput, SegmentedControl, Select, Stack, Switch, TagsInput, Text, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconAlertTriangle, IconChevronDown } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";
import { useValidation, type SegmentProblem } from "@/api/segments";
import { ConditionBuilder } from "@/kit/conditions/ConditionBuilder";
import type { ConditionContext } from "@/kit/conditions/knowledge";
import { EstimatePanel } from "./EstimatePanel";
import { documentOf, idOf, type Draft } from "./examples";
import { KINDS } from "./KindBadge";
import classes from "./Segments.module.css";

const CONTEXT: ConditionContext = { about: "contact" };
const USE_CASES = ["account_based_marketing", "event_targeting", "behavioral_targeting", "personalization"] as const;
const PAUSE_MS = 400;
const AT_FIELDS = new Set(["id", "name", "description", "tags"]);
/** What only a segment's check finds; the condition builder shows the rest at its rows. */
const OWN = new Set(["filter_sees_recent", "reads_event", "reads_enrollment", "segment_cycle", "no_prediction", "condition_missing"]);

export interface SegmentFormProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** An existing segment keeps its id. */
  fixed?: boolean;
  /** Failure and buttons below the form. */
  children: ReactNode;
}

/** What a segment is: its name, who belongs, and how many that are. */
export function SegmentForm({ draft, onChange, fixed = false, children }: SegmentFormProps) {
  const { t } = useTranslation("segments");
  const [more, showMore] = useState(draft.tags.length > 0 || draft.useCase !== "" || draft.triggerExisting);
  const [follows, follow] = useState(!fixed && (draft.id === "" || draft.id === idOf(draft.name)));
  const list = draft.kind === "static";
  const set = (changes: Partial<Draft>): void => onChange({ ...draft, ...changes });
  const problems = useProblems(draft);
  const at = (field: string): string | undefined => problems.find((one) => one.severity === "error" && one.place.split(/[.[]/)[0] === field)?.message;
  const general = problems.filter((one) => !AT_FIELDS.has(one.place.split(/[.[]/)[0] ?? "") && (!one.place.startsWith("condition") || OWN.has(one.code)));
  return (
    <div className={list ? "" : (classes["split"] ?? "")}>
      <Card padding="lg">
        <Stack>
          <Group align="flex-start" grow preventGrowOverflow={false}>
            <TextInput
              flex="2 1 260px"
              required
              label={t("form.name")}
              value={draft.name}
              maxLength={120}
              error={at("name")}
              onChange={(event) => {
                const name = event.currentTarget.value;
                set(follows ? { name, id: idOf(name) } : { name });
              }}
            />
            <TextInput
              flex="1 1 180px"
              label={t("form.id")}
              description={t("form.id_hint")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
              value={draft.id}
              disabled={fixed}
              maxLength={40}
              error={draft.id === "" ? undefined : at("id")}
              onChange={(event) => {
                follow(false);
                set({ id: event.currentTarget.value });
              }}
            />
          </Group>
          <Textarea label={t("form.description")} placeholder={t("form.description_hint")} autosize minRows={1} maxLength={1000} value={draft.description} onChange={(event) => set({ description: event.currentTarget.value })} />
          <div>
            <Text size="sm" fw={500} mb={4} id="segment-kind">
              {t("form.kind")}
            </Text>
            <SegmentedControl
              aria-labelledby="segment-kind"
              disabled={fixed}
              value={draft.kind}
              onChange={(kind) => set({ kind: KINDS.find((one) => one === kind) ?? "dynamic" })}
              data={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
            />
            <Text size="xs" c="dimmed" mt={4}>
              {t(`form.about.${draft.kind}`)}
            </Text>
          </div>
          {!list && <ConditionBuilder label={t("form.condition")} value={draft.condition} context={CONTEXT} onChange={(condition) => set({ condition })} />}
          {general.length > 0 && (draft.condition !== "" || list) && <Problems problems={general} />}
          <Button variant="subtle" size="xs" w="fit-content" px={0} rightSection={<IconChevronDown size={14} style={more ? { transform: "rotate(180deg)" } : {}} />} aria-expanded={more} onClick={() => showMore(!more)}>
            {t("form.more")}
          </Button>
          <Collapse expanded={more}>
            <Stack>
              <Group grow align="flex-start">
                <TagsInput label={t("form.tags")} value={draft.tags} maxTags={20} onChange={(tags) => set({ tags })} />
                <Select label={t("form.use_case")} clearable data={USE_CASES.map((value) => ({ value, label: t(`use_case.${value}`) }))} value={draft.useCase || null} onChange={(useCase) => set({ useCase: useCase ?? "" })} />
              </Group>
              {list ? (
                <NumberInput w={260} label={t("form.review")} description={t("form.review_hint")} min={1} max={730} value={draft.reviewDays} onChange={(days) => set({ reviewDays: String(days) })} />
              ) : (
                <Switch label={t("form.trigger")} description={t("form.trigger_hint")} checked={draft.triggerExisting} onChange={(event) => set({ triggerExisting: event.currentTarget.checked })} />
              )}
            </Stack>
          </Collapse>
          {children}
        </Stack>
      </Card>
      {!list && <EstimatePanel condition={draft.condition} />}
    </div>
  );
}

/** What the server says of a draft; a form that cannot even be read tells so by the places of its failure. */
function useProblems(draft: Draft): SegmentProblem[] {
  const [asked] = useDebouncedValue(draft, PAUSE_MS);
  const ready = asked.id !== "" && (asked.kind === "static" || asked.condition !== "");
  const found = useValidation(ready ? documentOf(asked) : null);
  if (!ready) return [];
  if (found.error instanceof ApiError) {
    return found.error.places().map(({ place, message, code }) => ({ place: place ?? "", message, code: code ?? "", severity: "error" }));
  }
  return found.data?.problems ?? [];
}

function Problems({ problems }: { problems: readonly SegmentProblem[] }) {
  const { t } = useTranslation("segments");
  const bad = problems.some((one) => one.severity === "error");
  return (
    <Alert color={bad ? "red" : "yellow"} variant="light" icon={<IconAlertTriangle size={18} />} title={t(bad ? "form.errors" : "form.warnings")} role="status">
      <List size="sm">
        {problems.map((one) => (
          <List.Item key={one.place + one.message}>{one.message}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
