import { Alert, Button, Collapse, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconInfoCircle } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Config, GraphNode, NodeType } from "../model/types";
import { FieldInput } from "./FieldInput";
import { PanelContext, type PanelParts } from "./panel";
import { type Field, fieldsOf, inOrder, isAdvanced, placeOf, withValue } from "./schema";
import { SiblingsContext } from "./siblings";
import { RetryField } from "./widgets/RetryField";
import { UpdatesField } from "./widgets/UpdatesField";
import classes from "./Panels.module.css";

interface Props {
  readonly node: GraphNode;
  readonly type: NodeType;
  readonly parts: PanelParts;
  readonly wish: { readonly field: string; readonly tick: number } | null;
  readonly onChange: (config: Config, field: string) => void;
  readonly onRetry: (retry: GraphNode["retry"]) => void;
}

/** The form of a step, drawn from its type's schema: what everybody needs first, the rest folded. */
export function NodeForm({ node, type, parts, wish, onChange, onRetry }: Props) {
  const { t } = useTranslation("panels");
  const all = useMemo(() => fieldsOf(type.config, type.widgets), [type]);
  const place = useRef<HTMLDivElement>(null);
  const wanted = placeOf(wish?.field ?? "").replace(/^config\./, "");
  const advanced = all.filter(isAdvanced);
  const first = inOrder(all.filter((field) => !isAdvanced(field)), node.config);
  const inRest = advanced.some((field) => wanted === field.name || wanted.startsWith(`${field.name}.`) || parts.problems.some((one) => placeOf(one.field).startsWith(`config.${field.name}`)));
  const [opened, setOpened] = useState(false);
  const open = opened || inRest;
  const mayFail = type.falls_through.includes("failed") || type.outcomes.includes("failed");
  useEffect(() => {
    if (wanted === "") return;
    const [name = ""] = wanted.split(".");
    const found = place.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
    found?.scrollIntoView({ block: "nearest" });
    found?.querySelector<HTMLElement>("input:not([type=hidden]), textarea, button, [contenteditable=true]")?.focus();
  }, [wanted, wish?.tick]);
  const input = (field: Field) => (
    <div key={field.name} data-field={field.name}>
      <FieldInput field={field} path={`config.${field.name}`} value={node.config[field.name]} onChange={(value) => onChange(withValue(node.config, field, value), field.name)} />
    </div>
  );
  return (
    <PanelContext value={parts}>
      <SiblingsContext value={node.config}>
        <div className={classes["form"]} ref={place}>
          {type.available ? null : (
            <Alert color="orange" icon={<IconInfoCircle size={18} />} title={t("not_available")}>
              {type.missing}
            </Alert>
          )}
          {type.type === "data_update" ? <div data-field="set"><UpdatesField config={node.config} onChange={(config) => onChange(config, "set")} /></div> : first.map(input)}
          {all.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("nothing_to_set")}
            </Text>
          ) : null}
          {advanced.length === 0 && !mayFail ? null : (
            <div>
              <Button variant="subtle" color="gray" size="compact-sm" leftSection={open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />} aria-expanded={open} onClick={() => setOpened(!open)}>
                {t("advanced")}
              </Button>
              <Collapse expanded={open}>
                <div className={classes["rest"]}>
                  {advanced.map(input)}
                  {mayFail ? <div data-field="retry"><RetryField retry={node.retry} onChange={onRetry} /></div> : null}
                </div>
              </Collapse>
            </div>
          )}
        </div>
      </SiblingsContext>
    </PanelContext>
  );
}
