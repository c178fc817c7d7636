import { Select, TagsInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";

const ZONES: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

export function TimeZoneField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label } = useFieldTexts(field);
  const chosen = typeof value === "string" && value !== "" ? value : null;
  return (
    <Select
      label={label}
      error={error === "" ? undefined : error}
      searchable
      clearable
      disabled={readOnly}
      limit={60}
      placeholder={t("zone.workspace")}
      nothingFoundMessage={t("zone.none")}
      data={chosen === null || ZONES.includes(chosen) ? [...ZONES] : [chosen, ...ZONES]}
      value={chosen}
      onChange={(zone) => onChange(zone ?? undefined)}
    />
  );
}

export function TeamsField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label, help } = useFieldTexts(field);
  const teams = useQuery({ queryKey: keys.of("workspace", "teams"), queryFn: async ({ signal }) => Object.keys((await body(api.GET("/api/v1/workspace", { signal }))).teams) });
  const given = Array.isArray(value) ? value.map(String) : [];
  return (
    <TagsInput
      label={label}
      description={help === "" ? t("team.help") : help}
      error={error === "" ? undefined : error}
      required={field.required}
      disabled={readOnly}
      acceptValueOnBlur
      placeholder={given.length === 0 ? t("team.pick") : ""}
      maxTags={field.most ?? 10}
      data={teams.data ?? []}
      value={given}
      onChange={onChange}
    />
  );
}

export function ModelField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label, help } = useFieldTexts(field);
  const models = useQuery({ queryKey: keys.of("scoring", "model-names"), queryFn: async ({ signal }) => (await body(api.GET("/api/v1/scoring/models", { params: { query: { limit: 50 } }, signal }))).items });
  const chosen = typeof value === "string" && value !== "" ? value : null;
  const known = (models.data ?? []).map((one) => ({ value: one.id, label: one.name || one.id }));
  const data = chosen === null || known.some((one) => one.value === chosen) ? known : [...known, { value: chosen, label: chosen }];
  return <Select label={label} description={help} error={error === "" ? undefined : error} clearable searchable disabled={readOnly} placeholder={t("model.none")} nothingFoundMessage={t("model.unknown")} data={data} value={chosen} onChange={(model) => onChange(model ?? undefined)} />;
}
