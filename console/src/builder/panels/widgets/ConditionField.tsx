import { Input, SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ConditionBuilder } from "@/kit/conditions/ConditionBuilder";
import { isPlain } from "../../model/document";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";

/** A condition; an audience may also be everybody. */
export function ConditionField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly, context } = usePanel();
  const error = useWrong(path);
  const { label, help } = useFieldTexts(field);
  const isAudience = field.name === "audience";
  const everybody = isAudience && (value === undefined || value === "all");
  const given = typeof value === "string" || isPlain(value) ? value : "";
  return (
    <div>
      {isAudience ? (
        <Input.Wrapper label={label} mb={8}>
          <SegmentedControl
            fullWidth
            size="xs"
            mt={4}
            aria-label={label}
            disabled={readOnly}
            data={[
              { value: "all", label: t("audience.all") },
              { value: "some", label: t("audience.some") },
            ]}
            value={everybody ? "all" : "some"}
            onChange={(who) => onChange(who === "all" ? "all" : "")}
          />
        </Input.Wrapper>
      ) : null}
      {everybody ? null : <ConditionBuilder label={isAudience ? t("audience.who") : label} value={given} context={context} readOnly={readOnly} error={error} onChange={(text) => onChange(text === "" && !isAudience && !field.required ? undefined : text)} />}
      {help === "" || isAudience ? null : <Input.Description mt={6}>{help}</Input.Description>}
      {error === "" || !everybody ? null : <Input.Error mt={4}>{error}</Input.Error>}
    </div>
  );
}
