import { Group, SegmentedControl, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account } from "@/api/social";
import type { Composed, Timing as When } from "./drafting";
import { AccountName } from "./networks";

const TIMINGS = ["now", "later", "draft"] as const satisfies readonly When[];

/** Now, at a moment (of each account its own if wanted), or kept for later. */
export function Timing({ value, set, accounts, zones }: { value: Composed; set: (change: Partial<Composed>) => void; accounts: readonly Account[]; zones: readonly { value: string; label: string }[] }) {
  const { t } = useTranslation("social");
  const [apart, setApart] = useState(Object.keys(value.times).length > 0);
  const chosen = accounts.filter((one) => value.accounts.includes(one.id));
  return (
    <Stack gap="sm">
      <SegmentedControl w="fit-content" aria-label={t("timing.label")} value={value.timing} onChange={(timing) => set({ timing: timing })} data={TIMINGS.map((one) => ({ value: one, label: t(`timing.${one}`) }))} />
      {value.timing === "draft" && (
        <Text size="sm" c="dimmed">
          {t("timing.draft_text")}
        </Text>
      )}
      {value.timing === "later" && (
        <>
          <Group align="flex-end">
            <TextInput required type="datetime-local" label={t("timing.at")} value={value.at ?? ""} onChange={(event) => set({ at: event.currentTarget.value || null })} />
            <Select label={t("timing.zone")} w={240} data={[...zones]} value={value.time_zone} onChange={(zone) => zone !== null && set({ time_zone: zone })} allowDeselect={false} />
          </Group>
          {chosen.length > 1 && (
            <Switch
              label={t("timing.apart")}
              checked={apart}
              onChange={(event) => {
                setApart(event.currentTarget.checked);
                if (!event.currentTarget.checked) set({ times: {} });
              }}
            />
          )}
          {apart &&
            chosen.length > 1 &&
            chosen.map((one) => (
              <Group key={one.id} justify="space-between" maw={480} wrap="nowrap">
                <AccountName platform={one.platform} name={one.name} />
                <TextInput type="datetime-local" aria-label={t("timing.of", { name: one.name })} value={value.times[one.id] ?? value.at ?? ""} onChange={(event) => set({ times: { ...value.times, [one.id]: event.currentTarget.value } })} />
              </Group>
            ))}
        </>
      )}
    </Stack>
  );
}
