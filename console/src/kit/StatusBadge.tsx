import { Badge } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./StatusBadge.module.css";

export type Tone = "good" | "warn" | "bad" | "info" | "quiet";

/** A state in a word: a dot of its colour and the word itself, so that colour is never all there is. */
export function StatusBadge({ tone, children, pulse = false }: { tone: Tone; children: ReactNode; pulse?: boolean }) {
  return (
    <Badge
      variant="default"
      radius="xl"
      className={classes["badge"] ?? ""}
      data-tone={tone}
      leftSection={<span className={classes["dot"]} data-pulse={pulse} aria-hidden />}
    >
      {children}
    </Badge>
  );
}
