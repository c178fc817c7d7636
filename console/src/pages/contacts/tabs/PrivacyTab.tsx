import { Alert, Button, Card, Group, List, Progress, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconDownload, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useErase, useErasurePreview, useJob, useReadPersonalData, type Contact } from "@/api/contacts";
import { Confirm, Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { useMay } from "@/session/me";
import { plainText } from "../value";

/** The rights of one person: a copy of everything, and erasure. */
export function PrivacyTab({ contact, onErased }: { contact: Contact; onErased: (job: string) => void }) {
  const { t } = useTranslation("contacts");
  const [erasing, ask] = useState(false);
  const data = useReadPersonalData(contact.id);
  const preview = useErasurePreview(contact.id, erasing);
  const erase = useErase(contact.id);
  const phrase = contact.email || contact.user_id || contact.id;
  async function download(): Promise<void> {
    const found = await data.mutateAsync().catch(() => null);
    if (!found) return;
    const url = URL.createObjectURL(new Blob([JSON.stringify(found, null, 2)], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `contact-${contact.id}.json`;
    link.click();
    URL.revokeObjectURL(url);
  }
  return (
    <Stack>
      <Card padding="lg" component="section">
        <Group justify="space-between" align="flex-start">
          <div style={{ flex: "1 1 360px" }}>
            <Title order={2} size="h3">
              {t("privacy.data")}
            </Title>
            <Text size="sm" c="dimmed" maw={620}>
              {t("privacy.data_text")}
            </Text>
          </div>
          <MayButton right="administer" variant="default" leftSection={<IconDownload size={16} />} loading={data.isPending} onClick={() => void download()}>
            {t("privacy.download")}
          </MayButton>
        </Group>
        {data.error && <Failure error={data.error} />}
      </Card>
      <Card padding="lg" component="section">
        <Group justify="space-between" align="flex-start">
          <div style={{ flex: "1 1 360px" }}>
            <Title order={2} size="h3">
              {t("privacy.erase")}
            </Title>
            <Text size="sm" c="dimmed" maw={620}>
              {t("privacy.erase_text")}
            </Text>
          </div>
          <MayButton right="administer" color="red" variant="light" leftSection={<IconTrash size={16} />} onClick={() => ask(true)}>
            {t("privacy.erase")}
          </MayButton>
        </Group>
      </Card>
      <Confirm
        opened={erasing}
        onClose={() => ask(false)}
        danger
        phrase={phrase}
        title={t("privacy.erase_title")}
        action={t("privacy.erase_action")}
        onConfirm={async () => {
          const begun = await erase.mutateAsync();
          onErased(begun.job);
        }}
      >
        <Stack gap="sm">
          {t("privacy.sure")}
          {preview.isPending && <Skeleton h={80} />}
          {preview.error && <Failure error={preview.error} />}
          {preview.data && (
            <>
              <div>
                <Text size="sm" fw={600}>
                  {t("privacy.deleted")}
                </Text>
                <List size="sm">
                  {Object.entries(preview.data.deleted)
                    .filter(([, count]) => count > 0)
                    .map(([what, count]) => (
                      <List.Item key={what}>
                        {what.replaceAll("_", " ")}
                        {`: ${count}`}
                      </List.Item>
                    ))}
                </List>
              </div>
              <div>
                <Text size="sm" fw={600}>
                  {t("privacy.remains")}
                </Text>
                <List size="xs" c="dimmed">
                  {preview.data.remains.map((one) => (
                    <List.Item key={plainText(one["what"])}>
                      {plainText(one["what"])} ({plainText(one["until"])})
                    </List.Item>
                  ))}
                </List>
              </div>
            </>
          )}
        </Stack>
      </Confirm>
    </Stack>
  );
}

/** Stands in place of a contact that is being erased. */
export function Erasing({ job }: { job: string }) {
  const { t } = useTranslation("contacts");
  const administers = useMay("administer");
  const found = useJob(job);
  const state = found.data?.state;
  const done = state === "done";
  return (
    <Stack maw={620}>
      <Alert color={state === "failed" ? "red" : "teal"} variant="light" title={t(done ? "privacy.erased" : state === "failed" ? "privacy.failed" : "privacy.erasing")}>
        {t(done ? "privacy.erased_text" : "privacy.erasing_text")}
      </Alert>
      {!done && state !== "failed" && <Progress value={100} animated aria-label={t("privacy.erasing")} />}
      <Group>
        <Button component={Link} to="/contacts" variant="default">
          {t("reviews.back")}
        </Button>
        {administers && state === "failed" && <Text size="sm">{plainText(found.data?.details["why"])}</Text>}
      </Group>
    </Stack>
  );
}
