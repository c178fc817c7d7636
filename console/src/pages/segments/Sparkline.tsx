import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useGrowth } from "@/api/segments";
import { platformNow } from "@/kit/useNow";
import { everyDay, sparkline } from "./growth";

const WIDTH = 96;
const HEIGHT = 24;
const DAYS = 30;

/** How a segment grew in the last month, as small as a word. */
export function Sparkline({ segment, size }: { segment: string; size: number }) {
  const { t } = useTranslation("segments");
  const growth = useGrowth(segment, DAYS);
  if (growth.isPending) return <Skeleton w={WIDTH} h={HEIGHT} />;
  if (!growth.data) return null;
  const points = everyDay(growth.data, size, DAYS, platformNow());
  const change = (points.at(-1)?.size ?? size) - (points[0]?.size ?? size);
  const colour = change > 0 ? "var(--good)" : change < 0 ? "var(--bad)" : "var(--line-strong)";
  return (
    <svg width={WIDTH} height={HEIGHT + 4} viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`} role="img" aria-label={t("list.grew", { change: `${change > 0 ? "+" : ""}${change}`, days: DAYS })}>
      <polyline points={sparkline(points, WIDTH, HEIGHT)} fill="none" stroke={colour} strokeWidth={1.75} strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}
