import { Button, Checkbox, NumberInput, Select } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AmountUnit } from "./AmountUnit";
import { FormContext, useParts } from "./form";
import { GroupForm } from "./GroupForm";
import { emptyGroup, newRow, type Row, type Times } from "./model";
import { SubjectPicker } from "./SubjectPicker";
import classes from "./Conditions.module.css";

type EventOf = Extract<Row, { kind: "event" }>;
const TIMES: readonly Times[] = ["did", "did_not", "ge", "le", "eq", "gt", "lt", "ne"];

/** Did or did not do something, so often, in the last days, where its properties are so. */
export function EventRowForm({ row, onChange }: { row: EventOf; onChange: (row: Row) => void }) {
  const { t } = useTranslation("conditions");
  const parts = useParts();
  const counts = row.times !== "did" && row.times !== "did_not";
  return (
    <>
      <div className={classes["operator"]}>
        <Select
          size="xs"
          allowDeselect={false}
          aria-label={t("event.times")}
          disabled={parts.readOnly}
          data={TIMES.map((times) => ({ value: times, label: t(`times.${times}`) }))}
          value={row.times}
          onChange={(times) => times !== null && onChange({ ...row, times })}
        />
      </div>
      {counts ? (
        <NumberInput size="xs" w={92} min={0} max={10_000} allowDecimal={false} suffix={t("event.times_suffix")} aria-label={t("event.count")} disabled={parts.readOnly} value={row.count} onChange={(count) => typeof count === "number" && onChange({ ...row, count })} />
      ) : null}
      <div className={classes["subject"]}>
        <SubjectPicker row={row} onChange={onChange} />
      </div>
      <div className={classes["window"]}>
        <Checkbox size="xs" label={t("event.in_last")} checked={row.within !== null} disabled={parts.readOnly} onChange={(event) => onChange({ ...row, within: event.currentTarget.checked ? { amount: 30, unit: "days" } : null })} />
        {row.within === null ? null : <AmountUnit label={t("event.in_last")} value={row.within} readOnly={parts.readOnly} onChange={(within) => onChange({ ...row, within })} />}
        {row.where === null && !parts.readOnly ? (
          <Button size="compact-xs" variant="subtle" leftSection={<IconFilter size={14} />} onClick={() => onChange({ ...row, where: emptyGroup("all", [newRow()]) })}>
            {t("event.add_where")}
          </Button>
        ) : null}
      </div>
      {row.where === null ? null : (
        <div className={classes["where"]}>
          <FormContext value={{ ...parts, inside: row.event }}>
            <GroupForm group={row.where} label={t("event.where")} onRemove={() => onChange({ ...row, where: null })} nested />
          </FormContext>
        </div>
      )}
    </>
  );
}
