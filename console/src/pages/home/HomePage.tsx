import { Anchor, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Amount } from "@/kit/Amount";
import { ErrorState } from "@/kit/ErrorState";
import { Page } from "@/kit/Page";
import { Checklist } from "./Checklist";
import classes from "./Home.module.css";
import { Recent } from "./Recent";
import { useOverview } from "./overview";

export default function HomePage() {
  const { t } = useTranslation("home");
  const overview = useOverview();
  const { data } = overview;
  const numbers = [
    { key: "title", value: data?.live, hint: "hint", to: "live" },
    { key: "draft", value: data?.drafts, hint: "draft_hint", to: "draft" },
    { key: "paused", value: data?.paused, hint: "paused_hint", to: "paused" },
  ] as const;
  return (
    <Page title={t("greeting")} lead={t("lead")}>
      {overview.error ? (
        <ErrorState error={overview.error} again={() => void overview.refetch()} />
      ) : (
        <>
          <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
            {numbers.map(({ key, value, hint, to }) => (
              <Card key={key} component={Link} to={`/workflows?status=${to}`} padding="md" className={classes["number"] ?? ""}>
                <Text size="sm" c="dimmed">
                  {t(`live.${key}`)}
                </Text>
                {value === undefined ? <Skeleton h={32} w={56} my={4} /> : <Amount value={value} className={classes["figure"] ?? ""} />}
                <Text size="xs" c="dimmed">
                  {t(`live.${hint}`)}
                </Text>
              </Card>
            ))}
            <Card component={Link} to="/templates" padding="md" className={classes["number"] ?? ""}>
              <Text size="sm" c="dimmed">
                {t("live.messages")}
              </Text>
              {data === undefined ? <Skeleton h={32} w={56} my={4} /> : <Amount value={data.templates} className={classes["figure"] ?? ""} />}
              <Text size="xs" c="dimmed">
                {t("live.messages_hint")}
              </Text>
            </Card>
          </SimpleGrid>
          <div className={classes["columns"]}>
            <Stack gap="sm">
              <Group justify="space-between">
                <Title order={2}>{t("recent.title")}</Title>
                <Anchor component={Link} to="/workflows" size="sm">
                  {t("recent.all")}
                </Anchor>
              </Group>
              <Recent workflows={data?.recent} />
            </Stack>
            <Checklist done={data?.done} />
          </div>
        </>
      )}
    </Page>
  );
}
