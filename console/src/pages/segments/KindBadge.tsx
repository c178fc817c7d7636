import { Badge } from "@mantine/core";
import { IconFilter, IconListDetails, IconSparkles } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SegmentKind } from "@/api/segments";

export const KINDS: readonly SegmentKind[] = ["dynamic", "static", "predictive"];
const ICONS = { dynamic: IconFilter, static: IconListDetails, predictive: IconSparkles } satisfies Record<SegmentKind, unknown>;

/** A rule, a list, or a rule over predictions. */
export function KindBadge({ kind }: { kind: SegmentKind }) {
  const { t } = useTranslation("segments");
  const Icon = ICONS[kind];
  return (
    <Badge variant="default" tt="none" miw="max-content" leftSection={<Icon size={12} aria-hidden />}>
      {t(`kind.${kind}`)}
    </Badge>
  );
}
