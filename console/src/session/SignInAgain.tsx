import { Modal, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMeQuery } from "./me";
import { useSession } from "./SessionContext";
import { SignInForm } from "./SignInForm";

/** Lies above the page when a session ran out: after signing in, work goes on where it was. */
export function SignInAgain() {
  const { t } = useTranslation("session");
  const session = useSession();
  const queries = useQueryClient();
  const { data } = useMeQuery();
  const email = data?.email ?? "";
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false} padding="xl" aria-label={t("again.title")}>
      <Text size="sm" c="dimmed" mb="md" role="status">
        {t("again.text")}
      </Text>
      <SignInForm
        heading={(text) => <Title order={2}>{text}</Title>}
        {...(email ? { email } : {})}
        to={location.pathname + location.search}
        onDone={() => {
          session.entered();
          void queries.invalidateQueries();
        }}
      />
    </Modal>
  );
}
