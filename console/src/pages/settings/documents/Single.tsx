import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/queries";
import { useKept, type Kept } from "@/api/documents";
import type { Right } from "@/session/roles";
import { Card, Loaded } from "../Card";
import { DocumentEditor } from "./DocumentEditor";
import classes from "../Settings.module.css";

export interface SingleProps {
  name: "replies" | "social_rules" | "computed" | "lifecycle" | "stages" | "enrichment";
  right: Right;
  read: (signal: AbortSignal) => Promise<Kept>;
  save: (document: unknown, rev: number) => Promise<unknown>;
  /** An example, shown beside the editor. */
  example: string;
  beside?: (told: Kept) => ReactNode;
  more?: (value: unknown) => ReactNode;
}

/** A setting that is one document. */
export function Single({ name, right, read, save, example, beside, more }: SingleProps) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const kept = useKept(name, read);
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: keys.of("documents", name) });
  return (
    <Loaded query={kept} height={420}>
      {(found) => (
        <>
          {beside?.(found)}
          <Card title={t(`section.${name}.title`)} text={t("document.text")}>
            <DocumentEditor
              // Saved or loaded again: what the server holds is the start of the next change.
              key={`${found.rev}-${kept.dataUpdatedAt}`}
              label={t(`section.${name}.title`)}
              value={found.document}
              right={right}
              reload={() => void again()}
              {...(more ? { more } : {})}
              save={async (document) => {
                await save(document, found.rev);
                await again();
              }}
            />
          </Card>
          <Card title={t("document.example")} text={t(`example.${name}`)}>
            <pre className={classes["snippet"]} tabIndex={0}>
              {example}
            </pre>
          </Card>
        </>
      )}
    </Loaded>
  );
}
