import { Modal } from "@mantine/core";
import { IconArrowMerge, IconCopyPlus, IconDownload, IconReplace } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "@/api/error";
import { saveCopy } from "../api";
import { detail } from "../model/document";
import { lookupOf } from "../model/lookup";
import { threeWay } from "../model/merging";
import { useBuilderStore, useViews } from "../store/context";
import type { Graph } from "../model/types";
import type { Saver, SaveState } from "./saver";
import classes from "./Saving.module.css";

/** An id of the user pool tells nobody who it was. */
const NO_NAME = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

interface Props {
  readonly state: Extract<SaveState, { kind: "conflict" }>;
  readonly saver: Saver;
  readonly mayOverwrite: boolean;
  /** Goes to the copy that was made. */
  readonly onCopied: (id: string) => void;
}

/** Two people changed the same draft: shows who and when, and lets one choose without losing anything. */
export function Conflict({ state, saver, mayOverwrite, onCopied }: Props) {
  const { t, i18n } = useTranslation("builder");
  const store = useBuilderStore();
  const views = useViews();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState("");
  const { base, theirs } = state;
  const mine = store.getState().graph;
  const merged = threeWay(base, mine, theirs.graph);
  const names = merged.clashes.map(({ kind, name }) => {
    const node = lookupOf(mine).nodes.get(kind === "edge" ? (name.split(".")[0] ?? "") : name);
    return node === undefined ? name : views.of(node).title;
  });
  const goOn = (graph: Graph): void => {
    // As a step of the history: undo brings one's own back.
    store.getState().do.run(
      (draft) => {
        Object.assign(draft, graph);
      },
      { label: "merge" },
    );
    saver.rebase(theirs);
  };
  const copy = async (): Promise<void> => {
    setBusy(true);
    try {
      const name = t("conflict.copy_name", { name: detail(mine, "name") || detail(mine, "id") });
      const id = await saveCopy(mine, name);
      goOn(theirs.graph);
      onCopied(id);
    } catch (fault) {
      setFailed(asApiError(fault).message);
    } finally {
      setBusy(false);
    }
  };
  const choice = (icon: ReactNode, title: string, text: string, run: () => void, may = true) => (
    <button type="button" className={classes["choice"]} disabled={busy || !may} onClick={run}>
      {icon}
      <div>
        <strong>{title}</strong>
        <span>{text}</span>
      </div>
    </button>
  );
  const when = new Intl.DateTimeFormat(i18n.language, { hour: "numeric", minute: "2-digit" }).format(new Date(theirs.at));
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title={<strong>{t("conflict.title")}</strong>} size="md">
      <p className={classes["said"]}>{t("conflict.text", { who: theirs.by === "" || NO_NAME.test(theirs.by) ? t("conflict.somebody") : theirs.by, time: when })}</p>
      <div className={classes["choices"]}>
        {choice(<IconArrowMerge size={22} />, t("conflict.combine"), merged.clashes.length === 0 ? t("conflict.combine_text") : t("conflict.combine_clash", { names: [...new Set(names)].slice(0, 5).join(", ") }), () => goOn(merged.graph))}
        {choice(<IconDownload size={22} />, t("conflict.theirs"), t("conflict.theirs_text"), () => goOn(theirs.graph))}
        {choice(<IconCopyPlus size={22} />, t("conflict.copy"), t("conflict.copy_text"), () => void copy())}
        {choice(<IconReplace size={22} />, t("conflict.overwrite"), t("conflict.overwrite_text"), () => saver.rebase(theirs), mayOverwrite)}
      </div>
      {failed === "" ? null : <p role="alert">{failed}</p>}
    </Modal>
  );
}
