import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";

export interface TemplateName {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
}
/** What there is until the server answered: nothing is known to be missing then. */
export const UNASKED: readonly TemplateName[] = [];

/** The workspace's message templates by name, for pickers. */
export function useTemplateNames(): readonly TemplateName[] {
  const found = useQuery({
    queryKey: keys.of("templates", "names"),
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/templates", { params: { query: { limit: 200 } }, signal }))).items.map(({ id, name, subject }) => ({ id, name: name || id, subject })),
  });
  return found.data ?? UNASKED;
}

/** A template as its sample contact would get it; null while it is asked for or where there is none. */
export function usePreview(template: string): { readonly subject: string; readonly preheader: string; readonly html: string; readonly text: string } | null {
  const known = useTemplateNames().some((one) => one.id === template);
  const found = useQuery({
    queryKey: keys.of("templates", "preview", template),
    enabled: known,
    staleTime: 60_000,
    queryFn: ({ signal }) => body(api.POST("/api/v1/templates/{template}/preview", { params: { path: { template } }, body: {}, signal })),
  });
  return found.data ?? null;
}
