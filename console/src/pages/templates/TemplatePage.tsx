import { Skeleton, Stack } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMessage } from "@/api/templates";
import { ErrorState } from "@/kit/ErrorState";
import { useDocumentTitle } from "@mantine/hooks";
import { Page } from "@/kit/Page";
import { MessageEditor } from "./editor/MessageEditor";

/** One message: code or blocks, and what somebody gets. */
export default function TemplatePage() {
  const { t } = useTranslation("templates");
  const { template = "" } = useParams({ strict: false });
  const { data, error, refetch } = useMessage(template);
  useDocumentTitle(`${data?.name ?? t("title")} · Stepwell`);
  if (data) return <MessageEditor key={data.id} message={data} />;
  return (
    <Page title={t("title")} hideHeader>
      {error ? (
        <ErrorState error={error} again={() => void refetch()} />
      ) : (
        <Stack>
          <Skeleton height={36} width={320} />
          <Skeleton height={520} radius="md" />
        </Stack>
      )}
    </Page>
  );
}
