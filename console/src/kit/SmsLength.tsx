import { Group, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useTextLength } from "@/api/channels";

const PAUSE_MS = 400;

/** How many segments a text is, below its input; fields in it count as they are written, so it is a first guess. */
export function SmsLength({ text, purpose = "marketing" }: { text: string; purpose?: "marketing" | "transactional" }) {
  const { t } = useTranslation("channels");
  const [asked] = useDebouncedValue(text, PAUSE_MS);
  const found = useTextLength(asked, [], purpose);
  if (text === "" || !found.data) return <span />;
  return (
    <Group gap={6} mt={4} role="status">
      <Text size="xs" c="dimmed" className="tabular">
        {found.data.encoding} · {t("cost.segments", { count: found.data.segments })} · {t("cost.left", { units: found.data.units, left: found.data.left })}
      </Text>
      {found.data.plain !== null && (
        <Text size="xs" c="dimmed">
          {t("cost.plain", { count: found.data.plain_segments ?? 1 })}
        </Text>
      )}
    </Group>
  );
}
