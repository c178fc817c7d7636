import { Anchor, List, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** Segments and live workflows that name this one, each a way to it. */
export function UsedBy({ names }: { names: readonly string[] }) {
  const { t } = useTranslation("segments");
  if (names.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("used.nobody")}
      </Text>
    );
  }
  return (
    <List size="sm" spacing={4}>
      {names.map((name) => {
        const [kind, id = name] = name.split("/");
        return (
          <List.Item key={name}>
            <Anchor component={Link} to={kind === "segment" ? `/segments/${id}` : `/workflows/${id}`} size="sm">
              {id}
            </Anchor>{" "}
            <Text span size="xs" c="dimmed">
              {t(kind === "segment" ? "used.segment" : "used.workflow")}
            </Text>
          </List.Item>
        );
      })}
    </List>
  );
}
