import { NumberInput, Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FIELDS, SCHEMES, newVerify, schemeOf, type VerifyValues } from "./verify";

/** How a call proves whose it is. */
export function VerifyFields({ value, onChange, problem }: { value: VerifyValues; onChange: (value: VerifyValues) => void; problem?: string | undefined }) {
  const { t } = useTranslation("settings");
  const scheme = schemeOf(value);
  return (
    <>
      <Select
        label={t("verify.scheme")}
        allowDeselect={false}
        data={SCHEMES.map((one) => ({ value: one, label: t(`verify.schemes.${one}`) }))}
        value={scheme}
        error={problem}
        onChange={(next) => next && next !== scheme && onChange(newVerify(SCHEMES.find((one) => one === next) ?? "hmac"))}
      />
      <Text size="sm" c="dimmed">
        {t(`verify.about.${scheme}`)}
      </Text>
      {FIELDS[scheme].length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {FIELDS[scheme].map(({ name, kind, choices, start }) => {
            const label = t(`verify.field.${name}` as "verify.field.header");
            const kept = value[name];
            const now = typeof kept === "string" || typeof kept === "number" ? kept : start;
            if (kind === "choice") return <Select key={name} label={label} allowDeselect={false} data={[...(choices ?? [])]} value={String(now)} onChange={(next) => onChange({ ...value, [name]: next })} />;
            if (kind === "number") return <NumberInput key={name} label={label} min={30} max={604_800} value={Number(now)} onChange={(next) => onChange({ ...value, [name]: Number(next) || 300 })} />;
            return <TextInput key={name} label={label} value={String(now)} onChange={(event) => onChange({ ...value, [name]: event.currentTarget.value })} />;
          })}
        </SimpleGrid>
      )}
    </>
  );
}
