import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Schemas } from "@/api/documents";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { CatalogItems } from "./CatalogItems";
import { Collection } from "./Collection";
import { ModelTrial, ModelVersions } from "./ModelCards";

/** Points for what contacts do, and the bands that they make. */
export function Scoring() {
  const { t } = useTranslation("settings");
  return (
    <Collection<Schemas["ScoringModelSummary"]>
      name="scoring"
      art="pie"
      right="publish"
      list={(q, cursor, signal) => body(api.GET("/api/v1/scoring/models", { params: { query: { q, cursor } }, signal }))}
      read={async (model, signal) => {
        const { model: document, rev, ...told } = await body(api.GET("/api/v1/scoring/models/{model}", { params: { path: { model } }, signal }));
        return { document, rev, told };
      }}
      create={(model) => body(api.POST("/api/v1/scoring/models", { body: { model, note: "" } }))}
      update={(id, model, rev) => body(api.PUT("/api/v1/scoring/models/{model}", { params: { path: { model: id } }, body: { model, rev, note: "" } }))}
      remove={(model, rev) => body(api.DELETE("/api/v1/scoring/models/{model}", { params: { path: { model }, query: { rev } } }))}
      check={async (model) => (await body(api.POST("/api/v1/scoring/models/validate", { body: { model, note: "" } }))).violations}
      start={{ id: "product", name: "Product use", subject: "product", base_score: 0, rules: [{ id: "report", event: "report_made", points: 10, limit: 100 }], bands: [{ id: "active", threshold: 50, actions: ["offer_upgrade"] }] }}
      more={(model) => <ModelTrial model={model} />}
      below={(id, kept) => <ModelVersions id={id} rev={kept.rev} told={kept.told} />}
      columns={[
        { key: "subject", title: t("scoring.subject"), cell: (row) => t(`scoring.subjects.${row.subject}` as "scoring.subjects.lead") },
        { key: "field", title: t("scoring.field"), cell: (row) => <Text size="sm">{row.field}</Text>, wideOnly: true },
        { key: "version", title: t("scoring.version"), cell: (row) => row.version, align: "right" },
        { key: "updated", title: t("collection.changed"), cell: (row) => <When at={row.updated_at} size="sm" /> },
      ]}
    />
  );
}

/** Events in a certain order, or one that does not follow. */
export function Sequences() {
  const { t } = useTranslation("settings");
  return (
    <Collection<Schemas["Sequence"]>
      name="sequences"
      art="signal"
      right="edit"
      list={(q, cursor, signal) => body(api.GET("/api/v1/sequences", { params: { query: { q, cursor } }, signal }))}
      read={async (sequence, signal) => {
        const found = await body(api.GET("/api/v1/sequences/{sequence}", { params: { path: { sequence } }, signal }));
        return { document: found.sequence, rev: found.rev };
      }}
      create={(sequence) => body(api.POST("/api/v1/sequences", { body: { sequence, note: "" } }))}
      update={(id, sequence, rev) => body(api.PUT("/api/v1/sequences/{sequence}", { params: { path: { sequence: id } }, body: { sequence, rev, note: "" } }))}
      remove={(sequence, rev) => body(api.DELETE("/api/v1/sequences/{sequence}", { params: { path: { sequence }, query: { rev } } }))}
      check={async (sequence) => (await body(api.POST("/api/v1/sequences/validate", { body: { sequence, note: "" } }))).violations}
      start={{ id: "cart_abandonment", name: "Left a cart", steps: [{ event: "product_carted" }], absent: [{ event: "purchase" }], for: "1_hours", emit: "cart_abandoned" }}
      columns={[{ key: "updated", title: t("collection.changed"), cell: (row) => <When at={row.updated_at} size="sm" /> }]}
    />
  );
}

export function Forms() {
  const { t } = useTranslation("settings");
  return (
    <Collection<Schemas["FormSummary"]>
      name="forms"
      art="file"
      right="edit"
      list={(q, cursor, signal) => body(api.GET("/api/v1/forms", { params: { query: { q, cursor } }, signal }))}
      read={async (form, signal) => {
        const found = await body(api.GET("/api/v1/forms/{form}", { params: { path: { form } }, signal }));
        return { document: found.form, rev: found.rev };
      }}
      create={(form) => body(api.POST("/api/v1/forms", { body: { form, rev: 0 } }))}
      update={(id, form, rev) => body(api.PUT("/api/v1/forms/{form}", { params: { path: { form: id } }, body: { form, rev } }))}
      remove={(form) => body(api.DELETE("/api/v1/forms/{form}", { params: { path: { form } } }))}
      start={{ id: "newsletter", name: "Newsletter", form_type: "newsletter", fields: [{ name: "email", label: "E-mail", type: "email", required: true, consent: "Yes, send me the newsletter.", purpose: "email:marketing" }] }}
      columns={[
        { key: "type", title: t("form.type"), cell: (row) => row.form_type },
        { key: "fields", title: t("form.fields"), cell: (row) => row.fields, align: "right" },
        { key: "active", title: t("form.state"), cell: (row) => <StatusBadge tone={row.active ? "good" : "quiet"}>{t(row.active ? "form.active" : "form.off")}</StatusBadge> },
        { key: "updated", title: t("collection.changed"), cell: (row) => <When at={row.updated_at} size="sm" />, wideOnly: true },
      ]}
    />
  );
}

/** Products and content that messages show. */
export function Catalogs() {
  const { t } = useTranslation("settings");
  return (
    <Collection<Schemas["Catalog"] & { id: string; name: string }>
      name="catalogs"
      art="file"
      right="publish"
      searchable={false}
      list={(_, __, signal) => body(api.GET("/api/v1/catalogs", { signal }))}
      read={async (catalog, signal) => {
        const found = await body(api.GET("/api/v1/catalogs/{catalog}", { params: { path: { catalog } }, signal }));
        return { document: documentOf(found), rev: found.rev };
      }}
      create={(catalog) => body(api.POST("/api/v1/catalogs", { body: { catalog } }))}
      update={(id, catalog, rev) => body(api.PUT("/api/v1/catalogs/{catalog}", { params: { path: { catalog: id } }, body: { catalog, rev } }))}
      remove={(catalog, rev) => body(api.DELETE("/api/v1/catalogs/{catalog}", { params: { path: { catalog }, query: { rev } } }))}
      start={{ id: "products", kind: "product", name: "Shop", currency: "EUR", low_stock: 5, fields: [{ name: "name", required: true }, { name: "colour" }], keys: { title: "name" } }}
      below={(id) => <CatalogItems catalog={id} />}
      columns={[{ key: "kind", title: t("catalog.kind"), cell: (row) => t(`catalog.kinds.${row.kind}`) }]}
    />
  );
}

const TOLD_ONLY = new Set(["rev", "updated_at", "updated_by", "items", "created_at"]);

/** A catalog without what the server only tells of it. */
function documentOf(catalog: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(catalog).filter(([name]) => !TOLD_ONLY.has(name)));
}
