import { ActionIcon, Button, Group, Input } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useWrong } from "../panel";
import classes from "../Panels.module.css";

/** A part of the settings with its title and what it is for. */
export function Section({ id, title, about, place, children }: { id: string; title: string; about: string; place?: string; children: ReactNode }) {
  const error = useWrong(place ?? `settings.${id}`);
  return (
    <section className={classes["section"]} aria-labelledby={`settings-${id}`} data-field={place ?? `settings.${id}`}>
      <header>
        <h2 id={`settings-${id}`}>{title}</h2>
        <p>{about}</p>
      </header>
      {children}
      {error === "" ? null : <Input.Error>{error}</Input.Error>}
    </section>
  );
}

interface CardsProps<T> {
  readonly items: readonly T[];
  readonly label: (number: number) => string;
  readonly add: string;
  readonly fresh: T;
  readonly readOnly: boolean;
  readonly onChange: (items: readonly T[]) => void;
  readonly children: (item: T, put: (part: Partial<T>) => void, index: number) => ReactNode;
}

/** A list of things that have a form each. */
export function Cards<T>({ items, label, add, fresh, readOnly, onChange, children }: CardsProps<T>) {
  const { t } = useTranslation("panels");
  return (
    <div className={classes["rows"]}>
      {items.map((item, index) => (
        <div key={index} className={classes["card"]} role="group" aria-label={label(index + 1)}>
          <Group justify="space-between" wrap="nowrap">
            <strong style={{ fontSize: "var(--mantine-font-size-xs)" }}>{label(index + 1)}</strong>
            <ActionIcon size="sm" aria-label={t("remove", { what: label(index + 1) })} disabled={readOnly} onClick={() => onChange(items.filter((_, place) => place !== index))}>
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
          {children(item, (part) => onChange(items.map((one, place) => (place === index ? { ...one, ...part } : one))), index)}
        </div>
      ))}
      <Button size="compact-sm" variant="light" leftSection={<IconPlus size={14} />} disabled={readOnly} onClick={() => onChange([...items, fresh])}>
        {add}
      </Button>
    </div>
  );
}
