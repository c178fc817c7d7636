import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys } from "./queries";

type Schemas = components["schemas"];
export type PieceSummary = Schemas["PieceSummary"];
export type ContentPiece = Schemas["ContentPiece"];
export type Picture = Schemas["KeptImage"];
export type UploadedPicture = Schemas["UploadedImage"];
export type TriedSource = Schemas["TriedSource"];
export type ClickedMessage = Schemas["ClickedMessage"];
export type ClickedLink = Schemas["ClickedLink"];
export type Json = Record<string, unknown>;

/** What messages share, in the order of the tabs. */
export const SHELVES = ["snippets", "blocks", "sources"] as const;
export type Shelf = (typeof SHELVES)[number];

const TOPIC = "content";

export function usePieces(shelf: Shelf, enabled = true): UseQueryResult<PieceSummary[]> {
  return useQuery({
    queryKey: keys.of(TOPIC, shelf, "list"),
    enabled,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/content/{kind}", { params: { path: { kind: shelf } }, signal }))).items,
  });
}

export function usePiece(shelf: Shelf, piece: string): UseQueryResult<ContentPiece> {
  return useQuery({
    queryKey: keys.of(TOPIC, shelf, "one", piece),
    // What somebody edits must not be exchanged below their hands.
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) => body(api.GET("/api/v1/content/{kind}/{piece}", { params: { path: { kind: shelf, piece } }, signal })),
  });
}

export function usePictures(enabled = true): UseQueryResult<Picture[]> {
  return useQuery({ queryKey: keys.of(TOPIC, "pictures"), enabled, queryFn: async ({ signal }) => (await body(api.GET("/api/v1/images", { signal }))).items });
}

/** Messages show pieces: what is known of them goes with these. */
export function useContentChanged(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([client.invalidateQueries({ queryKey: keys.of(TOPIC) }), client.invalidateQueries({ queryKey: keys.of("templates", "preview") })]);
  };
}

export const content = {
  save: (shelf: Shelf, id: string, piece: Json, rev: number) => body(api.PUT("/api/v1/content/{kind}/{piece}", { params: { path: { kind: shelf, piece: id } }, body: { piece: { ...piece, id }, rev } })),
  remove: (shelf: Shelf, id: string) => body(api.DELETE("/api/v1/content/{kind}/{piece}", { params: { path: { kind: shelf, piece: id } } })),
  tryOut: (piece: Json, values: string[]) => body(api.POST("/api/v1/sources-of-content/try", { body: { piece, values } })),
  upload: async (file: File): Promise<UploadedPicture> => body(api.POST("/api/v1/images", { body: { name: file.name.replace(/\.[^.]+$/, ""), data: await encoded(file) } })),
  removePicture: (image: string) => body(api.DELETE("/api/v1/images/{image}", { params: { path: { image } } })),
};

async function encoded(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  // In parts: so many arguments at once are too many for a call.
  for (let from = 0; from < bytes.length; from += 32_768) text += String.fromCharCode(...bytes.subarray(from, from + 32_768));
  return btoa(text);
}

export function useClicks(workflow: string): UseQueryResult<ClickedMessage[]> {
  return useQuery({
    queryKey: keys.of("clicks", workflow),
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/workflows/{workflow}/clicks", { params: { path: { workflow } }, signal }))).items,
  });
}
