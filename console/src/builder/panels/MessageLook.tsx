import { SegmentedControl, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { isRecord } from "@/api/error";
import { keys } from "@/api/queries";
import { useWorkspace } from "@/api/workspace";
import { NotificationPreview } from "@/kit/NotificationPreview";
import { TextPreview } from "@/kit/TextPreview";
import type { Config, GraphNode } from "../model/types";
import classes from "./Panels.module.css";
import { usePreview } from "./widgets/templates";

const PAUSE_MS = 400;
const text = (value: unknown): string => (typeof value === "string" ? value : "");

interface Words {
  readonly channel: "sms" | "push";
  readonly subject: string;
  readonly text: string;
}

/** The words that stand in the step itself, as a template that the server can render. */
export function ownWords(type: string, config: Config): Words {
  return type === "sms_send" ? { channel: "sms", subject: "-", text: text(config["text"]) } : { channel: "push", subject: text(config["title"]), text: text(config["body"]) };
}

/** What a text or a notification of this step looks like to its sample contact, and what the text costs. */
export function MessageLook({ node, purpose }: { readonly node: GraphNode; readonly purpose: "marketing" | "transactional" }) {
  const { t } = useTranslation("panels");
  const template = text(node.config["template_id"]);
  const stored = usePreview(template);
  const own = useOwn(ownWords(node.type, node.config), template === "");
  const shown = template === "" ? own : stored;
  if (shown === null || (shown.text === "" && (node.type === "sms_send" || shown.subject === ""))) return null;
  return (
    <section className={classes["look"]} aria-label={t("look")}>
      <Text size="sm" fw={500}>
        {t("look")}
      </Text>
      {node.type === "sms_send" ? <TextPreview compact text={shown.text} purpose={node.config["purpose"] === "transactional" ? "transactional" : purpose} /> : <Notification shown={shown} config={node.config} />}
    </section>
  );
}

function Notification({ shown, config }: { readonly shown: Omit<Words, "channel">; readonly config: Config }) {
  const { t } = useTranslation("panels");
  const { data: workspace } = useWorkspace();
  const [device, setDevice] = useState<"phone" | "desktop">("desktop");
  const address = (value: unknown): string => (/^https:\/\/\S+$/.test(text(value)) && !text(value).includes("{") ? text(value) : "");
  return (
    <>
      <SegmentedControl size="xs" aria-label={t("device.label")} value={device} onChange={(value) => setDevice(value === "phone" ? "phone" : "desktop")} data={(["desktop", "phone"] as const).map((value) => ({ value, label: t(`device.${value}`) }))} />
      <NotificationPreview title={shown.subject} body={shown.text} image={address(config["image"])} icon={address(config["icon"])} actions={titlesOf(config["actions"])} site={workspace?.name ?? ""} device={device} />
    </>
  );
}

/** Of its buttons; addresses and pictures with tags in them are known only when it is sent. */
export function titlesOf(actions: unknown): readonly string[] {
  if (!Array.isArray(actions)) return [];
  return actions.flatMap((one: unknown) => (typeof one === "object" && one !== null && "title" in one && typeof one.title === "string" && one.title !== "" ? [one.title] : []));
}

const STANDS: readonly (readonly [RegExp, string])[] = [
  [/first_?name$/i, "Ada"],
  [/last_?name$/i, "Lovelace"],
  [/(url|link)$/i, "https://example.com/a1"],
  [/(id|number)$/i, "4711"],
  [/(total|price|amount|revenue)$/i, "49.90"],
];

/** A made-up contact with all fields that words name: a step has no sample of its own, and gaps look like mistakes. */
export function sampleOf(words: string): Record<string, unknown> {
  const sample: Record<string, unknown> = {};
  for (const [, path = ""] of words.matchAll(/\{\{-?\s*([a-z_][\w.]*)/gi)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    if (names[0] === "workspace") continue;
    let place = sample;
    for (const name of names) {
      const below = place[name];
      place = place[name] = isRecord(below) ? below : {};
    }
    place[last] = STANDS.find(([pattern]) => pattern.test(last))?.[1] ?? last.replaceAll("_", " ");
  }
  return sample;
}

/** The step's own words for a made-up contact; as they are written while they cannot be rendered. */
function useOwn(words: Words, enabled: boolean): Omit<Words, "channel"> {
  const [asked] = useDebouncedValue(JSON.stringify(words), PAUSE_MS);
  const found = useQuery({
    queryKey: keys.of("templates", "preview", "step", asked),
    enabled: enabled && words.subject !== "" && words.text + words.subject !== "-",
    retry: false,
    gcTime: 30_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => body(api.POST("/api/v1/templates/{template}/preview", { params: { path: { template: "step" } }, body: { template: { id: "step", ...(JSON.parse(asked) as Words) }, contact: "", language: "", sample: sampleOf(asked) }, signal })),
  });
  if (found.isError || found.data === undefined) return words;
  return { subject: found.data.subject, text: words.text === "" ? "" : found.data.text };
}
