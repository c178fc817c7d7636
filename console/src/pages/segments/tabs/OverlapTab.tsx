import { Card, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useOverlap, useSegmentNames, type Segment } from "@/api/segments";
import { amountText } from "@/kit/Amount";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { useUrlState } from "@/kit/useUrlState";
import { circles } from "../venn";

const WIDTH = 420;
const HEIGHT = 240;

/** How this segment and another one overlap, as two circles of fitting size. */
export function OverlapTab({ segment }: { segment: Segment }) {
  const { t, i18n } = useTranslation("segments");
  const [{ other }, set] = useUrlState({ other: "" });
  const names = useSegmentNames();
  const found = useOverlap(segment.id, other);
  const others = (names.data ?? []).filter((one) => one.value !== segment.id);
  const label = others.find((one) => one.value === other)?.label ?? other;
  const mine = segment.name || segment.id;
  const percent = (share: number): string => amountText(share, i18n.language, "percent");
  return (
    <Stack>
      <Select w={320} searchable label={t("overlap.with")} placeholder={t("overlap.choose")} data={others} value={other || null} onChange={(next) => set({ other: next ?? "" })} nothingFoundMessage={t("overlap.no_other")} />
      <Card padding="lg">
        {other === "" ? (
          <EmptyState compact art="pie" title={t("overlap.empty")} text={t("overlap.empty_text")} />
        ) : found.error ? (
          <ErrorState error={found.error} again={() => void found.refetch()} />
        ) : !found.data ? (
          <Skeleton h={HEIGHT} />
        ) : (
          <Group justify="center" gap={48}>
            <Venn {...found.data} mine={mine} other={label} />
            <Stack gap="xs" maw={340}>
              <Text>{t("overlap.of_first", { share: percent(found.data.of_first), mine, other: label })}</Text>
              <Text>{t("overlap.of_second", { share: percent(found.data.of_second), mine, other: label })}</Text>
              <Text>{t("overlap.both", { share: percent(found.data.jaccard) })}</Text>
              <Text size="xs" c="dimmed">
                {t("overlap.sampled", { count: found.data.sampled })}
              </Text>
            </Stack>
          </Group>
        )}
      </Card>
    </Stack>
  );
}

function Venn({ first, second, both, mine, other }: { first: number; second: number; both: number; mine: string; other: string }) {
  const { t, i18n } = useTranslation("segments");
  const drawn = circles(first, second, both, WIDTH - 40, HEIGHT - 60);
  const middle = HEIGHT / 2 - 10;
  const number = (count: number): string => amountText(count, i18n.language);
  const at = { first: drawn.first.x + 20, second: drawn.second.x + 20 };
  const overlap = Math.max(at.second - drawn.second.r, at.first - drawn.first.r);
  const end = Math.min(at.first + drawn.first.r, at.second + drawn.second.r);
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("overlap.picture", { mine, other, both: number(both) })} style={{ maxWidth: "100%" }}>
      <circle cx={at.first} cy={middle} r={drawn.first.r} fill="var(--mantine-primary-color-filled)" fillOpacity={0.28} stroke="var(--mantine-primary-color-filled)" />
      <circle cx={at.second} cy={middle} r={drawn.second.r} fill="#12b886" fillOpacity={0.28} stroke="#12b886" />
      {both > 0 && (
        <text x={(overlap + end) / 2} y={middle + 5} textAnchor="middle" fill="var(--mantine-color-text)" fontWeight={700} fontSize={16}>
          {number(both)}
        </text>
      )}
      <text x={20} y={HEIGHT - 8} fill="var(--brand-text)" fontSize={13} fontWeight={600}>
        {`${short(mine)}: ${number(first)}`}
      </text>
      <text x={WIDTH - 20} y={HEIGHT - 8} textAnchor="end" fill="var(--good)" fontSize={13} fontWeight={600}>
        {`${short(other)}: ${number(second)}`}
      </text>
    </svg>
  );
}

function short(text: string): string {
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
}
