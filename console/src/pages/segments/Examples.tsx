import { SimpleGrid, Text, Title, UnstyledButton } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "./Segments.module.css";
import { EXAMPLES } from "./examples";
import { KindBadge } from "./KindBadge";

/** Ready-made segments to start from. */
export function Examples() {
  const { t } = useTranslation("segments");
  const navigate = useNavigate();
  return (
    <section aria-labelledby="segment-examples">
      <Title order={2} size="h3" id="segment-examples" mb="sm">
        {t("examples.title")}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        {EXAMPLES.map((example) => (
          <UnstyledButton key={example.name} className={classes["example"] ?? ""} onClick={() => void navigate({ to: "/segments/new", search: { from: example.name } as never })}>
            <Text size="sm" fw={600} component="span">
              {t(`examples.${example.name}.name`)}
            </Text>
            <Text size="xs" c="dimmed" component="span">
              {t(`examples.${example.name}.text`)}
            </Text>
            {example.condition === "" ? (
              <KindBadge kind={example.kind} />
            ) : (
              <code className={classes["code"]}>{example.condition}</code>
            )}
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </section>
  );
}
