import { Skeleton } from "@mantine/core";
import { Suspense, lazy } from "react";
import type { CodeEditorProps } from "./code/Editor";

const Editor = lazy(() => import("./code/Editor").then((m) => ({ default: m.Editor })));

export type { CodeEditorProps, Marker, CodeLanguage } from "./code/Editor";

/** Text with lines, colours and marks at what is wrong. CodeMirror is loaded when the first one is shown. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<Skeleton height={props.height ?? 320} radius="md" />}>
      <Editor {...props} />
    </Suspense>
  );
}
