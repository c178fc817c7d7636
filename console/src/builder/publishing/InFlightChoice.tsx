import { Select, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Amount } from "@/kit/Amount";
import { type InFlight } from "../versions/data";
import { lookupOf } from "../model/lookup";
import { useBuilderStore, useViews } from "../store/context";
import { type Mapping, type Preview, suggestions } from "./data";
import classes from "./Publishing.module.css";

const CHOICES = ["drain", "migrate", "eject"] as const;

interface Props {
  readonly preview: Preview;
  readonly choice: InFlight;
  readonly onChoice: (choice: InFlight) => void;
  readonly mapping: Mapping;
  readonly onMapping: (mapping: Mapping) => void;
  /** Whether the numbers are being counted anew. */
  readonly busy: boolean;
}

/** What happens to those who are in it: finish the old version, move, or end. */
export function InFlightChoice({ preview, choice, onChoice, mapping, onMapping, busy }: Props) {
  const { t } = useTranslation("publish");
  const { in_flight: told } = preview;
  const store = useBuilderStore();
  const views = useViews();
  const removed = new Map(preview.diff?.removed.map(({ node: id, type, name }) => [id, { id, type, name, config: {}, retry: null, ui: null }]));
  const called = (id: string): string => {
    const node = lookupOf(store.getState().graph).nodes.get(id) ?? removed.get(id);
    return node === undefined ? id : views.of(node).title;
  };
  const choose = (next: InFlight): void => {
    if (next === "migrate") onMapping({ ...suggestions(preview), ...mapping });
    onChoice(next);
  };
  return (
    <section className={classes["section"]} aria-busy={busy}>
      <h3>{t("in_flight.title", { count: told.contacts })}</h3>
      {told.complete ? null : (
        <Text size="xs" c="dimmed">
          {t("in_flight.newest")}
        </Text>
      )}
      <div className={classes["choices"]} role="radiogroup" aria-label={t("in_flight.label")}>
        {CHOICES.map((one) => (
          <label key={one} className={classes["choice"]}>
            <input type="radio" name="in-flight" value={one} checked={one === choice} onChange={() => choose(one)} />
            <b>{t(`in_flight.${one}.title`)}</b>
            <small>{t(`in_flight.${one}.text`)}</small>
          </label>
        ))}
      </div>
      {choice === "migrate" ? (
        <Table mt="sm" verticalSpacing={6} aria-label={t("in_flight.map")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("in_flight.at")}</Table.Th>
              <Table.Th ta="right">{t("in_flight.contacts")}</Table.Th>
              <Table.Th>{t("in_flight.to")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {told.nodes.map((one) => (
              <Table.Tr key={`${one.version}/${one.node}`}>
                <Table.Td>
                  {called(one.node)}{" "}
                  <Text span size="xs" c="dimmed">
                    v{one.version}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">
                  <Amount value={one.contacts} />
                </Table.Td>
                <Table.Td>
                  <Select
                    size="xs"
                    searchable
                    clearable
                    aria-label={t("in_flight.to_of", { node: called(one.node) })}
                    placeholder={t("in_flight.stay")}
                    value={mapping[one.node] ?? one.target}
                    data={told.targets.map((value) => ({ value, label: called(value) }))}
                    onChange={(value) => onMapping({ ...mapping, [one.node]: value ?? "" })}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
      <Text size="sm" mt="sm" role="status">
        {t("in_flight.sum", { stay: told.stay, move: told.move, end: told.end })}
      </Text>
    </section>
  );
}
