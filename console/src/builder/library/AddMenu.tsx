import { TextInput } from "@mantine/core";
import { useClickOutside } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { addAfter, addNode } from "../model/edits";
import { NODE_HEIGHT, NODE_WIDTH } from "../model/geometry";
import { lookupOf } from "../model/lookup";
import { useBuilder, useBuilderStore, useViews } from "../store/context";
import type { Adding } from "../store/store";
import { matching } from "./entries";
import { useEntries } from "./Library";
import { StepIcon } from "./StepIcon";
import classes from "./Library.module.css";

const WIDTH = 320;
const HEIGHT = 440;
const EDGE = 12;

/** The quick way to add: opens where the next step belongs, finds by typing, adds connected on Enter. */
export function AddMenu({ onDone }: { onDone: () => void }) {
  const adding = useBuilder((state) => state.adding);
  return adding === null ? null : <Menu key={`${adding.screen.x},${adding.screen.y}`} adding={adding} onDone={onDone} />;
}

function Menu({ adding, onDone }: { adding: Adding; onDone: () => void }) {
  const { t } = useTranslation("builder");
  const store = useBuilderStore();
  const views = useViews();
  const id = useId();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const entries = useEntries().filter((entry) => (adding.way !== null ? entry.group !== "trigger" : adding.only === undefined || entry.group === adding.only));
  const found = matching(entries, query);
  const close = (): void => {
    store.getState().do.set({ adding: null });
    onDone();
  };
  const ref = useClickOutside<HTMLDivElement>(() => store.getState().do.set({ adding: null }));

  useLayoutEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: "nearest" });
  }, [at, query]);

  const choose = (type: string): void => {
    const { graph, do: actions } = store.getState();
    const added =
      adding.way === null
        ? addNode(graph, actions.setting(), type, { x: (adding.at?.x ?? 0) - NODE_WIDTH / 2, y: (adding.at?.y ?? 0) - NODE_HEIGHT / 2 })
        : addAfter(graph, actions.setting(), type, adding.way);
    actions.add(added, "add");
    actions.say(t("said.added", { step: entries.find((entry) => entry.type.type === type)?.label ?? type }));
    close();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key === "Enter") {
      const entry = found[at];
      if (entry !== undefined) choose(entry.type.type);
    } else return;
    event.preventDefault();
  };

  const { way } = adding;
  const source = useBuilder((state) => (way === null ? undefined : lookupOf(state.graph).nodes.get(way.source)));
  const left = Math.max(EDGE, Math.min(adding.screen.x, window.innerWidth - WIDTH - EDGE));
  const top = Math.max(EDGE, Math.min(adding.screen.y, window.innerHeight - HEIGHT - EDGE));
  return (
    <div ref={ref} className={classes["menu"]} style={{ left, top }} role="dialog" aria-label={t("library.add_title")}>
      <div className={classes["menuHead"]}>
        <strong>{t("library.add_title")}</strong>{" "}
        {way === null || source === undefined ? t("library.alone") : t("library.after", { step: views.of(source).title, way: views.wayLabel(way.outcome) })}
      </div>
      <div className={classes["menuSearch"]}>
        <TextInput
          data-autofocus
          autoFocus
          size="sm"
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={found[at] === undefined ? undefined : `${id}-${at}`}
          aria-label={t("library.search")}
          placeholder={t("library.search")}
          leftSection={<IconSearch size={16} />}
          value={query}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
        />
      </div>
      <div ref={list} id={`${id}-list`} className={classes["menuList"]} role="listbox" aria-label={t("library.title")}>
        {found.length === 0 ? <p className={classes["none"]}>{t("library.none", { query })}</p> : null}
        {found.map((entry, index) => (
          <div
            key={entry.type.type}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            data-active={index === at}
            data-unavailable={!entry.type.available}
            className={classes["entry"]}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(entry.type.type)}
          >
            <StepIcon icon={entry.type.icon} group={entry.group} size={32} />
            <span className={classes["words"]}>
              {entry.label}
              <span className={classes["description"]}>{entry.description}</span>
            </span>
            {entry.type.available ? null : <span className={classes["soon"]}>{t("library.soon")}</span>}
          </div>
        ))}
      </div>
    </div>
  );
}
