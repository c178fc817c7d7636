import { Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { MessageSource } from "@/api/templates";
import { UTM } from "@/pages/settings/links/rules";
import { useLinks } from "@/pages/settings/links/useLinks";

const PIXEL = ["usual", "yes", "no"] as const;
type Pixel = (typeof PIXEL)[number];

interface Props {
  source: MessageSource;
  onChange: (changes: Partial<MessageSource>) => void;
  problem: string | undefined;
  readOnly: boolean;
}

/** What the message's links say of the campaign and whether it tells of opens, where it is to differ from the workspace. */
export function Tracking({ source, onChange, problem, readOnly }: Props) {
  const { t } = useTranslation("templates");
  const { data } = useLinks();
  const own = data?.rules.tracking === "own";
  const pixel: Pixel = source.pixel === null ? "usual" : source.pixel ? "yes" : "no";
  return (
    <section aria-label={t("tracking.title")}>
      <Text size="sm" fw={600} mt="md">
        {t("tracking.title")}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {t("tracking.text")}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {UTM.map((name) => (
          <TextInput
            key={name}
            size="xs"
            label={name}
            maxLength={100}
            placeholder={data?.rules.utm[name] ?? ""}
            readOnly={readOnly}
            value={source.utm[name] ?? ""}
            onChange={(event) => onChange({ utm: Object.fromEntries(Object.entries({ ...source.utm, [name]: event.currentTarget.value }).filter(([, value]) => value !== "")) })}
          />
        ))}
      </SimpleGrid>
      {problem === undefined ? null : (
        <Text size="xs" c="var(--bad)" role="alert" mt={4}>
          {problem}
        </Text>
      )}
      <Select
        mt="sm"
        maw={420}
        label={t("tracking.pixel")}
        description={data === undefined || own ? t("tracking.pixel_hint") : t("tracking.provider")}
        allowDeselect={false}
        readOnly={readOnly}
        value={pixel}
        data={PIXEL.map((value) => ({ value, label: value === "usual" && data !== undefined ? t(data.rules.pixel && own ? "tracking.usual_on" : "tracking.usual_off") : t(`tracking.${value}`) }))}
        onChange={(value) => onChange({ pixel: value === "yes" ? true : value === "no" ? false : null })}
      />
    </section>
  );
}
