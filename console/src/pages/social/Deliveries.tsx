import { Anchor, Table, Text } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Post } from "@/api/social";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { AccountName, DELIVERY_TONES } from "./networks";

/** What became of a post at each account. */
export function Deliveries({ post }: { post: Post }) {
  const { t } = useTranslation("social");
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table aria-label={t("deliveries.title")} verticalSpacing={8}>
        <Table.Tbody>
          {post.deliveries.map((one) => (
            <Table.Tr key={one.account}>
              <Table.Td>
                <AccountName platform={one.platform} name={one.name} />
              </Table.Td>
              <Table.Td>
                <StatusBadge tone={DELIVERY_TONES[one.state]} pulse={one.state === "publishing"}>
                  {t(`delivery.${one.state}`)}
                </StatusBadge>
                {(one.reason || one.code) !== "" && (
                  <Text size="xs" c={one.state === "failed" ? "red" : "dimmed"} maw={320}>
                    {one.reason || one.code}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <When at={one.published_at ?? one.at} form="time" size="sm" />
              </Table.Td>
              <Table.Td ta="right">
                {one.url !== "" && (
                  <Anchor href={one.url} target="_blank" rel="noreferrer" size="sm">
                    {t("deliveries.open")} <IconExternalLink size={14} aria-hidden />
                  </Anchor>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
