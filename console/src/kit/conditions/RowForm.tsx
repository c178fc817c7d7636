import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCopy, IconGripVertical, IconTrash } from "@tabler/icons-react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { duplicate, moveBefore, nudge, put, remove } from "./edits";
import { EventRowForm } from "./EventRow";
import { FieldRowForm } from "./FieldRow";
import { useParts } from "./form";
import type { Row } from "./model";
import { SegmentRowForm } from "./SegmentRow";
import { SubjectPicker } from "./SubjectPicker";
import { TextRowForm } from "./TextRow";
import { useConditionProblem } from "./useConditionProblem";
import classes from "./Conditions.module.css";

export const DRAGGED = "application/x-stepwell-condition";

/** One row: what it asks, what is wrong with it, and how to move, copy and remove it. */
export function RowForm({ row }: { row: Row }) {
  const { t } = useTranslation("conditions");
  const { form, edit, readOnly, problems } = useParts();
  const told = useConditionProblem();
  const change = (next: Row): void => edit(put(form, next));
  const wrong = problems.get(row.id) ?? [];
  return (
    <Dropping id={row.id}>
      <div className={classes["row"]} data-kind={row.kind} data-wrong={wrong.some((one) => one.severity === "error")}>
        {readOnly ? null : <Grip id={row.id} />}
        <div className={classes["parts"]}>
          {row.kind === "new" ? (
            <div className={classes["subject"]}>
              <SubjectPicker row={row} onChange={change} />
            </div>
          ) : null}
          {row.kind === "field" ? <FieldRowForm row={row} onChange={change} /> : null}
          {row.kind === "event" ? <EventRowForm row={row} onChange={change} /> : null}
          {row.kind === "segment" ? <SegmentRowForm row={row} onChange={change} /> : null}
          {row.kind === "text" ? <TextRowForm row={row} onChange={change} /> : null}
          {wrong.map((one) => (
            <p key={`${one.code} ${one.path}`} className={classes["problem"]} data-severity={one.severity}>
              {told(one)}
            </p>
          ))}
        </div>
        {readOnly ? null : (
          <div className={classes["tools"]}>
            {row.kind === "new" ? null : (
              <Tooltip label={t("row.duplicate")}>
                <ActionIcon size="sm" aria-label={t("row.duplicate")} onClick={() => edit(duplicate(form, row.id))}>
                  <IconCopy size={14} />
                </ActionIcon>
              </Tooltip>
            )}
            <Tooltip label={t("row.remove")}>
              <ActionIcon size="sm" aria-label={t("row.remove")} onClick={() => edit(remove(form, row.id))}>
                <IconTrash size={14} />
              </ActionIcon>
            </Tooltip>
          </div>
        )}
      </div>
    </Dropping>
  );
}

/** The handle: drag it, or move with the arrow keys. */
export function Grip({ id }: { id: string }) {
  const { t } = useTranslation("conditions");
  const { form, edit } = useParts();
  const keys = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    edit(nudge(form, id, by));
  };
  return (
    <ActionIcon
      size="sm"
      className={classes["grip"] ?? ""}
      aria-label={t("row.move")}
      draggable
      onKeyDown={keys}
      onDragStart={(event) => {
        event.stopPropagation();
        event.dataTransfer.setData(DRAGGED, id);
        event.dataTransfer.effectAllowed = "move";
      }}
    >
      <IconGripVertical size={14} />
    </ActionIcon>
  );
}

/** A place before which an item can be dropped. */
export function Dropping({ id, children }: { id: string; children: ReactNode }) {
  const { form, edit } = useParts();
  return (
    <div
      className={classes["dropping"]}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.dataset["over"] = "true";
      }}
      onDragLeave={(event) => delete event.currentTarget.dataset["over"]}
      onDrop={(event) => {
        delete event.currentTarget.dataset["over"];
        const dragged = event.dataTransfer.getData(DRAGGED);
        if (dragged === "") return;
        event.preventDefault();
        event.stopPropagation();
        edit(moveBefore(form, dragged, id));
      }}
    >
      {children}
    </div>
  );
}
