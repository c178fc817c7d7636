/** A panel over the real schemas, with a server and a language that answer from tables. */
import { type ReactNode, useState } from "react";
import { LanguageContext } from "@/kit/conditions/language";
import { tableLanguage } from "@/kit/conditions/testing/language";
import type { Problem } from "../../model/checks";
import type { Config, GraphNode, NodeType } from "../../model/types";
import { NodeForm } from "../NodeForm";
import type { PanelParts } from "../panel";
import nodes from "./nodes.json";

export const TYPES = nodes as unknown as readonly NodeType[];

export function typeOf(name: string): NodeType {
  const found = TYPES.find((one) => one.type === name);
  if (found === undefined) throw new Error(`No type ${name}.`);
  return found;
}

export function parts(type: string, problems: readonly Problem[] = []): PanelParts {
  return { type, readOnly: false, problems, problemText: (problem) => problem.message, context: { about: "workflow", events: ["purchase"], messages: [{ id: "hello", name: "Say hello" }] }, triggers: ["purchase"], messages: [] };
}

export function Spoken({ children }: { children: ReactNode }) {
  const [language] = useState(tableLanguage);
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

interface Props {
  readonly name: string;
  readonly config?: Config;
  readonly problems?: readonly Problem[];
  readonly onConfig?: (config: Config) => void;
  readonly onRetry?: (retry: GraphNode["retry"]) => void;
}

export function Panel({ name, config, problems, onConfig, onRetry }: Props) {
  const type = typeOf(name);
  const [node, setNode] = useState<GraphNode>({ id: "n", type: name, name: "", config: config ?? type.example, retry: null, ui: null });
  const [shared] = useState(() => parts(name, problems));
  return (
    <Spoken>
      <NodeForm
        node={node}
        type={type}
        parts={shared}
        wish={null}
        onChange={(next) => {
          setNode({ ...node, config: next });
          onConfig?.(next);
        }}
        onRetry={(retry) => {
          setNode({ ...node, retry });
          onRetry?.(retry);
        }}
      />
    </Spoken>
  );
}

const ANSWERS: Readonly<Record<string, unknown>> = {
  "/api/v1/events/known": { items: [{ name: "purchase", family: "offline", when: "something was bought", properties: { total: "number", currency: "text" }, synonyms: [] }, { name: "email_opened", family: "email", when: "it was opened", properties: { node: "text" }, synonyms: [] }], cursor: null, total: 2 },
  "/api/v1/attributes": { items: [{ name: "plan", family: "custom", type: "text", choices: ["free", "pro"] }, { name: "country", family: "demographic", type: "text", choices: [] }, { name: "renewal_date", family: "custom", type: "date", choices: [] }], cursor: null, total: 3 },
  "/api/v1/workspace/fields": { fields: {} },
  "/api/v1/workspace": { teams: { sales_team: [], support: [] } },
  "/api/v1/scoring/models": { items: [{ id: "lead", name: "Lead score" }], cursor: null, total: 1 },
  "/api/v1/lifecycle": { lifecycle: { stages: [] } },
  "/api/v1/segments": { items: [{ id: "vip", name: "VIP" }], cursor: null, total: 1 },
  "/api/v1/templates": { items: [{ id: "welcome_email", name: "Welcome", subject: "Hello!", channel: "email" }, { id: "getting_started_guide", name: "Getting started", subject: "First steps", channel: "email" }, { id: "parcel_text", name: "Parcel", subject: "Parcel", channel: "sms" }], cursor: null, total: 3 },
  "/api/v1/templates/welcome_email/preview": { subject: "Hello Ann!", preheader: "", html: "<p>Hi</p>", text: "Hi", missing: [] },
  "/api/v1/schedules/preview": { expression: "cron(0 9 ? * MON *)", time_zone: "Europe/Berlin", next: ["2027-01-04T08:00:00.000Z"], problem: "" },
};

/** Stands for the API; what nobody expects is told by a failing request. */
export function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const found = ANSWERS[pathname];
  return Promise.resolve(new Response(JSON.stringify(found ?? { code: "none", message: pathname, details: {} }), { status: found === undefined ? 404 : 200, headers: { "content-type": "application/json" } }));
}
