import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { content, useContentChanged, usePieces, type Shelf } from "@/api/content";
import { messageId } from "@/api/templates";
import { Confirm } from "@/kit/Confirm";
import { blankPiece } from "./calls";

/** A name makes the piece; what it says is written on its own page. */
export function NewPiece({ shelf, onClose }: { shelf: Shelf; onClose: () => void }) {
  const { t } = useTranslation("content");
  const navigate = useNavigate();
  const changed = useContentChanged();
  const { data } = usePieces(shelf);
  const [name, setName] = useState("");
  const id = messageId(name.trim() || t(`one.${shelf}`), (one) => data?.some((piece) => piece.id === one) ?? false);
  async function create(): Promise<void> {
    const words = { heading: t("blank.heading"), text: t("blank.text"), friend: t("blank.friend") };
    await content.save(shelf, id, { ...blankPiece(shelf, words), name: name.trim() }, 0);
    await changed();
    await navigate({ to: "/content/$shelf/$piece", params: { shelf, piece: id } });
  }
  return (
    <Confirm opened onClose={onClose} title={t(`new.${shelf}`)} action={t("create")} onConfirm={create}>
      <TextInput label={t("field.name")} description={t("create_hint", { id })} value={name} maxLength={120} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
    </Confirm>
  );
}
