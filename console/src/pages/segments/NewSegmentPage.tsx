import { Button, Group } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCreateSegment } from "@/api/segments";
import { Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { useUrlState } from "@/kit/useUrlState";
import { EMPTY, EXAMPLES, documentOf, idOf, type Draft } from "./examples";
import { Examples } from "./Examples";
import { SegmentForm } from "./SegmentForm";

export default function NewSegmentPage() {
  const { t } = useTranslation("segments");
  const [{ from }] = useUrlState({ from: "" });
  return (
    <Page title={t("new.title")} lead={t("new.lead")} crumbs={[{ label: t("title"), to: "/segments" }]}>
      <NewSegment key={from} from={from} />
      {from === "" && <Examples />}
    </Page>
  );
}

function NewSegment({ from }: { from: string }) {
  const { t } = useTranslation(["segments", "kit"]);
  const navigate = useNavigate();
  const create = useCreateSegment();
  const [draft, setDraft] = useState<Draft>(() => {
    const example = EXAMPLES.find((one) => one.name === from);
    if (!example) return EMPTY;
    const name = t(`examples.${example.name}.name`);
    return { ...EMPTY, name, id: idOf(name), description: t(`examples.${example.name}.text`), kind: example.kind, condition: example.condition };
  });
  const ready = draft.id !== "" && draft.name.trim() !== "" && (draft.kind === "static" || draft.condition.trim() !== "");
  async function submit(): Promise<void> {
    const made = await create.mutateAsync(documentOf(draft)).catch(() => null);
    if (made) void navigate({ to: "/segments/$segment", params: { segment: made.id } });
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void submit();
      }}
    >
      <SegmentForm draft={draft} onChange={setDraft}>
        {create.error && <Failure error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => void navigate({ to: "/segments" })}>
            {t("kit:cancel")}
          </Button>
          <MayButton right="edit" type="submit" disabled={!ready} loading={create.isPending}>
            {t("new.save")}
          </MayButton>
        </Group>
      </SegmentForm>
    </form>
  );
}
