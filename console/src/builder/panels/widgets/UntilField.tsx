import { Input, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { InputProps } from "../FieldInput";
import { usePanel, useWrong } from "../panel";

type How = "none" | "clock" | "moment";
const howOf = (value: unknown): How => (typeof value !== "string" || value === "" ? "none" : /^\d\d:\d\d$/.test(value) ? "clock" : "moment");

/** After the wait: at once, at a time of the contact's day, or at a date. */
export function UntilField({ path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const how = howOf(value);
  const [before, setBefore] = useState({ clock: "09:00", moment: "" });
  const text = typeof value === "string" ? value : "";
  const pick = (next: string): void => {
    if (how !== "none") setBefore({ ...before, [how]: text });
    if (next === "none") onChange(undefined);
    else if (next === "clock") onChange(before.clock);
    else onChange(before.moment === "" ? `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T09:00` : before.moment);
  };
  return (
    <Input.Wrapper component="div" label={t("until.label")} description={how === "none" ? "" : t(`until.${how}_help`)} error={error === "" ? undefined : error} inputWrapperOrder={["label", "input", "description", "error"]}>
      <SegmentedControl
        fullWidth
        size="xs"
        mt={4}
        aria-label={t("until.label")}
        disabled={readOnly}
        data={(["none", "clock", "moment"] as const).map((one) => ({ value: one, label: t(`until.${one}`) }))}
        value={how}
        onChange={pick}
      />
      {how === "clock" ? <TextInput mt={8} type="time" aria-label={t("until.clock")} disabled={readOnly} value={text} onChange={(event) => event.currentTarget.value !== "" && onChange(event.currentTarget.value)} /> : null}
      {how === "moment" ? <TextInput mt={8} type="datetime-local" aria-label={t("until.moment")} disabled={readOnly} value={text.slice(0, 16)} onChange={(event) => event.currentTarget.value !== "" && onChange(event.currentTarget.value)} /> : null}
    </Input.Wrapper>
  );
}
