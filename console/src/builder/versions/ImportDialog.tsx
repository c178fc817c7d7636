import { Alert, Button, FileButton, Group, Modal, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { CodeEditor } from "@/kit/CodeEditor";
import { GraphView } from "../GraphView";
import type { Catalogue, Graph } from "../model/types";
import { Changes } from "./Changes";
import { compare, countOf, pictureOf } from "./compare";
import { readWorkflow } from "./reading";

interface Props {
  readonly current: Graph;
  readonly catalogue: Catalogue;
  readonly onClose: () => void;
  /** Puts it into the draft: one step that can be undone. */
  readonly onTake: (graph: Graph) => void;
}

/** Takes a workflow from a file into the draft, after showing what it changes. */
export function ImportDialog({ current, catalogue, onClose, onTake }: Props) {
  const { t } = useTranslation(["versions", "kit"]);
  const [text, setText] = useState("");
  const [at, setAt] = useState("");
  const [shown, setShown] = useState(false);
  const read = useMemo(() => readWorkflow(text), [text]);
  const diff = useMemo(() => (read instanceof Error || read === null ? null : compare(current, { ...read, details: { ...read.details, id: current.details["id"] } })), [read, current]);
  const picture = useMemo(() => (read instanceof Error || read === null || diff === null ? null : pictureOf(current, read, diff)), [read, current, diff]);
  const take = (file: File | null): void => void file?.text().then(setText);
  return (
    <Modal opened size={shown ? "80rem" : "lg"} onClose={onClose} title={t("import_title")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      {shown && picture !== null && diff !== null ? (
        <div style={{ display: "flex", height: "60vh", border: "1px solid var(--line)", borderRadius: 10, overflow: "hidden" }}>
          <div style={{ display: "flex", flex: 1, minWidth: 0 }}>
            <GraphView graph={picture.graph} catalogue={catalogue} marks={picture.marks} wayMarks={picture.wayMarks} selected={at} onSelect={(node) => setAt(node ?? "")} />
          </div>
          <div style={{ width: 320, padding: 16, overflowY: "auto", borderInlineStart: "1px solid var(--line)" }}>
            <Changes diff={diff} names={picture.graph} first={false} selected={at} onNode={setAt} />
          </div>
        </div>
      ) : (
        <Stack>
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              {t("import_text")}
            </Text>
            <FileButton accept=".yaml,.yml,.json" onChange={take}>
              {(button) => (
                <Button {...button} size="xs" variant="default">
                  {t("choose_file")}
                </Button>
              )}
            </FileButton>
          </Group>
          <CodeEditor language="yaml" label={t("import_label")} height={320} value={text} onChange={setText} />
        </Stack>
      )}
      {read instanceof Error && text.trim() !== "" ? (
        <Alert color="red" variant="light" mt="md" role="alert">
          {t("unreadable", { why: read.message })}
        </Alert>
      ) : null}
      <Group justify="flex-end" mt="md">
        {shown ? (
          <Button variant="default" onClick={() => setShown(false)}>
            {t("back")}
          </Button>
        ) : null}
        <Button
          disabled={picture === null || diff === null || (shown && countOf(diff) === 0)}
          onClick={() => {
            if (!shown) setShown(true);
            else if (!(read instanceof Error) && read !== null) {
              onTake(read);
              onClose();
            }
          }}
        >
          {t(shown ? "import_take" : "import_compare")}
        </Button>
      </Group>
    </Modal>
  );
}
