import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import classes from "./Page.module.css";

export interface Crumb {
  label: string;
  to: NonNullable<LinkProps["to"]>;
}

export interface PageProps {
  title: string;
  /** One or two sentences below the title: what this page is for. */
  lead?: ReactNode;
  /** Pages above this one. */
  crumbs?: readonly Crumb[];
  /** Beside the title: a status, a switch. */
  beside?: ReactNode;
  /** Buttons on the right; the main one last. */
  actions?: ReactNode;
  /** narrow: forms and texts; wide: lists (default); full: no margins, for canvases. */
  width?: "narrow" | "wide" | "full";
  /** The title stays for screen readers and the browser's tab only. */
  hideHeader?: boolean;
  children?: ReactNode;
}

/** The frame of every page: title, what it is for, what to do here. */
export function Page({ title, lead, crumbs, beside, actions, width = "wide", hideHeader = false, children }: PageProps) {
  useDocumentTitle(`${title} · Stepwell`);
  return (
    <div className={classes["page"]} data-width={width}>
      {hideHeader ? (
        <h1 className="unseen">{title}</h1>
      ) : (
        <Group justify="space-between" align="flex-start" gap="md" wrap="wrap" className={classes["header"] ?? ""}>
          <Stack gap={4} className={classes["titles"] ?? ""}>
            {crumbs && crumbs.length > 0 && (
              <Breadcrumbs separatorMargin={6}>
                {crumbs.map((crumb) => (
                  <Anchor key={crumb.label} component={Link} to={crumb.to} size="sm" c="dimmed">
                    {crumb.label}
                  </Anchor>
                ))}
              </Breadcrumbs>
            )}
            <Group gap="sm">
              <Title order={1}>{title}</Title>
              {beside}
            </Group>
            {lead && (
              <Text c="dimmed" size="sm" maw={720}>
                {lead}
              </Text>
            )}
          </Stack>
          {actions && <Group gap="sm">{actions}</Group>}
        </Group>
      )}
      {children}
    </div>
  );
}
