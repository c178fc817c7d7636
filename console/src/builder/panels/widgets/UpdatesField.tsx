import { ActionIcon, Autocomplete, Button, Group, Input, NumberInput, Select } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAttributes } from "@/kit/conditions/knowledge";
import { scalarOf } from "@/kit/conditions/ValueInput";
import { isPlain } from "../../model/document";
import { usePanel, useWrong } from "../panel";
import { useMirror } from "../useMirror";
import classes from "../Panels.module.css";

const HOWS = ["set", "add", "remove"] as const;
type How = (typeof HOWS)[number];

interface Update {
  readonly how: How;
  readonly name: string;
  readonly value: string;
}

type Config = Readonly<Record<string, unknown>>;

function read({ set, add, remove }: Config): Update[] {
  const pairs = (how: How, value: unknown): Update[] => (isPlain(value) ? Object.entries(value).map(([name, one]) => ({ how, name, value: typeof one === "string" ? one : JSON.stringify(one) })) : []);
  return [...pairs("set", set), ...pairs("add", add), ...(Array.isArray(remove) ? remove.map((name) => ({ how: "remove" as const, name: String(name), value: "" })) : [])];
}

function write(updates: readonly Update[]): Config {
  const named = updates.filter((one) => one.name.trim() !== "");
  const of = (how: How): Update[] => named.filter((one) => one.how === how);
  const values = (how: How): Record<string, unknown> => Object.fromEntries(of(how).map((one) => [one.name.trim(), valueOf(one)]));
  return {
    ...(of("set").length === 0 ? {} : { set: values("set") }),
    ...(of("add").length === 0 ? {} : { add: values("add") }),
    ...(of("remove").length === 0 ? {} : { remove: of("remove").map((one) => one.name.trim()) }),
  };
}

function valueOf({ how, value }: Update): unknown {
  if (how === "add" && value === "") return 1;
  if (value === "true" || value === "false") return value === "true";
  return scalarOf(value, "any") ?? "";
}

/** What happens to the contact's fields, a row a field. */
export function UpdatesField({ config, onChange }: { config: Config; onChange: (config: Config) => void }) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const attributes = useAttributes();
  const error = useWrong("config");
  const [rows, set] = useMirror(config, read, write, onChange);
  const at = (index: number, row: Update): void => set(rows.map((one, place) => (place === index ? row : one)));
  return (
    <Input.Wrapper component="div" label={t("updates.label")} description={t("updates.help")} error={error === "" ? undefined : error} inputWrapperOrder={["label", "description", "input", "error"]}>
      <div className={classes["rows"]} role="group" aria-label={t("updates.label")}>
        {rows.map((row, index) => (
          <Group key={index} gap={6} wrap="nowrap" align="flex-start">
            <Select w={92} size="xs" allowDeselect={false} aria-label={t("updates.how")} disabled={readOnly} data={HOWS.map((how) => ({ value: how, label: t(`updates.${how}`) }))} value={row.how} onChange={(how) => how !== null && at(index, { ...row, how })} />
            <Autocomplete flex={1} size="xs" limit={60} aria-label={t("updates.field")} placeholder={t("updates.field")} disabled={readOnly} data={attributes.map((one) => one.path.join("."))} value={row.name} onChange={(name) => at(index, { ...row, name })} />
            {row.how === "set" ? <Autocomplete flex={1} size="xs" aria-label={t("updates.value")} placeholder={t("updates.value")} disabled={readOnly} data={attributes.find((one) => one.path.join(".") === row.name)?.choices ?? []} value={row.value} onChange={(value) => at(index, { ...row, value })} /> : null}
            {row.how === "add" ? <NumberInput flex={1} size="xs" aria-label={t("updates.number")} placeholder="1" disabled={readOnly} value={row.value === "" ? "" : Number(row.value)} onChange={(value) => at(index, { ...row, value: String(value) })} /> : null}
            <ActionIcon size="sm" mt={3} aria-label={t("remove", { what: row.name })} disabled={readOnly} onClick={() => set(rows.filter((_, place) => place !== index))}>
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Button size="compact-xs" variant={rows.length === 0 ? "light" : "subtle"} leftSection={<IconPlus size={14} />} disabled={readOnly} onClick={() => set([...rows, { how: "set", name: "", value: "" }])}>
          {t("updates.add_row")}
        </Button>
      </div>
    </Input.Wrapper>
  );
}
