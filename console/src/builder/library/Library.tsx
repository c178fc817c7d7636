import { ActionIcon, TextInput } from "@mantine/core";
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch } from "@tabler/icons-react";
import { type DragEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder, useViews } from "../store/context";
import { entriesOf, type Entry, grouped, matching, STEP_MIME } from "./entries";
import { StepIcon } from "./StepIcon";
import classes from "./Library.module.css";

/** Below this width the library starts closed: the canvas needs the room. */
const NARROW = 1100;

export function useEntries(): readonly Entry[] {
  const catalogue = useBuilder((state) => state.catalogue);
  const views = useViews();
  return useMemo(() => entriesOf(catalogue, views), [catalogue, views]);
}

function startDrag(event: DragEvent, entry: Entry): void {
  event.dataTransfer.setData(STEP_MIME, entry.type.type);
  event.dataTransfer.setData("text/plain", entry.label);
  event.dataTransfer.effectAllowed = "copy";
}

/** The node library beside the canvas: drag a step onto it, or choose one to add after what is selected. */
export function Library({ onChoose }: { onChoose: (type: string) => void }) {
  const { t } = useTranslation("builder");
  const [open, setOpen] = useState(() => window.innerWidth > NARROW);
  const [query, setQuery] = useState("");
  const entries = useEntries();
  const found = matching(entries, query);
  if (!open) {
    return (
      <div className={classes["rail"]}>
        <ActionIcon aria-label={t("library.open")} onClick={() => setOpen(true)}>
          <IconLayoutSidebarLeftExpand size={18} />
        </ActionIcon>
      </div>
    );
  }
  return (
    <aside className={classes["library"]} aria-label={t("library.title")}>
      <div className={classes["head"]}>
        <h2>{t("library.title")}</h2>
        <ActionIcon aria-label={t("library.close")} onClick={() => setOpen(false)}>
          <IconLayoutSidebarLeftCollapse size={18} />
        </ActionIcon>
      </div>
      <div className={classes["search"]}>
        <TextInput
          size="sm"
          aria-label={t("library.search")}
          placeholder={t("library.search")}
          leftSection={<IconSearch size={16} />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            const [first] = found;
            if (event.key === "Enter" && query !== "" && first !== undefined) onChoose(first.type.type);
            if (event.key === "Escape") setQuery("");
          }}
        />
      </div>
      <div className={classes["list"]}>
        {found.length === 0 ? <p className={classes["none"]}>{t("library.none", { query })}</p> : null}
        {(query === "" ? grouped(found) : ([[null, found]] as const)).map(([group, list]) => (
          <section key={group ?? "found"} aria-label={group === null ? t("library.search") : t(`group.${group}`)}>
            {group === null ? null : <h3 className={classes["group"]}>{t(`group.${group}`)}</h3>}
            {list.map((entry) => (
              <button
                key={entry.type.type}
                type="button"
                draggable
                className={classes["entry"]}
                data-step-type={entry.type.type}
                data-unavailable={!entry.type.available}
                title={entry.type.available ? entry.description : entry.type.missing}
                onDragStart={(event) => startDrag(event, entry)}
                onClick={() => onChoose(entry.type.type)}
              >
                <StepIcon icon={entry.type.icon} group={entry.group} size={28} />
                <span className={classes["words"]}>{entry.label}</span>
                {entry.type.available ? null : <span className={classes["soon"]}>{t("library.soon")}</span>}
              </button>
            ))}
          </section>
        ))}
      </div>
      <div className={classes["hint"]}>{t("library.hint")}</div>
    </aside>
  );
}
