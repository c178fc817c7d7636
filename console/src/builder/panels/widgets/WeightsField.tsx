import { ActionIcon, Button, Group, Input, NumberInput, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isPlain } from "../../model/document";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";
import { slug } from "../slug";
import { useMirror } from "../useMirror";
import classes from "../Panels.module.css";

interface Share {
  readonly name: string;
  readonly weight: number;
}

const read = (value: unknown): Share[] => (isPlain(value) ? Object.entries(value).map(([name, weight]) => ({ name, weight: Number(weight) || 0 })) : []);
const write = (shares: readonly Share[]): unknown => Object.fromEntries(shares.filter((one) => one.name !== "").map((one) => [one.name, one.weight]));
const COLOURS = ["var(--node-logic)", "var(--node-wait)", "var(--node-message)", "var(--node-trigger)", "var(--node-data)", "var(--node-end)"];

/** Who goes which way, in per cent; the sum is told, and one click makes it a hundred. */
export function WeightsField({ field, path, value, onChange }: InputProps) {
  const { t, i18n } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label } = useFieldTexts(field);
  const [shares, set] = useMirror(value, read, write, onChange);
  const sum = shares.reduce((total, one) => total + one.weight, 0);
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 1 });
  const at = (index: number, share: Share): void => set(shares.map((one, place) => (place === index ? share : one)));
  const even = (): void => {
    const each = Math.floor(100 / shares.length);
    set(shares.map((one, index) => ({ ...one, weight: index < 100 - each * shares.length ? each + 1 : each })));
  };
  const free = (): string => "abcdefghijklmnopqrst".split("").find((name) => shares.every((one) => one.name !== name)) ?? "more";
  return (
    <Input.Wrapper component="div" label={label} description={t("weights.help")} error={error === "" ? undefined : error} required inputWrapperOrder={["label", "description", "input", "error"]}>
      <div className={classes["shares"]} aria-hidden>
        {shares.map((one, index) => (
          <span key={one.name} style={{ flexGrow: one.weight, background: COLOURS[index % COLOURS.length] }} />
        ))}
      </div>
      <div className={classes["rows"]} role="group" aria-label={label}>
        {shares.map((one, index) => (
          <Group key={index} gap={6} wrap="nowrap">
            <TextInput flex={1} size="xs" aria-label={t("weights.name")} disabled={readOnly} value={one.name} onChange={(event) => at(index, { ...one, name: slug(event.currentTarget.value) })} />
            <NumberInput w={96} size="xs" min={0} max={10_000} allowDecimal={false} suffix={sum === 100 ? " %" : ""} aria-label={t("weights.share", { name: one.name })} disabled={readOnly} value={one.weight} onChange={(weight) => typeof weight === "number" && at(index, { ...one, weight })} />
            {sum === 100 ? null : (
              <Text size="xs" c="dimmed" w={52} ta="right">
                {percent.format(sum === 0 ? 0 : one.weight / sum)}
              </Text>
            )}
            <ActionIcon size="sm" aria-label={t("remove", { what: one.name })} disabled={readOnly || shares.length <= 2} onClick={() => set(shares.filter((_, place) => place !== index))}>
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Group justify="space-between">
          <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} />} disabled={readOnly || shares.length >= 20} onClick={() => set([...shares, { name: free(), weight: Math.max(100 - sum, 0) }])}>
            {t("weights.add")}
          </Button>
          <Group gap={6}>
            <Text size="xs" c={sum === 100 ? "dimmed" : "var(--warn)"} role="status">
              {t("weights.sum", { sum })}
            </Text>
            <Button size="compact-xs" variant="subtle" disabled={readOnly || shares.length === 0} onClick={even}>
              {t("weights.even")}
            </Button>
          </Group>
        </Group>
      </div>
    </Input.Wrapper>
  );
}
