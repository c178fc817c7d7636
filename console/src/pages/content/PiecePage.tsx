import { Skeleton, Stack } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SHELVES, usePiece, type Shelf } from "@/api/content";
import { ErrorState } from "@/kit/ErrorState";
import { Page } from "@/kit/Page";
import { PieceEditor } from "./PieceEditor";

/** One snippet, block or source. */
export default function PiecePage() {
  const { shelf = "", piece = "" } = useParams({ strict: false });
  return <Loaded shelf={SHELVES.find((one) => one === shelf) ?? "snippets"} piece={piece} />;
}

function Loaded({ shelf, piece }: { shelf: Shelf; piece: string }) {
  const { t } = useTranslation("content");
  const { data, error, refetch } = usePiece(shelf, piece);
  if (data) return <PieceEditor key={`${shelf}/${data.id}`} shelf={shelf} piece={data} />;
  return (
    <Page title={t(`one.${shelf}`)} hideHeader>
      {error ? (
        <ErrorState error={error} again={() => void refetch()} />
      ) : (
        <Stack>
          <Skeleton height={36} width={320} />
          <Skeleton height={420} radius="md" />
        </Stack>
      )}
    </Page>
  );
}
