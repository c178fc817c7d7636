import { ActionIcon, Card, Group, Stack, Text, ThemeIcon, Title, Tooltip } from "@mantine/core";
import { IconBrandFirebase, IconTrash, IconWorld } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBrowsers, useRemoveBrowser, type ContactBrowser } from "@/api/channels";
import { Confirm } from "@/kit/Confirm";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { When } from "@/kit/When";
import { useMay } from "@/session/me";

/** Browsers and apps that show this contact notifications. */
export function Browsers({ contact }: { contact: string }) {
  const { t } = useTranslation("channels");
  const browsers = useBrowsers(contact);
  const remove = useRemoveBrowser(contact);
  const may = useMay("edit");
  const [removing, setRemoving] = useState<ContactBrowser | null>(null);
  return (
    <Card padding="md" component="section">
      <Title order={2} size="h3" mb="xs">
        {t("browsers.title")}
      </Title>
      {browsers.error && <ErrorState compact error={browsers.error} again={() => void browsers.refetch()} />}
      {browsers.data?.length === 0 && <EmptyState compact art="signal" title={t("browsers.empty")} text={t("browsers.empty_text")} />}
      <Stack gap="sm">
        {browsers.data?.map((one) => (
          <Group key={one.id} justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <ThemeIcon variant="light" size={34}>
                {one.kind === "fcm" ? <IconBrandFirebase size={18} /> : <IconWorld size={18} />}
              </ThemeIcon>
              <div>
                <Text size="sm" fw={550}>
                  {one.browser || t(`browsers.kind.${one.kind === "fcm" ? "fcm" : "web_push"}`)}
                </Text>
                <Text size="xs" c="dimmed">
                  {t("browsers.since")} <When at={one.since} /> · {t("browsers.seen")} <When at={one.seen} /> · {one.topics.length > 0 ? t("browsers.topics", { topics: one.topics.join(", ") }) : t("browsers.all")}
                </Text>
              </div>
            </Group>
            {may && (
              <Tooltip label={t("browsers.remove")}>
                <ActionIcon aria-label={`${t("browsers.remove")}: ${one.browser || one.id}`} onClick={() => setRemoving(one)}>
                  <IconTrash size={16} />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        ))}
      </Stack>
      <Confirm opened={removing !== null} onClose={() => setRemoving(null)} danger title={t("browsers.remove")} action={t("browsers.remove")} onConfirm={() => (removing ? remove.mutateAsync(removing.id) : Promise.resolve())}>
        {t("browsers.remove_text")}
      </Confirm>
    </Card>
  );
}
