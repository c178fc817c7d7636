import { ActionIcon, Button, Group, NumberInput, Radio, Select, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { useAttributes } from "@/api/contacts";
import type { Schemas } from "@/api/documents";
import { keys } from "@/api/queries";
import { useChange } from "@/api/settings";
import { Confirm } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { toast } from "@/kit/toast";
import { useForm } from "@/kit/useForm";
import { Card, FormCard, Loaded } from "../Card";

/** How long values and contacts are kept. */
export function RetentionRules() {
  const kept = useQuery({ queryKey: keys.of("retention"), queryFn: ({ signal }) => body(api.GET("/api/v1/retention", { signal })) });
  return (
    <Loaded query={kept} height={320}>
      {(found) => (
        <>
          <Rules kept={found} />
          <Apply />
        </>
      )}
    </Loaded>
  );
}

function Rules({ kept }: { kept: Schemas["Retention"] }) {
  const { t } = useTranslation("settings");
  const attributes = useAttributes();
  const save = useChange(["retention", "attributes"], (change: Schemas["RetentionIn"]) => body(api.PUT("/api/v1/retention", { body: change })));
  const form = useForm(
    { ...kept, rows: Object.entries(kept.attributes).map(([name, days]) => ({ name, days })) },
    ({ inactive_days, purge, rows }) => {
      // A value that is no more in the list is kept for good: null says so.
      const gone = Object.fromEntries(Object.keys(kept.attributes).map((name) => [name, null]));
      return save.mutateAsync({ inactive_days, purge, attributes: { ...gone, ...Object.fromEntries(rows.filter(({ name }) => name).map(({ name, days }) => [name, days])) } });
    },
  );
  const { rows } = form.values;
  return (
    <FormCard form={form} right="administer" title={t("retention.title")} text={t("retention.text")}>
      <Stack>
        <Switch label={t("retention.purge")} checked={form.values.inactive_days !== null} onChange={(event) => form.set("inactive_days", event.currentTarget.checked ? 730 : null)} />
        {form.values.inactive_days !== null && (
          <>
            <NumberInput w={220} label={t("retention.days")} min={1} max={3650} value={form.values.inactive_days} error={form.problem("inactive_days")} onChange={(value) => form.set("inactive_days", Number(value) || 1)} />
            <Radio.Group label={t("retention.what")} value={form.values.purge} onChange={(value) => form.set("purge", value === "all" ? "all" : "personal")}>
              <Stack gap="xs" mt={6}>
                <Radio value="personal" label={t("retention.personal")} />
                <Radio value="all" label={t("retention.all")} />
              </Stack>
            </Radio.Group>
          </>
        )}
        <Text size="sm" fw={550}>
          {t("retention.values")}
        </Text>
        {rows.map((row, at) => (
          <Group key={at} gap="xs" align="center">
            <Select aria-label={t("retention.attribute")} searchable w={240} data={[...new Set([row.name, ...(attributes.data ?? []).map(({ name }) => name)])].filter(Boolean)} value={row.name || null} onChange={(name) => form.set("rows", rows.map((one, index) => (index === at ? { ...one, name: name ?? "" } : one)))} />
            <NumberInput aria-label={t("retention.attribute_days", { name: row.name })} w={120} min={1} suffix={` ${t("retention.unit")}`} value={row.days} onChange={(days) => form.set("rows", rows.map((one, index) => (index === at ? { ...one, days: Number(days) || 1 } : one)))} />
            <Tooltip label={t("retention.keep", { name: row.name })}>
              <ActionIcon aria-label={t("retention.keep", { name: row.name })} onClick={() => form.set("rows", rows.filter((_, index) => index !== at))}>
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          </Group>
        ))}
        <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} onClick={() => form.set("rows", [...rows, { name: "", days: 365 }])}>
          {t("retention.add")}
        </Button>
      </Stack>
    </FormCard>
  );
}

function Apply() {
  const { t } = useTranslation("settings");
  const [asking, setAsking] = useState(false);
  const apply = useMutation({
    mutationFn: async () => {
      let asked = 0;
      let cursor: string | null = "";
      while (cursor !== null) {
        const page: Schemas["RetentionApplied"] = await body(api.POST("/api/v1/retention/apply", { params: { query: { cursor } } }));
        asked += page.asked;
        cursor = page.cursor;
      }
      return asked;
    },
    onSuccess: (count) => toast.done(t("retention.applied", { count })),
  });
  return (
    <Card
      title={t("retention.apply")}
      text={t("retention.apply_text")}
      actions={
        <MayButton right="administer" variant="default" loading={apply.isPending} onClick={() => setAsking(true)}>
          {t("retention.apply")}
        </MayButton>
      }
    >
      <Confirm opened={asking} onClose={() => setAsking(false)} title={t("retention.apply")} action={t("retention.apply")} danger onConfirm={() => apply.mutateAsync()}>
        {t("retention.apply_confirm")}
      </Confirm>
    </Card>
  );
}
