import { Skeleton, Stepper } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useImport, type ImportKind, type Transfer } from "@/api/imports";
import { ErrorState } from "@/kit/ErrorState";
import { Page } from "@/kit/Page";
import { StatusBadge } from "@/kit/StatusBadge";
import { Mapping } from "./Mapping";
import { Progress } from "./Progress";
import { Upload } from "./Upload";
import { TONES } from "./state";

/** One import from its file to its result; where it stands is on the server, so a reload goes on there. */
export default function ImportPage() {
  const { t } = useTranslation("imports");
  const { import: id = "new" } = useParams({ strict: false });
  const fresh = id === "new";
  const found = useImport(id, !fresh);
  const job = fresh ? undefined : found.data;
  const active = fresh ? 0 : !job || job.state === "uploading" ? 1 : job.state === "done" ? 3 : 2;
  return (
    <Page
      title={job?.name || t("import.new")}
      crumbs={[{ label: t("title"), to: "/imports" }]}
      beside={job && job.state !== "uploading" && <StatusBadge tone={TONES[job.state]}>{t(`state.${job.state}`)}</StatusBadge>}
    >
      <Stepper active={active} size="sm" iconSize={30} allowNextStepsSelect={false}>
        <Stepper.Step label={t("step.file")} />
        <Stepper.Step label={t("step.columns")} />
        <Stepper.Step label={t("step.run")} />
      </Stepper>
      {fresh && <Upload />}
      {!fresh && found.error && !job && <ErrorState error={found.error} again={() => void found.refetch()} />}
      {!fresh && !found.error && !job && <Skeleton h={320} radius="md" />}
      {job && <Standing job={job} />}
    </Page>
  );
}

function Standing({ job }: { job: Transfer }) {
  const known: ImportKind = job.holds || "profiles";
  return job.state === "uploading" ? <Mapping key={job.id} job={job} kind={known} /> : <Progress job={job} />;
}
