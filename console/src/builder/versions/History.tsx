import { ActionIcon, Button, Menu, Radio, Skeleton, Stack } from "@mantine/core";
import { IconArrowBackUp, IconDots, IconRestore } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { PagedList } from "@/api/queries";
import { useNames, useWorkflowsChanged } from "@/api/workflows";
import { Confirm } from "@/kit/Confirm";
import { ErrorState } from "@/kit/ErrorState";
import { StatusBadge } from "@/kit/StatusBadge";
import { toast } from "@/kit/toast";
import { When } from "@/kit/When";
import { useMay } from "@/session/me";
import type { WorkflowDraft } from "../api";
import { fromDocument } from "../model/document";
import type { Graph } from "../model/types";
import { DRAFT, type InFlight, rollBack, type VersionSummary } from "./data";
import classes from "./Versions.module.css";

interface Props {
  readonly draft: WorkflowDraft;
  readonly versions: PagedList<VersionSummary>;
  readonly shown: number;
  readonly onShow: (version: number) => void;
  /** Puts an old graph into the draft; null: this person may not. */
  readonly onRestore: ((graph: Graph) => void) | null;
}

/** The draft and all versions, newest first. */
export function History({ draft, versions, shown, onShow, onRestore }: Props) {
  const { t } = useTranslation("versions");
  const name = useNames();
  const [back, setBack] = useState<VersionSummary | null>(null);
  const mayPublish = useMay("publish") && draft.managed_by === "";
  const restore = (version: number): void => {
    body(api.GET("/api/v1/workflows/{workflow}/versions/{version}", { params: { path: { workflow: draft.id, version } } })).then((found) => onRestore?.(fromDocument(found.workflow)), toast.failed);
  };
  return (
    <nav className={classes["list"]} aria-label={t("history")}>
      <div className={classes["entry"]} data-on={shown === DRAFT}>
        <button type="button" className={classes["pick"]} aria-current={shown === DRAFT} onClick={() => onShow(DRAFT)}>
          <span className={classes["head"]}>{t("draft")}</span>
          <span className={classes["quiet"]}>
            {name(draft.updated_by)} · <When at={draft.updated_at} />
          </span>
        </button>
      </div>
      {versions.loading ? <Skeleton height={64} m="md" /> : null}
      {versions.error === null ? null : <ErrorState compact error={versions.error} again={versions.again} />}
      {versions.items.map((one) => (
        <div key={one.version} className={classes["entry"]} data-on={shown === one.version}>
          <button type="button" className={classes["pick"]} aria-current={shown === one.version} onClick={() => onShow(one.version)}>
            <span className={classes["head"]}>
              {t("version", { number: one.version })}
              {one.live ? <StatusBadge tone={draft.status === "active" ? "good" : "quiet"}>{t(draft.status === "active" ? "live" : "newest")}</StatusBadge> : one.machine ? <StatusBadge tone="info">{t("in_flight")}</StatusBadge> : null}
            </span>
            <span className={classes["quiet"]}>
              {name(one.published_by)} · <When at={one.published_at} />
            </span>
            {one.note === "" ? null : <span className={classes["note"]} style={{ display: "block" }}>{one.note}</span>}
          </button>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon className={classes["menu"] ?? ""} aria-label={t("actions", { number: one.version })}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconRestore size={16} />} disabled={onRestore === null} onClick={() => restore(one.version)}>
                {t("restore")}
              </Menu.Item>
              <Menu.Item leftSection={<IconArrowBackUp size={16} />} disabled={one.live || !mayPublish} onClick={() => setBack(one)}>
                {t("rollback.action")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      ))}
      {versions.hasMore ? (
        <Button m="sm" size="xs" variant="default" loading={versions.loadingMore} onClick={versions.more}>
          {t("more")}
        </Button>
      ) : null}
      {back === null ? null : <RollBack draft={draft} version={back} onClose={() => setBack(null)} />}
    </nav>
  );
}

const CHOICES = ["drain", "migrate", "eject"] as const;

function RollBack({ draft, version, onClose }: { draft: WorkflowDraft; version: VersionSummary; onClose: () => void }) {
  const { t } = useTranslation("versions");
  const changed = useWorkflowsChanged();
  const [choice, setChoice] = useState<InFlight>("drain");
  return (
    <Confirm
      opened
      danger={choice === "eject"}
      title={t("rollback.title", { number: version.version })}
      action={t("rollback.action")}
      onClose={onClose}
      onConfirm={async () => {
        const done = await rollBack(draft.id, version.version, choice);
        await changed();
        toast.done(t("rollback.done", { number: done.version }));
      }}
    >
      <Stack>
        {t("rollback.text", { number: version.version })}
        <Radio.Group label={t("rollback.in_flight")} value={choice} onChange={(value) => setChoice(CHOICES.find((one) => one === value) ?? "drain")}>
          <Stack gap="xs" mt="xs">
            {CHOICES.map((one) => (
              <Radio key={one} value={one} label={t(`choice.${one}`)} description={t(`choice.${one}_text`)} />
            ))}
          </Stack>
        </Radio.Group>
      </Stack>
    </Confirm>
  );
}
