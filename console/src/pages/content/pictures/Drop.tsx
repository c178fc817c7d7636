import { Button, FileButton, Stack, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { content, type UploadedPicture } from "@/api/content";
import { Failure } from "@/kit/Confirm";
import { useMay } from "@/session/me";
import classes from "../Content.module.css";

const TYPES = "image/png,image/jpeg,image/gif,image/webp";

/** Takes pictures, dropped or chosen, one after the other. */
export function Drop({ onDone }: { onDone: (last: UploadedPicture) => void }) {
  const { t } = useTranslation(["content", "kit"]);
  const may = useMay("edit");
  const [over, setOver] = useState(false);
  const [running, setRunning] = useState(false);
  const [told, setTold] = useState("");
  const [failure, setFailure] = useState<unknown>(null);
  async function take(files: readonly File[]): Promise<void> {
    if (files.length === 0 || running) return;
    setRunning(true);
    setFailure(null);
    setTold("");
    try {
      for (const file of files) {
        const kept = await content.upload(file);
        setTold(t("drop.done", { name: kept.name }));
        onDone(kept);
      }
    } catch (error) {
      setFailure(error);
    } finally {
      setRunning(false);
    }
  }
  if (!may) return <Text size="sm" c="dimmed">{t("kit:may.edit")}</Text>;
  return (
    <Stack gap="xs">
      <div
        className={classes["drop"]}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take([...event.dataTransfer.files]);
        }}
      >
        <IconUpload size={22} stroke={1.6} aria-hidden />
        <div>
          <Text size="sm" fw={600}>
            {t("drop.title")}
          </Text>
          <Text size="xs" c="dimmed">
            {t("drop.text")}
          </Text>
        </div>
        <FileButton accept={TYPES} multiple onChange={(files) => void take(files)}>
          {(props) => (
            <Button {...props} size="sm" variant="default" loading={running}>
              {t("drop.choose")}
            </Button>
          )}
        </FileButton>
      </div>
      <Text size="xs" c="var(--good)" role="status">
        {told}
      </Text>
      {failure === null ? null : <Failure error={failure} />}
    </Stack>
  );
}
