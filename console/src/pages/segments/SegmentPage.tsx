import { Button, Group, Skeleton, Stack, Tabs } from "@mantine/core";
import { IconRefresh, IconTrash } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFollowed, useSegment, useSettle, type Segment } from "@/api/segments";
import { ErrorState } from "@/kit/ErrorState";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { StatusBadge } from "@/kit/StatusBadge";
import { toast } from "@/kit/toast";
import { useUrlState } from "@/kit/useUrlState";
import { DeleteSegment } from "./DeleteSegment";
import { ExportModal } from "./ExportModal";
import { KindBadge } from "./KindBadge";
import { EditTab } from "./tabs/EditTab";
import { MembersTab } from "./tabs/MembersTab";
import { OverlapTab } from "./tabs/OverlapTab";
import { OverviewTab } from "./tabs/OverviewTab";

const TABS = ["overview", "members", "overlap", "edit"] as const;
type TabName = (typeof TABS)[number];

export default function SegmentPage() {
  const { t } = useTranslation("segments");
  const { segment: id } = useParams({ strict: false });
  const segment = useSegment(id ?? "");
  const crumbs = [{ label: t("title"), to: "/segments" }] as const;
  if (segment.data) return <Shown segment={segment.data} />;
  return (
    <Page title={t("one")} crumbs={crumbs}>
      {segment.error ? (
        <ErrorState error={segment.error} again={() => void segment.refetch()} />
      ) : (
        <Stack>
          <Skeleton h={100} radius="md" />
          <Skeleton h={360} radius="md" />
        </Stack>
      )}
    </Page>
  );
}

function Shown({ segment }: { segment: Segment }) {
  const { t } = useTranslation("segments");
  const navigate = useNavigate();
  const [{ tab }, set] = useUrlState({ tab: "overview" });
  const [exporting, openExport] = useState(false);
  const [deleting, openDelete] = useState(false);
  const settle = useSettle(segment.id);
  useFollowed(segment);
  const shown: TabName = TABS.find((name) => name === tab) ?? "overview";
  const body: Record<TabName, () => React.ReactNode> = {
    overview: () => <OverviewTab segment={segment} />,
    members: () => <MembersTab segment={segment} />,
    overlap: () => <OverlapTab segment={segment} />,
    edit: () => <EditTab key={segment.id} segment={segment} />,
  };
  function recount(): void {
    settle.mutate(undefined, {
      onSuccess: ({ job, corrected }) => toast.done(job === "" ? t("actions.recounted", { count: Math.abs(corrected) }) : t("actions.settling")),
      onError: toast.failed,
    });
  }
  return (
    <Page
      title={segment.name || segment.id}
      lead={segment.description}
      crumbs={[{ label: t("title"), to: "/segments" }]}
      beside={
        <Group gap={6}>
          <KindBadge kind={segment.kind} />
          {segment.settled ? <StatusBadge tone="good">{t("state.settled")}</StatusBadge> : <StatusBadge tone="info" pulse>{t("state.settling")}</StatusBadge>}
        </Group>
      }
      actions={
        <>
          <MayButton right="edit" variant="default" leftSection={<IconRefresh size={16} />} loading={settle.isPending} onClick={recount}>
            {t("actions.settle")}
          </MayButton>
          <MayButton right="publish" variant="default" onClick={() => openExport(true)}>
            {t("export.button")}
          </MayButton>
          <MayButton right="edit" variant="default" color="red" leftSection={<IconTrash size={16} />} onClick={() => openDelete(true)}>
            {t("delete.button")}
          </MayButton>
          {shown !== "edit" && <Button onClick={() => set({ tab: "edit" })}>{t("tab.edit")}</Button>}
        </>
      }
    >
      <Tabs value={shown} onChange={(next) => set({ tab: next ?? "overview" })} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={shown}>{body[shown]()}</Tabs.Panel>
      </Tabs>
      <ExportModal segment={segment.id} opened={exporting} onClose={() => openExport(false)} />
      <DeleteSegment segment={segment} opened={deleting} onClose={() => openDelete(false)} onDeleted={() => void navigate({ to: "/segments" })} />
    </Page>
  );
}
