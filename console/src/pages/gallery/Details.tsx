import { Drawer, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed, IconSparkles } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LibraryCard } from "@/api/templates";
import { StepIcon } from "@/builder/library/StepIcon";
import { groupOf } from "@/builder/model/groups";
import type { Catalogue } from "@/builder/model/types";
import { Facts } from "./Facts";
import classes from "./Gallery.module.css";
import { MiniGraph } from "./MiniGraph";
import { UseButton } from "./UseButton";

const KINDS = ["message", "segment", "attribute", "account", "post"] as const;

/** One template at length: its picture, its steps, and what it needs. */
export function Details({ card, catalogue, onClose }: { card: LibraryCard | null; catalogue: Catalogue | undefined; onClose: () => void }) {
  const { t } = useTranslation(["gallery", "kit", "nodes"]);
  return (
    <Drawer opened={card !== null} onClose={onClose} position="right" size="lg" title={<Text fw={650}>{card?.name}</Text>} closeButtonProps={{ "aria-label": t("kit:close") }}>
      {card === null ? null : (
        <Stack>
          <Text size="sm">{card.description}</Text>
          <Facts card={card} />
          <div className={`${classes["picture"] ?? ""} ${classes["big"] ?? ""}`}>
            <MiniGraph shape={card.shape} catalogue={catalogue} height={210} label={t("picture", { name: card.name })} />
          </div>
          <UseButton card={card} fullWidth />
          {KINDS.map((kind) => {
            const needs = card.needs.filter((one) => one.kind === kind);
            return needs.length === 0 ? null : (
              <div key={kind}>
                <Text component="h3" size="sm" fw={600} mb={2}>
                  {t(`needs.${kind}`)}
                </Text>
                {needs.map((one) => (
                  <div key={one.name} className={classes["need"]}>
                    {one.met ? <IconCircleCheck size={17} color="var(--good)" aria-hidden /> : one.comes ? <IconSparkles size={17} color="var(--brand-text)" aria-hidden /> : <IconCircleDashed size={17} color="var(--warn)" aria-hidden />}
                    <span>
                      {one.name}{" "}
                      <Text span size="xs" c="dimmed">
                        {t(one.met ? "needs.met" : one.comes ? "needs.comes" : `needs.missing_${kind}`)}
                      </Text>
                    </span>
                  </div>
                ))}
              </div>
            );
          })}
          <div>
            <Text component="h3" size="sm" fw={600} mb={6}>
              {t("steps.title")}
            </Text>
            <ol className={classes["steps"]}>
              {card.shape.nodes.map((node) => {
                const type = catalogue?.get(node.type);
                return (
                  <li key={node.id}>
                    <Group gap="sm" wrap="nowrap" py={4}>
                      <StepIcon icon={type?.icon ?? ""} group={groupOf(type)} size={28} />
                      <Text size="sm">{node.name || type?.label || node.type}</Text>
                    </Group>
                  </li>
                );
              })}
            </ol>
          </div>
        </Stack>
      )}
    </Drawer>
  );
}
