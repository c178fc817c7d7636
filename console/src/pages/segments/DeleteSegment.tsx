import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDeleteSegment, type Segment } from "@/api/segments";
import { Confirm } from "@/kit/Confirm";
import { UsedBy } from "./UsedBy";

/** Deletes a segment; one that is used says by whom instead. */
export function DeleteSegment({ segment, opened, onClose, onDeleted }: { segment: Segment; opened: boolean; onClose: () => void; onDeleted: () => void }) {
  const { t } = useTranslation(["segments", "kit"]);
  const remove = useDeleteSegment();
  if (segment.used_by.length > 0) {
    return (
      <Modal opened={opened} onClose={onClose} title={t("delete.used_title")} closeButtonProps={{ "aria-label": t("kit:close") }}>
        <Stack>
          <Text size="sm">{t("delete.used_text")}</Text>
          <UsedBy names={segment.used_by} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("kit:close")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      danger
      title={t("delete.title", { name: segment.name || segment.id })}
      action={t("delete.button")}
      onConfirm={async () => {
        await remove.mutateAsync({ segment: segment.id, rev: segment.rev });
        onDeleted();
      }}
    >
      {t("delete.text", { count: segment.size })}
    </Confirm>
  );
}
