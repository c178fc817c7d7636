import { ActionIcon, Button, Loader, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconArrowLeft, IconRocket, IconX } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDraft } from "@/builder/api";
import { BuilderView } from "@/builder/Builder";
import { detail } from "@/builder/model/document";
import { setDetails } from "@/builder/model/edits";
import type { Catalogue } from "@/builder/model/types";
import { Conflict } from "@/builder/saving/Conflict";
import { type Kept, keep } from "@/builder/saving/kept";
import type { Held } from "@/builder/saving/saver";
import { SaveStatus } from "@/builder/saving/SaveStatus";
import { useSaving } from "@/builder/saving/useSaving";
import { useBuilder, useTongue } from "@/builder/store/context";
import type { BuilderStore } from "@/builder/store/store";
import { useServerChecks } from "@/builder/useServerChecks";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { useUrlState } from "@/kit/useUrlState";
import { useMay } from "@/session/me";
import { PANELS, PublishDialog, type Tab, TAB_PAGES, TABS } from "./slots";
import saving from "@/builder/saving/Saving.module.css";
import classes from "./Editor.module.css";

const TONES: Readonly<Record<WorkflowDraft["status"], Tone>> = { draft: "quiet", active: "good", paused: "warn", paused_discard: "warn", stopped: "bad", draining: "info" };

interface Props {
  readonly store: BuilderStore;
  readonly draft: WorkflowDraft;
  readonly catalogue: Catalogue;
  readonly start: Held;
  readonly recovered: Kept | null;
  readonly keyOfKept: string;
}

/** The frame of a workflow: its name and state, its tabs, undo, publish. */
export function Editor({ store, draft, catalogue, start, recovered, keyOfKept }: Props) {
  const { t, i18n } = useTranslation("builder");
  const navigate = useNavigate();
  const [{ tab: asked, node }, setUrl] = useUrlState({ tab: "build", node: "" });
  const shown = TABS.filter((name) => name === "build" || TAB_PAGES[name] !== undefined);
  const tab: Tab = shown.find((name) => name === asked) ?? "build";
  const { state, saver } = useSaving(store, draft.id, draft, start, keyOfKept);
  const { checking, failed } = useServerChecks(store);
  const readOnly = useBuilder((now) => now.readOnly);
  const name = useBuilder((now) => detail(now.graph, "name"));
  const graph = useBuilder((now) => now.graph);
  const mayEdit = useMay("edit");
  const mayPublish = useMay("publish");
  const [publishing, setPublishing] = useState(false);
  const [back, setBack] = useState(recovered);
  const [workflowOpen, setWorkflowOpen] = useState(false);
  const ready = useCallback((): void => undefined, []);

  useAddress(store, node, (next) => setUrl({ node: next }, { replace: true }));

  useEffect(
    () =>
      store.subscribe((now, before) => {
        if (now.wish !== before.wish) setWorkflowOpen(now.wish?.node === "" && PANELS.WorkflowPanel !== undefined);
        else if (now.selected !== before.selected && now.selected.size > 0) setWorkflowOpen(false);
      }),
    [store],
  );

  const Page = tab === "build" ? undefined : TAB_PAGES[tab];
  return (
    <div className={classes["editor"]}>
      <header className={classes["header"]}>
        <div className={classes["left"]}>
          <ActionIcon component={Link} to="/workflows" aria-label={t("page.back")}>
            <IconArrowLeft size={18} />
          </ActionIcon>
          <h1 className="unseen">{name || draft.id}</h1>
          <input
            className={classes["name"]}
            aria-label={t("page.name")}
            value={name}
            placeholder={draft.id}
            readOnly={readOnly}
            maxLength={120}
            onChange={(event) => store.getState().do.run(setDetails({ name: event.currentTarget.value }), { label: "details", merge: "details name" })}
          />
          <span className={classes["status"]}>
            <StatusBadge tone={TONES[draft.status]}>{t(`status.${draft.status}`)}</StatusBadge>
          </span>
          {readOnly ? <span className={saving["status"]}>{t("save.read_only")}</span> : <SaveStatus state={state} onRetry={() => void saver.flush()} />}
        </div>
        <Tabs shown={shown} tab={tab} onTab={(next) => setUrl({ tab: next })} />
        <div className={classes["right"]}>
          {readOnly || tab !== "build" ? null : <UndoRedo store={store} />}
          {PublishDialog === undefined || draft.managed_by !== "" ? null : (
            <PublishButton may={mayEdit} saved={state.kind === "saved"} again={draft.live_version > 0} onClick={() => setPublishing(true)} />
          )}
        </div>
      </header>
      {draft.managed_by === "" ? null : <div className={classes["note"]}>{t("page.git_note", { where: draft.managed_by })}</div>}
      {mayEdit ? null : <div className={classes["note"]}>{t("page.no_edit")}</div>}
      {back === null ? null : (
        <div className={saving["recovered"]} role="status">
          {t("save.recovered", { time: new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(back.at)) })}
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => {
              keep(keyOfKept, null, new Date());
              store.getState().do.run((drawn) => void Object.assign(drawn, start.graph), { label: "merge" });
              setBack(null);
            }}
          >
            {t("save.discard")}
          </Button>
          <ActionIcon size="sm" aria-label={t("canvas.close")} onClick={() => setBack(null)} ml="auto">
            <IconX size={14} />
          </ActionIcon>
        </div>
      )}
      <div className={classes["page"]} data-tab={tab} id={`tab-${tab}`} role="tabpanel" aria-label={t(`page.${tab}`)}>
        {Page === undefined ? (
          <BuilderView slots={PANELS} checking={checking} checkFailed={failed} workflowOpen={workflowOpen} onWorkflowClose={() => setWorkflowOpen(false)} onReady={ready} />
        ) : (
          <Suspense fallback={<Loader type="dots" m="xl" />}>
            <Page draft={draft} catalogue={catalogue} graph={graph} openNode={(next) => setUrl({ tab: "build", node: next })} />
          </Suspense>
        )}
      </div>
      {state.kind === "conflict" ? (
        <Conflict state={state} saver={saver} mayOverwrite={mayPublish} onCopied={(workflow) => void navigate({ to: "/workflows/$workflow", params: { workflow } })} />
      ) : null}
      {PublishDialog === undefined || !publishing ? null : (
        <Suspense>
          <PublishDialog draft={draft} opened onClose={() => setPublishing(false)} openNode={(next) => setUrl({ tab: "build", node: next })} />
        </Suspense>
      )}
    </div>
  );
}

