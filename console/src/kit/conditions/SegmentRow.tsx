import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParts } from "./form";
import type { Row } from "./model";
import { SubjectPicker } from "./SubjectPicker";
import classes from "./Conditions.module.css";

type SegmentOf = Extract<Row, { kind: "segment" }>;

export function SegmentRowForm({ row, onChange }: { row: SegmentOf; onChange: (row: Row) => void }) {
  const { t } = useTranslation("conditions");
  const { knowledge, readOnly } = useParts();
  const known = knowledge.segments.map(({ id, name }) => ({ value: id, label: name }));
  const data = row.segment === "" || known.some((one) => one.value === row.segment) ? known : [...known, { value: row.segment, label: row.segment }];
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
          disabled={readOnly}
          data={[
            { value: "in", label: t("segment.in") },
            { value: "out", label: t("segment.out") },
          ]}
          value={row.negated ? "out" : "in"}
          onChange={(side) => onChange({ ...row, negated: side === "out" })}
        />
      </div>
      <div className={classes["value"]}>
        <Select size="xs" searchable aria-label={t("segment.which")} placeholder={t("segment.pick")} nothingFoundMessage={t("segment.none")} disabled={readOnly} data={data} value={row.segment === "" ? null : row.segment} onChange={(segment) => onChange({ ...row, segment: segment ?? "" })} />
      </div>
    </>
  );
}
