import { ActionIcon, Group, Skeleton, Text, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { content, useContentChanged, usePictures, type Picture } from "@/api/content";
import { amountText } from "@/kit/Amount";
import { Confirm } from "@/kit/Confirm";
import { CopyButton } from "@/kit/CopyButton";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { SearchField } from "@/kit/SearchField";
import { useMay } from "@/session/me";
import classes from "../Content.module.css";
import { Drop } from "./Drop";

/** The workspace's pictures: upload, what became of each, and its address. */
export function Pictures() {
  const { t } = useTranslation("content");
  const may = useMay("edit");
  const changed = useContentChanged();
  const { data, error, refetch } = usePictures();
  const [q, setQ] = useState("");
  const [removing, setRemoving] = useState<Picture | null>(null);
  if (error) return <ErrorState error={error} again={() => void refetch()} />;
  const shown = data?.filter((one) => one.name.toLocaleLowerCase().includes(q.toLocaleLowerCase()));
  return (
    <>
      <Drop onDone={() => void changed()} />
      {data?.length === 0 ? (
        <EmptyState art="file" title={t("empty.pictures.title")} text={t("empty.pictures.text")} />
      ) : (
        <>
          <Group my="md">
            <SearchField value={q} onChange={setQ} label={t("search")} />
          </Group>
          <div className={classes["pictures"]} aria-busy={data === undefined}>
            {shown === undefined
              ? Array.from({ length: 6 }, (_, place) => <Skeleton key={place} height={210} radius="md" />)
              : shown.map((one) => (
                  <article key={one.id} className={classes["picture"]}>
                    <span className={classes["frame"]}>
                      <img src={one.url} alt="" loading="lazy" />
                    </span>
                    <div className={classes["about"]}>
                      <Text size="sm" fw={600} truncate>
                        {one.name || one.file}
                      </Text>
                      <Facts picture={one} />
                      <Group gap={4} justify="flex-end">
                        <CopyButton value={one.url} icon label={t("picture.copy", { name: one.name })} />
                        {may ? (
                          <Tooltip label={t("picture.remove", { name: one.name })}>
                            <ActionIcon aria-label={t("picture.remove", { name: one.name })} onClick={() => setRemoving(one)}>
                              <IconTrash size={16} />
                            </ActionIcon>
                          </Tooltip>
                        ) : null}
                      </Group>
                    </div>
                  </article>
                ))}
          </div>
          {shown?.length === 0 ? (
            <Text size="sm" c="dimmed" role="status">
              {t("picture.nothing")}
            </Text>
          ) : null}
        </>
      )}
      <Confirm
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("picture.remove", { name: removing?.name ?? "" })}
        action={t("remove.action")}
        danger
        onConfirm={async () => {
          if (removing) await content.removePicture(removing.id);
          await changed();
        }}
      >
        {t("picture.remove_text")}
      </Confirm>
    </>
  );
}

/** What is shown now, and how much was saved. */
export function Facts({ picture }: { picture: Picture }) {
  const { t, i18n } = useTranslation("content");
  const kilobytes = (bytes: number): string => amountText(bytes / 1024, i18n.language, "number", "USD", 0);
  const saved = picture.uploaded_bytes > picture.bytes ? 1 - picture.bytes / picture.uploaded_bytes : 0;
  return (
    <Text size="xs" c="dimmed">
      {t("picture.facts", { width: picture.width, height: picture.height, size: kilobytes(picture.bytes) })}
      {saved >= 0.01 ? (
        <Text span inherit c="var(--good)">
          {" "}
          {t("picture.saved", { share: amountText(saved, i18n.language, "percent", "USD", 0) })}
        </Text>
      ) : null}
    </Text>
  );
}
