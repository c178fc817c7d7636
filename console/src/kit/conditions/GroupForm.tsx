import { ActionIcon, Button, Select, Tooltip } from "@mantine/core";
import { IconCopy, IconFolderPlus, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { append, duplicate, moveInto, put, remove } from "./edits";
import { useParts } from "./form";
import { emptyGroup, type Group, type Item, type Mode, newRow } from "./model";
import { Dropping, DRAGGED, Grip, RowForm } from "./RowForm";
import { useConditionProblem } from "./useConditionProblem";
import classes from "./Conditions.module.css";

const MODES: readonly Mode[] = ["all", "any", "none"];

interface Props {
  readonly group: Group;
  readonly label: string;
  readonly onRemove?: () => void;
  readonly nested?: boolean;
}

/** Rows of which all, any or none must be true. */
export function GroupForm({ group, label, onRemove, nested = false }: Props) {
  const { t } = useTranslation("conditions");
  const { form, edit, readOnly, problems, setFresh, inside } = useParts();
  const told = useConditionProblem();
  const add = (item: Item): void => {
    setFresh(item.kind === "group" ? (item.items[0]?.id ?? item.id) : item.id);
    edit(append(form, group.id, item));
  };
  const many = group.items.length > 1 || group.mode === "none" || nested;
  return (
    <div className={classes["group"]} data-nested={nested} data-mode={group.mode} role="group" aria-label={label}>
      {many ? (
        <div className={classes["head"]}>
          {nested && onRemove === undefined && !readOnly ? <Grip id={group.id} /> : null}
          {inside === null ? null : <span className={classes["whereLabel"]}>{t("event.where")}</span>}
          <Select
            size="xs"
            w={160}
            allowDeselect={false}
            aria-label={t("group.mode")}
            disabled={readOnly}
            data={MODES.map((mode) => ({ value: mode, label: t(`group.${mode}`) }))}
            value={group.mode}
            onChange={(mode) => mode !== null && edit(put(form, { ...group, mode }))}
          />
          <span className={classes["headText"]}>{t("group.true", { count: group.items.length })}</span>
          {nested && !readOnly ? (
            <span className={classes["tools"]}>
              {onRemove === undefined ? (
                <Tooltip label={t("group.duplicate")}>
                  <ActionIcon size="sm" aria-label={t("group.duplicate")} onClick={() => edit(duplicate(form, group.id))}>
                    <IconCopy size={14} />
                  </ActionIcon>
                </Tooltip>
              ) : null}
              <Tooltip label={t("group.remove")}>
                <ActionIcon size="sm" aria-label={t("group.remove")} onClick={onRemove ?? (() => edit(remove(form, group.id)))}>
                  <IconTrash size={14} />
                </ActionIcon>
              </Tooltip>
            </span>
          ) : null}
        </div>
      ) : null}
      <div className={classes["items"]}>
        {group.items.map((item, index) => (
          <div key={item.id}>
            {index === 0 ? null : <div className={classes["joint"]}>{t(group.mode === "all" ? "group.and" : "group.or")}</div>}
            {item.kind === "group" ? (
              <Dropping id={item.id}>
                <GroupForm group={item} label={t("group.label")} nested />
              </Dropping>
            ) : (
              <RowForm row={item} />
            )}
          </div>
        ))}
      </div>
      {(problems.get(group.id) ?? []).map((one) => (
        <p key={`${one.code} ${one.path}`} className={classes["problem"]} data-severity={one.severity}>
          {told(one)}
        </p>
      ))}
      {readOnly ? null : (
        <div
          className={classes["foot"]}
          onDragOver={(event) => {
            if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
          }}
          onDrop={(event) => {
            event.stopPropagation();
            edit(moveInto(form, event.dataTransfer.getData(DRAGGED), group.id));
          }}
        >
          <Button size="compact-xs" variant={group.items.length === 0 ? "light" : "subtle"} leftSection={<IconPlus size={14} />} onClick={() => add(newRow())}>
            {t(inside === null ? "group.add" : "group.add_property")}
          </Button>
          {group.items.length === 0 || inside !== null ? null : (
            <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconFolderPlus size={14} />} onClick={() => add(emptyGroup(group.mode === "any" ? "all" : "any", [newRow()]))}>
              {t("group.add_group")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

