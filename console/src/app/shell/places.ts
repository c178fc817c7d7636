import {
  IconActivity,
  IconCalendar,
  IconChartPie,
  IconFileImport,
  IconHome,
  IconLayoutGrid,
  IconMail,
  IconMailCheck,
  IconPuzzle,
  IconRoute,
  IconSettings,
  IconSpeakerphone,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";

export interface Place {
  key: "home" | "workflows" | "gallery" | "social" | "calendar" | "contacts" | "segments" | "imports" | "templates" | "content" | "deliverability" | "events" | "settings";
  to: NonNullable<LinkProps["to"]>;
  icon: Icon;
}

/** What the navigation and the command palette lead to. */
export const PLACES: { section: "journeys" | "audience" | "workspace" | null; places: Place[] }[] = [
  { section: null, places: [{ key: "home", to: "/", icon: IconHome }] },
  {
    section: "journeys",
    places: [
      { key: "workflows", to: "/workflows", icon: IconRoute },
      { key: "gallery", to: "/gallery", icon: IconLayoutGrid },
      { key: "templates", to: "/templates", icon: IconMail },
      { key: "content", to: "/content/{-$shelf}", icon: IconPuzzle },
      { key: "social", to: "/social", icon: IconSpeakerphone },
      { key: "calendar", to: "/calendar", icon: IconCalendar },
    ],
  },
  {
    section: "audience",
    places: [
      { key: "contacts", to: "/contacts", icon: IconUsers },
      { key: "segments", to: "/segments", icon: IconChartPie },
      { key: "imports", to: "/imports", icon: IconFileImport },
    ],
  },
  {
    section: "workspace",
    places: [
      { key: "deliverability", to: "/deliverability", icon: IconMailCheck },
      { key: "events", to: "/events", icon: IconActivity },
      { key: "settings", to: "/settings/{-$section}", icon: IconSettings },
    ],
  },
];
