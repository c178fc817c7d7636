import { ActionIcon, Alert, Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconInfoCircle, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSaveSendingRules, type SendingRules } from "@/api/channels";
import { useForm } from "@/kit/useForm";
import { FormCard } from "../Card";
import { countries, EVERYWHERE, PROOFS, proofsOf, proofText, type Proof as Row } from "./proofs";

/** How consent to texts must have been given, by country, beyond what the law asks. */
export function Proof({ rules }: { rules: SendingRules }) {
  const { t, i18n } = useTranslation("channels");
  const save = useSaveSendingRules();
  const form = useForm({ rows: proofsOf(rules.text_proof) }, ({ rows }) => save.mutateAsync({ ...rules, text_proof: proofText(rows) }));
  const { rows } = form.values;
  const change = (at: number, some: Partial<Row>): void => form.set("rows", rows.map((one, place) => (place === at ? { ...one, ...some } : one)));
  const places = [{ value: EVERYWHERE, label: t("proof.everywhere") }, ...countries(i18n.language)];
  const free = places.filter(({ value }) => !rows.some((one) => one.country === value));
  return (
    <FormCard form={form} right="administer" title={t("proof.title")} text={t("proof.text")} note={t("soon")}>
      <Stack gap="xs">
        <Alert variant="light" color="brand" icon={<IconInfoCircle size={18} />} p="sm" maw={640}>
          {t("proof.law")}
        </Alert>
        {rows.map((row, at) => (
          <Group key={row.country} gap="xs" align="flex-end" role="group" aria-label={places.find(({ value }) => value === row.country)?.label ?? row.country}>
            <Select w={230} searchable allowDeselect={false} aria-label={t("proof.country")} {...(at === 0 ? { label: t("proof.country") } : {})} data={places.filter(({ value }) => value === row.country || free.some((one) => one.value === value))} value={row.country} onChange={(country) => country !== null && change(at, { country })} />
            <Select flex={1} miw={240} maw={400} allowDeselect={false} aria-label={t("proof.needs")} {...(at === 0 ? { label: t("proof.needs") } : {})} data={PROOFS.map((value) => ({ value, label: t(`proof.${value}`) }))} value={row.proof} onChange={(proof) => change(at, { proof: proof === "double" ? "double" : "written" })} />
            <ActionIcon size={36} aria-label={t("proof.remove", { country: places.find(({ value }) => value === row.country)?.label ?? row.country })} onClick={() => form.set("rows", rows.filter((_, place) => place !== at))}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        {form.problem("rows") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("rows")}
          </Text>
        )}
        <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} disabled={free.length === 0} onClick={() => form.set("rows", [...rows, { country: free.find(({ value }) => value === "DE")?.value ?? free[0]?.value ?? EVERYWHERE, proof: "double" }])}>
          {t("proof.add")}
        </Button>
        <Text size="xs" c="dimmed" maw={640}>
          {t("proof.note")}
        </Text>
      </Stack>
    </FormCard>
  );
}
