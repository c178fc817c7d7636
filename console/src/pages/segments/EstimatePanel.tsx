import { Alert, Card, Loader, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUsers } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { asApiError } from "@/api/error";
import { useEstimate, type EstimatePreview } from "@/api/segments";
import { Amount, amountText } from "@/kit/Amount";
import classes from "./Segments.module.css";

const PAUSE_MS = 350;

/** How many a condition means while it is being written, with some of them; it answers within a second. */
export function EstimatePanel({ condition }: { condition: string }) {
  const { t } = useTranslation("segments");
  const [asked] = useDebouncedValue(condition.trim(), PAUSE_MS);
  const found = useEstimate(asked === "" ? null : asked);
  return (
    <Card padding="md" component="section" aria-labelledby="estimate" className={classes["beside"] ?? ""}>
      <Group justify="space-between">
        <Title order={2} size="sm" id="estimate">
          {t("estimate.title")}
        </Title>
        {found.isFetching && <Loader size={14} role="status" aria-label={t("estimate.counting")} />}
      </Group>
      {asked === "" ? (
        <Text size="sm" c="dimmed" mt="xs">
          {t("estimate.empty")}
        </Text>
      ) : found.error ? (
        <Alert color="yellow" variant="light" mt="sm" title={t("estimate.unreadable")}>
          {asApiError(found.error).message}
        </Alert>
      ) : found.data ? (
        <Estimated found={found.data} />
      ) : (
        <Stack gap="xs" mt="sm">
          <Skeleton h={36} w={120} />
          <Skeleton h={10} />
          <Skeleton h={90} mt="md" />
        </Stack>
      )}
    </Card>
  );
}

function Estimated({ found: { estimate, sample } }: { found: EstimatePreview }) {
  const { t, i18n } = useTranslation("segments");
  const share = (count: number): string => `${estimate.total > 0 ? Math.min(100, (count / estimate.total) * 100) : 0}%`;
  const number = (count: number): string => amountText(count, i18n.language);
  return (
    <>
      <div role="status">
        <Text component="p" m={0} mt={6} className={classes["figure"] ?? ""}>
          {!estimate.exact && "≈ "}
          <Amount value={estimate.size} />
        </Text>
        <Text size="sm" c="dimmed">
          {t("estimate.of", { total: number(estimate.total), share: amountText(estimate.total > 0 ? estimate.size / estimate.total : 0, i18n.language, "percent") })}
        </Text>
      </div>
      <div className={classes["range"]} aria-hidden>
        <span className={classes["between"]} style={{ left: share(estimate.low), width: share(estimate.high - estimate.low) }} />
        <span className={classes["at"]} style={{ left: share(estimate.size) }} />
      </div>
      <Text size="xs" c="dimmed">
        {estimate.exact ? t("estimate.exact") : t("estimate.interval", { low: number(estimate.low), high: number(estimate.high), sampled: number(estimate.sampled) })}
      </Text>
      <Title order={3} size="xs" mt="md" mb={4} c="dimmed">
        {t("estimate.sample")}
      </Title>
      {sample.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("estimate.nobody")}
        </Text>
      )}
      {sample.slice(0, 8).map((one) => (
        <div key={one.profile} className={classes["sample"]}>
          <IconUsers size={16} aria-hidden style={{ flex: "none", color: "var(--quiet)" }} />
          <Link to="/contacts/$contact" params={{ contact: one.profile }} target="_blank" style={{ color: "inherit", textDecoration: "none", minWidth: 0 }}>
            <Text size="sm" truncate>
              {one.name || one.email || one.profile}
            </Text>
            {one.name !== "" && one.email !== "" && (
              <Text size="xs" c="dimmed" truncate>
                {one.email}
              </Text>
            )}
          </Link>
        </div>
      ))}
    </>
  );
}
