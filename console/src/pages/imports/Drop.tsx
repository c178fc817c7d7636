import { Text, UnstyledButton } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Imports.module.css";

/** Takes files by drop, click or keyboard. */
export function Drop({ accept, text, onFiles, multiple = false }: { accept: string; text: string; onFiles: (files: File[]) => void; multiple?: boolean }) {
  const { t } = useTranslation("imports");
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <>
      <UnstyledButton
        className={classes["drop"] ?? ""}
        data-over={over}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const files = [...event.dataTransfer.files];
          if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1));
        }}
      >
        <IconUpload size={30} stroke={1.5} aria-hidden />
        <Text fw={600}>{t("drop.title")}</Text>
        <Text size="sm" c="dimmed" ta="center">
          {text}
        </Text>
      </UnstyledButton>
      <input
        ref={input}
        type="file"
        accept={accept}
        multiple={multiple}
        hidden
        aria-label={t("drop.title")}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
