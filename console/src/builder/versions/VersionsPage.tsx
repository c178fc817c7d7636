import { ActionIcon, Button, Center, Loader, Menu, Select, Tooltip } from "@mantine/core";
import { IconArrowNarrowRight, IconArrowsExchange, IconDownload, IconFileImport, IconPackage, IconPackageImport } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { saveFile, workflows } from "@/api/workflows";
import { ErrorState } from "@/kit/ErrorState";
import { toast } from "@/kit/toast";
import { useUrlState } from "@/kit/useUrlState";
import { useMay } from "@/session/me";
import type { TabProps } from "@/pages/workflows/slots";
import { GraphView } from "../GraphView";
import { useVersion } from "../live/data";
import { fromDocument } from "../model/document";
import { useBuilderStore } from "../store/context";
import type { Graph } from "../model/types";
import { Changes } from "./Changes";
import { pictureOf } from "./compare";
import { bundleOf, DRAFT, useDiff, useVersions } from "./data";
import { History } from "./History";
import { ImportDialog } from "./ImportDialog";
import { BundleDialog } from "./BundleDialog";
import classes from "./Versions.module.css";

/** Every version: who made it, what it changed, and the ways back and out. */
export default function VersionsPage({ draft, catalogue, graph, openNode }: TabProps) {
  const { t } = useTranslation("versions");
  const store = useBuilderStore();
  const mayEdit = useMay("edit") && draft.managed_by === "";
  const [{ old: from, new: to, at }, set] = useUrlState({ old: "", new: "", at: "" });
  const [opened, setOpened] = useState<"yaml" | "bundle" | null>(null);
  const versions = useVersions(draft.id);
  const after = to === "" ? DRAFT : Number(to);
  const before = from === "" ? previous(after, draft.live_version) : Number(from);
  const nothing = draft.latest_version === 0;
  const diff = useDiff(draft.id, before, after, draft.rev, !nothing && before !== after);
  const old = useGraph(draft.id, before, graph);
  const now = useGraph(draft.id, after, graph);
  const picture = useMemo(() => {
    if (now === null) return null;
    if (diff.data === undefined || old === null || before === after) return { graph: now, marks: new Map(), wayMarks: new Map() };
    return pictureOf(old, now, diff.data);
  }, [now, old, diff.data, before, after]);
  const name = (version: number): string => (version === DRAFT ? t("draft") : t("version", { number: version }));
  const options = [DRAFT, ...versions.items.map((one) => one.version)].map((version) => ({ value: String(version), label: name(version) }));
  const put = (next: Graph): void => {
    store.getState().do.run((drawn) => void Object.assign(drawn, { details: { ...next.details, id: draft.id }, nodes: next.nodes, edges: next.edges }), { label: "merge" });
    openNode("");
  };
  return (
    <div className={classes["page"]}>
      <History draft={draft} versions={versions} shown={after} onShow={(version) => set({ new: version === DRAFT ? "" : String(version), old: "", at: "" })} onRestore={mayEdit ? put : null} />
      <div className={classes["main"]}>
        <div className={classes["bar"]}>
          <Select size="xs" w={130} aria-label={t("from")} value={String(before)} data={options} allowDeselect={false} disabled={nothing} onChange={(value) => set({ old: value ?? "", at: "" })} />
          <IconArrowNarrowRight size={16} aria-label={t("to")} />
          <Select size="xs" w={130} aria-label={t("to")} value={String(after)} data={options} allowDeselect={false} disabled={nothing} onChange={(value) => set({ new: value === "0" ? "" : (value ?? ""), old: String(before), at: "" })} />
          <Tooltip label={t("swap")}>
            <ActionIcon aria-label={t("swap")} disabled={nothing} onClick={() => set({ old: String(after), new: before === DRAFT ? "" : String(before), at: "" })}>
              <IconArrowsExchange size={16} />
            </ActionIcon>
          </Tooltip>
          <div className={classes["legend"]}>
            {(["added", "changed", "removed"] as const).map((mark) => (
              <span key={mark} data-mark={mark}>
                {t(`mark.${mark}`)}
              </span>
            ))}
          </div>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="xs" variant="default">
                {t("files")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => void workflows.yaml(draft.id).then((text) => saveFile(`${draft.id}.yaml`, text), toast.failed)}>
                {t("export")}
              </Menu.Item>
              <Menu.Item leftSection={<IconFileImport size={16} />} disabled={!mayEdit} onClick={() => setOpened("yaml")}>
                {t("import")}
              </Menu.Item>
              <Menu.Divider />
              <Menu.Label>{t("promotion")}</Menu.Label>
              <Menu.Item leftSection={<IconPackage size={16} />} onClick={() => void bundleOf(draft.id).then((text) => saveFile(`${draft.id}.bundle.yaml`, text), toast.failed)}>
                {t("bundle_export")}
              </Menu.Item>
              <Menu.Item leftSection={<IconPackageImport size={16} />} disabled={!mayEdit} onClick={() => setOpened("bundle")}>
                {t("bundle_import")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
        <div className={classes["both"]}>
          <div className={classes["canvas"]}>
            {picture === null ? (
              <Center>
                <Loader type="dots" role="status" aria-label={t("loading")} />
              </Center>
            ) : (
              <GraphView graph={picture.graph} catalogue={catalogue} marks={picture.marks} wayMarks={picture.wayMarks} selected={at} onSelect={(node) => node !== at && set({ at: node ?? "" }, { replace: true })} />
            )}
          </div>
          <aside className={classes["changes"]} aria-label={t("changes")} aria-busy={diff.isFetching}>
            {diff.error === null ? (
              <Changes diff={nothing || before === after ? null : diff.data} names={picture?.graph ?? null} first={nothing} selected={at} onNode={(node) => set({ at: node }, { replace: true })} />
            ) : (
              <ErrorState compact error={diff.error} again={() => void diff.refetch()} />
            )}
          </aside>
        </div>
      </div>
      {opened === "yaml" ? <ImportDialog current={graph} catalogue={catalogue} onClose={() => setOpened(null)} onTake={put} /> : null}
      {opened === "bundle" ? <BundleDialog onClose={() => setOpened(null)} /> : null}
    </div>
  );
}

/** A draft is compared with what is live, a version with the one before it. */
function previous(after: number, live: number): number {
  return after === DRAFT ? live : Math.max(after - 1, DRAFT);
}

function useGraph(workflow: string, version: number, draft: Graph): Graph | null {
  const stored = useVersion(workflow, version);
  return useMemo(() => {
    if (version === DRAFT) return draft;
    return stored.data === undefined ? null : fromDocument(stored.data.workflow);
  }, [version, draft, stored.data]);
}
