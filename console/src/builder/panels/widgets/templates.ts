import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";

export interface TemplateName {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly channel: string;
}
/** What there is until the server answered: nothing is known to be missing then. */
export const UNASKED: readonly TemplateName[] = [];

/** The workspace's message templates by name, for pickers. */
export function useTemplateNames(): readonly TemplateName[] {
  const found = useQuery({
    queryKey: keys.of("templates", "names"),
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/templates", { params: { query: { limit: 200 } }, signal }))).items.map(({ id, name, subject, channel }) => ({ id, name: name || id, subject, channel })),
  });
  return found.data ?? UNASKED;
}

const CHANNELS: Record<string, string> = { sms_send: "sms", web_push: "push" };

/** The templates that a step of this type can send, and those that it names already. */
export function fitting(templates: readonly TemplateName[], type: string, named: readonly string[]): readonly TemplateName[] {
  const channel = CHANNELS[type] ?? "email";
  return templates.filter((one) => one.channel === channel || named.includes(one.id));
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
