import { Box, Button, Code, Stack, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/kit/CopyButton";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import classes from "./Contacts.module.css";

const SNIPPET = `import { Stepwell } from "@stepwell/js";

const stepwell = new Stepwell({ writeKey: "…", endpoint: "${typeof location === "undefined" ? "" : location.origin}" });
stepwell.identify("user-42", { email: "ada@example.com", first_name: "Ada" });
stepwell.track("signed_up");`;

/** An empty workspace: the three ways by which contacts come. */
export function NoContacts({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation("contacts");
  return (
    <Stack align="center" pb="xl" gap="sm">
      <EmptyState art="people" title={t("empty.title")} text={t("empty.text")}>
        <Button component={Link} to="/imports" leftSection={<IconUpload size={16} />}>
          {t("empty.import")}
        </Button>
        <MayButton right="edit" variant="default" onClick={onAdd}>
          {t("new.button")}
        </MayButton>
      </EmptyState>
      <Box className={classes["snippet"] ?? ""}>
        <Text size="sm" c="dimmed" mb={6}>
          {t("empty.snippet")}
        </Text>
        <Code block>{SNIPPET}</Code>
        <div className={classes["copy"]}>
          <CopyButton value={SNIPPET} icon />
        </div>
      </Box>
    </Stack>
  );
}
