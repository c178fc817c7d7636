import { Alert, Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";
import { useSegmentsChanged, useUpdateSegment, type Segment } from "@/api/segments";
import { Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { toast } from "@/kit/toast";
import { documentOf, type Draft } from "../examples";
import { SegmentForm } from "../SegmentForm";

export function draftOf(segment: Segment): Draft {
  return {
    id: segment.id,
    name: segment.name,
    description: segment.description,
    kind: segment.kind,
    condition: segment.text,
    tags: [...segment.tags],
    useCase: segment.use_case ?? "",
    triggerExisting: segment.trigger_existing,
    reviewDays: segment.review ? String(segment.review.every_days) : "",
    reviewedAt: segment.review?.last_reviewed_at ?? null,
  };
}

/** Changes a segment; who saved in between is not overwritten unless one wants that. */
export function EditTab({ segment }: { segment: Segment }) {
  const { t } = useTranslation("segments");
  // What is edited stays what it was opened as, whatever is read in the background.
  const [opened, setOpened] = useState(segment);
  const [draft, setDraft] = useState(() => draftOf(segment));
  const update = useUpdateSegment();
  const changed = useSegmentsChanged();
  const dirty = JSON.stringify(draft) !== JSON.stringify(draftOf(opened));
  const conflict = update.error instanceof ApiError && update.error.isConflict;
  const newer = segment.rev > opened.rev;
  function reopen(): void {
    setOpened(segment);
    setDraft(draftOf(segment));
    update.reset();
  }
  async function save(rev: number): Promise<void> {
    const saved = await update.mutateAsync({ segment: documentOf(draft), rev }).catch(() => null);
    if (!saved) {
      await changed();
      return;
    }
    setOpened({ ...segment, ...saved });
    setDraft(draftOf({ ...segment, ...saved }));
    toast.done(t(saved.settled ? "edit.saved" : "edit.saved_settling"));
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (dirty) void save(opened.rev);
      }}
    >
      <SegmentForm draft={draft} onChange={setDraft} fixed>
        {conflict || (newer && dirty) ? (
          <Alert color="yellow" variant="light" title={t("edit.conflict")} role="alert">
            <Text size="sm" mb="sm">
              {t("edit.conflict_text", { who: segment.updated_by.includes("@") ? segment.updated_by : t("edit.somebody") })}
            </Text>
            <Group>
              <Button size="xs" variant="default" onClick={reopen}>
                {t("edit.take_theirs")}
              </Button>
              <Button size="xs" color="red" variant="light" loading={update.isPending} onClick={() => void save(segment.rev)}>
                {t("edit.keep_mine")}
              </Button>
            </Group>
          </Alert>
        ) : (
          update.error && <Failure error={update.error} />
        )}
        <Group justify="flex-end">
          <Button variant="default" disabled={!dirty} onClick={reopen}>
            {t("edit.discard")}
          </Button>
          <MayButton right="edit" type="submit" disabled={!dirty || conflict} loading={update.isPending}>
            {t("edit.save")}
          </MayButton>
        </Group>
      </SegmentForm>
    </form>
  );
}
