import { NumberInput, SegmentedControl, Stack, TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";
import { slug } from "../slug";

/** How many branches, or what they are called. */
export function BranchesField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label } = useFieldTexts(field);
  const named = Array.isArray(value);
  const count = typeof value === "number" ? value : 2;
  return (
    <Stack gap={8}>
      <SegmentedControl
        size="xs"
        aria-label={label}
        disabled={readOnly}
        data={[
          { value: "count", label: t("branches.count") },
          { value: "names", label: t("branches.names") },
        ]}
        value={named ? "names" : "count"}
        onChange={(how) => onChange(how === "count" ? (named ? Math.max(value.length, 2) : 2) : Array.from({ length: count }, (_, index) => `branch_${index + 1}`))}
      />
      {named ? (
        <TagsInput label={label} error={error === "" ? undefined : error} disabled={readOnly} maxTags={10} acceptValueOnBlur value={value.map(String)} onChange={(names) => onChange(names.map(slug).filter((name) => name !== ""))} />
      ) : (
        <NumberInput label={label} error={error === "" ? undefined : error} disabled={readOnly} min={2} max={10} allowDecimal={false} value={count} onChange={(next) => typeof next === "number" && onChange(next)} />
      )}
    </Stack>
  );
}
