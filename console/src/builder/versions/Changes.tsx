import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isPlain } from "../model/document";
import type { Graph } from "../model/types";
import { useViews } from "../words";
import { countOf, type Differences } from "./compare";
import classes from "./Versions.module.css";

interface Props {
  /** null: nothing to compare; undefined: not told yet. */
  readonly diff: Differences | null | undefined;
  readonly names: Graph | null;
  readonly first: boolean;
  readonly selected: string;
  readonly onNode: (node: string) => void;
}

/** What differs, step by step and field by field. */
export function Changes({ diff, names, first, selected, onNode }: Props) {
  const { t } = useTranslation("versions");
  const views = useViews();
  if (diff === undefined) return <Text size="sm" c="dimmed">{t("comparing")}</Text>;
  if (diff === null || countOf(diff) === 0) return <Text size="sm" c="dimmed">{t(first ? "never" : "same")}</Text>;
  const called = (id: string | null): string => {
    if (id === null) return t("nowhere");
    const node = names?.nodes.find((one) => one.id === id);
    return node === undefined ? id : views.of(node).title;
  };
  const node = (id: string, mark: "added" | "removed" | "changed", fields: Differences["settings"] = []) => (
    <div key={`${mark} ${id}`} className={classes["change"]} data-mark={mark} data-on={id === selected}>
      <button type="button" onClick={() => onNode(id)}>
        {called(id)}
        <span className={classes["kind"]}>{t(`mark.${mark}`)}</span>
      </button>
      <Fields fields={fields} />
    </div>
  );
  return (
    <>
      <Text component="h2" size="sm" fw={650} mb="sm" mt={0}>
        {t("count", { count: countOf(diff) })}
      </Text>
      {diff.settings.length === 0 ? null : (
        <div className={classes["change"]} data-mark="changed">
          <Text size="sm" fw={600}>
            {t("workflow")}
          </Text>
          <Fields fields={diff.settings} />
        </div>
      )}
      {diff.changed.map((one) => node(one.node, "changed", one.fields))}
      {diff.added.map((one) => node(one.node, "added"))}
      {diff.removed.map((one) => node(one.node, "removed"))}
      {diff.edges.map((edge) => (
        <div key={`${edge.source} ${edge.outcome}`} className={classes["change"]} data-mark={edge.before === null ? "added" : edge.after === null ? "removed" : "changed"}>
          <button type="button" onClick={() => onNode(edge.source)}>
            {called(edge.source)} · {views.wayLabel(edge.outcome)}
          </button>
          <dl className={classes["field"]}>
            <dd>
              <del>{called(edge.before)}</del> → <ins>{called(edge.after)}</ins>
            </dd>
          </dl>
        </div>
      ))}
    </>
  );
}

function Fields({ fields }: { fields: Differences["settings"] }) {
  const { t } = useTranslation("versions");
  if (fields.length === 0) return null;
  return (
    <dl className={classes["field"]}>
      {fields.map(({ field, before, after }) => (
        <div key={field} style={{ marginTop: 6 }}>
          <dt>{field.replace(/^(config|settings)\./, "").replaceAll("_", " ")}</dt>
          <dd>
            {before === null ? null : <del aria-label={t("was", { value: shown(before) })}>{shown(before)}</del>}
            {before === null || after === null ? null : " → "}
            {after === null ? null : <ins aria-label={t("is", { value: shown(after) })}>{shown(after)}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A value as people read it: lists by lines, parts by name, what is empty left out. */
export function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map((one: unknown) => (isPlain(one) ? `• ${shown(one)}` : shown(one))).join("\n");
  if (!isPlain(value)) return JSON.stringify(value);
  const parts = Object.entries(value).filter(([, part]) => part !== "" && part !== null && part !== false);
  return parts.length === 0 ? "–" : parts.map(([name, part]) => `${name.replaceAll("_", " ")}: ${shown(part)}`).join(", ");
}
