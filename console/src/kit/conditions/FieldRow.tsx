import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParts } from "./form";
import type { Row } from "./model";
import { offered, operator } from "./operators";
import { SubjectPicker } from "./SubjectPicker";
import { typeOfField } from "./subjects";
import { ValueInput } from "./ValueInput";
import classes from "./Conditions.module.css";

type Field = Extract<Row, { kind: "field" }>;

/** A field, an operator that fits its type, and a value. */
export function FieldRowForm({ row, onChange }: { row: Field; onChange: (row: Row) => void }) {
  const { t } = useTranslation("conditions");
  const parts = useParts();
  const { type, choices } = typeOfField(parts, row);
  const chosen = operator(row.operator);
  const list = offered(type);
  const operators = list.includes(chosen) ? list : [...list, chosen];
  const isMessage = parts.inside !== null && row.about.op === "field" && row.about.path.at(-1) === "node";
  const suggested = isMessage ? (parts.context.messages ?? []).map(({ id, name }) => ({ value: id, label: name })) : choices.map((value) => ({ value, label: value }));
  return (
    <>
      <div className={classes["subject"]}>
        <SubjectPicker row={row} onChange={onChange} />
      </div>
      <div className={classes["operator"]}>
        <Select
          size="xs"
          allowDeselect={false}
          aria-label={t("operator_label")}
          disabled={parts.readOnly}
          maxDropdownHeight={320}
          comboboxProps={{ width: 240, position: "bottom-start" }}
          data={operators.map(({ id }) => ({ value: id, label: t(`operator.${id}` as "operator.is") }))}
          value={row.operator}
          onChange={(id) => id !== null && onChange({ ...row, operator: id })}
        />
      </div>
      {chosen.input === "none" ? null : (
        <div className={classes["value"]}>
          <ValueInput input={chosen.input} type={type} choices={suggested} value={row.value} readOnly={parts.readOnly} onChange={(value) => onChange({ ...row, value })} />
        </div>
      )}
    </>
  );
}
