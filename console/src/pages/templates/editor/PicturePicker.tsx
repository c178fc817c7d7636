import { Button, Group, Modal, NumberInput, Skeleton, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePictures, useContentChanged, type Picture } from "@/api/content";
import { ErrorState } from "@/kit/ErrorState";
import { Drop } from "@/pages/content/pictures/Drop";
import { Facts } from "@/pages/content/pictures/Pictures";
import content from "@/pages/content/Content.module.css";

export interface Picked {
  picture: Picture;
  alt: string;
  width: number;
}

/** Chooses or uploads a picture, with the words for whoever cannot see it and, where it is `sized`, how wide it is shown. */
export function PicturePicker({ sized, onPick, onClose }: { sized: boolean; onPick: (picked: Picked) => void; onClose: () => void }) {
  const { t } = useTranslation(["templates", "kit"]);
  const changed = useContentChanged();
  const { data, error, refetch } = usePictures();
  const [chosen, setChosen] = useState("");
  const [alt, setAlt] = useState("");
  const [width, setWidth] = useState(600);
  const picture = data?.find((one) => one.id === chosen);
  const choose = (one: Pick<Picture, "id" | "width">): void => {
    setChosen(one.id);
    setWidth(Math.min(one.width, 600));
  };
  return (
    <Modal opened onClose={onClose} size="xl" title={t("picture.title")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <Stack>
        <Drop
          onDone={(kept) => {
            choose(kept);
            void changed();
          }}
        />
        {error ? <ErrorState compact error={error} again={() => void refetch()} /> : null}
        <div className={content["pictures"]} style={{ maxHeight: 330, overflow: "auto", padding: 2, gridTemplateColumns: "repeat(auto-fill, minmax(150px, 1fr))" }} aria-busy={data === undefined}>
          {data === undefined
            ? Array.from({ length: 4 }, (_, place) => <Skeleton key={place} height={190} radius="md" />)
            : data.map((one) => (
                <UnstyledButton key={one.id} className={content["picture"] ?? ""} data-on={one.id === chosen} aria-pressed={one.id === chosen} onClick={() => choose(one)}>
                  <span className={content["frame"]}>
                    <img src={one.url} alt="" loading="lazy" />
                  </span>
                  <span className={content["about"]}>
                    <Text component="span" size="xs" fw={600} truncate>
                      {one.name || one.file}
                    </Text>
                    <Facts picture={one} />
                  </span>
                </UnstyledButton>
              ))}
        </div>
        {data?.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t("picture.none")}
          </Text>
        ) : null}
        <Group align="flex-start" grow>
          <TextInput label={t("picture.alt")} description={t("picture.alt_hint")} value={alt} maxLength={200} onChange={(event) => setAlt(event.currentTarget.value)} />
          {sized && <NumberInput label={t("picture.width")} description={t("picture.width_hint")} min={1} max={1600} value={width} onChange={(value) => setWidth(Number(value) || 1)} />}
        </Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("kit:cancel")}
          </Button>
          <Button
            disabled={picture === undefined}
            onClick={() => {
              if (picture === undefined) return;
              onClose();
              // After the dialog gave the focus back.
              setTimeout(() => onPick({ picture, alt, width }), 80);
            }}
          >
            {t("picture.take")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
