import { Anchor, Card, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { TopWorkflow } from "@/api/figures";
import { Amount } from "@/kit/Amount";
import { rateOf } from "./compare";

/** Workflows that sent most, and what came of it. */
export function Top({ workflows }: { workflows: readonly TopWorkflow[] }) {
  const { t } = useTranslation("home");
  if (workflows.length === 0) {
    return (
      <Card padding="lg">
        <Text size="sm" c="dimmed">
          {t("top.empty")}
        </Text>
      </Card>
    );
  }
  return (
    <Card padding={0}>
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing={10} horizontalSpacing="sm" fz="sm" aria-label={t("top.title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("top.workflow")}</Table.Th>
              {(["sent", "opened", "clicked", "conversions", "cost"] as const).map((name) => (
                <Table.Th key={name} ta="right">
                  {t(`top.${name}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {workflows.slice(0, 6).map((one) => (
              <Table.Tr key={one.workflow}>
                <Table.Td maw={210} w="40%">
                  <Anchor component={Link} to={`/workflows/${one.workflow}`} size="sm" fw={550} truncate display="block">
                    {one.name}
                  </Anchor>
                </Table.Td>
                <Table.Td ta="right">
                  <Amount value={one.sent} />
                </Table.Td>
                <Table.Td ta="right">
                  <Amount value={rateOf("opened", one)} as="percent" />
                </Table.Td>
                <Table.Td ta="right">
                  <Amount value={rateOf("clicked", one)} as="percent" />
                </Table.Td>
                <Table.Td ta="right">
                  <Amount value={one.conversions} />
                </Table.Td>
                <Table.Td ta="right">
                  <Amount value={one.usd} as="money" />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