/** The selected step is part of the address: a link to it opens it, Back leads back. */
function useAddress(store: BuilderStore, node: string, tell: (node: string) => void): void {
  // What the address holds or was told to, oldest first: an address that arrives late is no wish of anybody's.
  const told = useRef([""]);
  useEffect(() => {
    const at = told.current.indexOf(node);
    told.current = at < 0 ? [node] : told.current.slice(at);
    if (at < 0 && node !== "") store.getState().do.show(node);
  }, [store, node]);
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = store.subscribe((now, before) => {
      if (now.selected === before.selected) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const { selected } = store.getState();
        const next = selected.size === 1 ? ([...selected][0] ?? "") : "";
        if (next === told.current.at(-1)) return;
        told.current.push(next);
        latest.current(next);
      }, 300);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store]);
}

function Tabs({ shown, tab, onTab }: { shown: readonly Tab[]; tab: Tab; onTab: (tab: Tab) => void }) {
  const { t } = useTranslation("builder");
  const keys = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = shown[(shown.indexOf(tab) + step + shown.length) % shown.length];
    if (step === 0 || next === undefined) return;
    onTab(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  return (
    <div className={classes["tabs"]} role="tablist" aria-label={t("page.tabs")} onKeyDown={keys}>
      {shown.map((name) => (
        <button key={name} type="button" role="tab" className={classes["tab"]} data-tab={name} aria-selected={name === tab} aria-controls={name === tab ? `tab-${name}` : undefined} tabIndex={name === tab ? 0 : -1} onClick={() => onTab(name)}>
          {t(`page.${name}`)}
        </button>
      ))}
    </div>
  );
}

function UndoRedo({ store }: { store: BuilderStore }) {
  const { t } = useTranslation("builder");
  const { say } = useTongue();
  const last = useBuilder((state) => state.history.past.at(-1)?.label);
  const next = useBuilder((state) => state.history.future.at(-1)?.label);
  const undo = last === undefined ? t("page.nothing_to_undo") : t("page.undo", { what: say(`step.${last}`) });
  const redo = next === undefined ? t("page.nothing_to_redo") : t("page.redo", { what: say(`step.${next}`) });
  return (
    <>
      <Tooltip label={undo}>
        <ActionIcon aria-label={undo} disabled={last === undefined} onClick={() => store.getState().do.undo()}>
          <IconArrowBackUp size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={redo}>
        <ActionIcon aria-label={redo} disabled={next === undefined} onClick={() => store.getState().do.redo()}>
          <IconArrowForwardUp size={18} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

/** What is shown must be what is saved. Errors do not close the dialog: it says what to mend. */
function PublishButton({ may, saved, again, onClick }: { may: boolean; saved: boolean; again: boolean; onClick: () => void }) {
  const { t } = useTranslation("builder");
  const reason = !may ? t("page.no_publish") : !saved ? t("page.unsaved_first") : "";
  return (
    <Tooltip label={reason} disabled={reason === ""}>
      <Button size="sm" leftSection={<IconRocket size={16} />} {...(reason === "" ? {} : { "data-disabled": true })} aria-disabled={reason !== ""} onClick={reason === "" ? onClick : (event) => event.preventDefault()}>
        {again ? t("page.publish_changes") : t("page.publish")}
      </Button>
    </Tooltip>
  );
}
