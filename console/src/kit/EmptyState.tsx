import { Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Art, type ArtName } from "./Art";
import classes from "./EmptyState.module.css";

export interface EmptyStateProps {
  art: ArtName;
  title: string;
  /** What it is and why one wants it, in a sentence or two. */
  text: ReactNode;
  /** One button. */
  children?: ReactNode;
  /** For panels and cards. */
  compact?: boolean;
}

/** Stands where a list would be, and teaches what the list is for. */
export function EmptyState({ art, title, text, children, compact = false }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" className={classes["empty"] ?? ""} data-compact={compact}>
      <Art name={art} size={compact ? 96 : 148} />
      <Text component="h2" fw={650} size={compact ? "md" : "lg"} ta="center">
        {title}
      </Text>
      <Text c="dimmed" ta="center" maw={460} size="sm">
        {text}
      </Text>
      {children && <Group mt="sm">{children}</Group>}
    </Stack>
  );
}
