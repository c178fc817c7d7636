import { Checkbox, Group, NumberInput, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FieldInput } from "../FieldInput";
import { usePanel } from "../panel";
import { ZONE } from "./fields";
import type { Cap, Quiet, Settings } from "./model";
import { Cards, Section } from "./Parts";

interface Props {
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
}

const NIGHT: Quiet = { start: "21:00", end: "08:00", otherwise: "next_open_time" };
const NO_CAP: Cap = { channel: "email", tag: "", limit: 3, per: "week" };

/** When messages may go out, and how many. */
export function SendingSection({ settings, onChange }: Props) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const quiet = settings.quiet_hours;
  return (
    <>
      <Section id="time_zone" title={t("settings.zone")} about={t("settings.zone_about")}>
        <FieldInput field={ZONE} path="settings.time_zone" value={settings.time_zone} onChange={(zone) => onChange({ time_zone: typeof zone === "string" ? zone : "" })} />
      </Section>
      <Section id="quiet_hours" title={t("settings.quiet")} about={t("settings.quiet_about")}>
        <Checkbox label={t("settings.quiet_on")} disabled={readOnly} checked={quiet !== null} onChange={(event) => onChange({ quiet_hours: event.currentTarget.checked ? NIGHT : null })} />
        {quiet === null ? null : (
          <Group gap={12} align="flex-end">
            <TextInput type="time" label={t("settings.quiet_from")} disabled={readOnly} value={quiet.start} onChange={(event) => event.currentTarget.value !== "" && onChange({ quiet_hours: { ...quiet, start: event.currentTarget.value } })} />
            <TextInput type="time" label={t("settings.quiet_to")} disabled={readOnly} value={quiet.end} onChange={(event) => event.currentTarget.value !== "" && onChange({ quiet_hours: { ...quiet, end: event.currentTarget.value } })} />
            <Select
              flex={1}
              miw={200}
              label={t("settings.quiet_otherwise")}
              allowDeselect={false}
              disabled={readOnly}
              data={[
                { value: "next_open_time", label: t("settings.quiet_wait") },
                { value: "skip", label: t("settings.quiet_skip") },
              ]}
              value={quiet.otherwise}
              onChange={(otherwise) => otherwise !== null && onChange({ quiet_hours: { ...quiet, otherwise } })}
            />
          </Group>
        )}
      </Section>
      <Section id="frequency_caps" title={t("settings.caps")} about={t("settings.caps_about")}>
        <Cards items={settings.frequency_caps} label={(number) => t("settings.cap_nth", { number })} add={t("settings.add_cap")} fresh={NO_CAP} readOnly={readOnly} onChange={(frequency_caps) => onChange({ frequency_caps })}>
          {(cap, put) => (
            <Group gap={8} align="flex-end">
              <NumberInput w={90} size="xs" label={t("settings.cap_limit")} min={1} max={100} allowDecimal={false} disabled={readOnly} value={cap.limit} onChange={(limit) => typeof limit === "number" && put({ limit })} />
              <Select
                w={130}
                size="xs"
                label={t("settings.cap_per")}
                allowDeselect={false}
                disabled={readOnly}
                data={[
                  { value: "day", label: t("settings.per_day") },
                  { value: "week", label: t("settings.per_week") },
                ]}
                value={cap.per}
                onChange={(per) => per !== null && put({ per })}
              />
              <TextInput flex={1} miw={110} size="xs" label={t("settings.cap_tag")} placeholder={t("settings.cap_all")} disabled={readOnly} value={cap.tag} onChange={(event) => put({ tag: event.currentTarget.value })} />
            </Group>
          )}
        </Cards>
      </Section>
    </>
  );
}
