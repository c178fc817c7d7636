import {
  IconActivity,
  IconAdjustments,
  IconArrowBackUp,
  IconBellRinging,
  IconBoxMultiple,
  IconBuildingStore,
  IconChartHistogram,
  IconClipboardList,
  IconDatabase,
  IconDeviceMobileMessage,
  IconForms,
  IconHistory,
  IconHourglass,
  IconListCheck,
  IconLink,
  IconMailForward,
  IconMathFunction,
  IconMessages,
  IconPlugConnected,
  IconShieldCheck,
  IconSpeakerphone,
  IconStairs,
  IconTransfer,
  IconUserCircle,
  IconUserExclamation,
  IconUserSearch,
  IconUsers,
  IconWorld,
} from "@tabler/icons-react";
import { lazy } from "react";

const documents = () => import("./documents/sections");
const collections = () => import("./documents/collections");

/** All settings by group, in the order of the navigation; each is loaded when it is opened. */
export const GROUPS = [
  {
    key: "workspace",
    sections: [
      { key: "general", icon: IconBuildingStore, page: lazy(() => import("./general/General").then((m) => ({ default: m.General }))) },
      { key: "safety", icon: IconShieldCheck, page: lazy(() => import("./general/Safety").then((m) => ({ default: m.Safety }))) },
      { key: "team", icon: IconUsers, page: lazy(() => import("./people/Team").then((m) => ({ default: m.Team }))) },
      { key: "audit", icon: IconHistory, page: lazy(() => import("./people/Audit").then((m) => ({ default: m.Audit }))) },
      { key: "profile", icon: IconUserCircle, page: lazy(() => import("./people/Profile").then((m) => ({ default: m.Profile }))) },
    ],
  },
  {
    key: "messages",
    sections: [
      { key: "sending", icon: IconMailForward, page: lazy(() => import("./sending/Sending").then((m) => ({ default: m.Sending }))) },
      { key: "channels", icon: IconMessages, page: lazy(() => import("./channels/Channels").then((m) => ({ default: m.Channels }))) },
      { key: "rules", icon: IconAdjustments, page: lazy(() => import("./channels/Rules").then((m) => ({ default: m.Rules }))) },
      { key: "texts", icon: IconDeviceMobileMessage, page: lazy(() => import("./channels/Texts").then((m) => ({ default: m.Texts }))) },
      { key: "push", icon: IconBellRinging, page: lazy(() => import("./channels/Push").then((m) => ({ default: m.Push }))) },
      { key: "preferences", icon: IconListCheck, page: lazy(() => import("./channels/Centre").then((m) => ({ default: m.CentrePage }))) },
      { key: "requests", icon: IconUserExclamation, page: lazy(() => import("./channels/Requests").then((m) => ({ default: m.Requests }))) },
      { key: "links", icon: IconLink, page: lazy(() => import("./links/Links").then((m) => ({ default: m.Links }))) },
      { key: "replies", icon: IconArrowBackUp, page: lazy(() => documents().then((m) => ({ default: m.Replies }))) },
      { key: "social_rules", icon: IconSpeakerphone, page: lazy(() => import("./documents/SocialRules").then((m) => ({ default: m.SocialRules }))) },
    ],
  },
  {
    key: "connections",
    sections: [
      { key: "sources", icon: IconPlugConnected, page: lazy(() => import("./sources/Sources").then((m) => ({ default: m.Sources }))) },
      { key: "environments", icon: IconTransfer, page: lazy(() => import("./environments/Environments").then((m) => ({ default: m.Environments }))) },
    ],
  },
  {
    key: "data",
    sections: [
      { key: "attributes", icon: IconDatabase, page: lazy(() => import("./data/Attributes").then((m) => ({ default: m.Attributes }))) },
      { key: "computed", icon: IconMathFunction, page: lazy(() => documents().then((m) => ({ default: m.Computed }))) },
      { key: "lifecycle", icon: IconStairs, page: lazy(() => documents().then((m) => ({ default: m.Lifecycle }))) },
      { key: "retention", icon: IconHourglass, page: lazy(() => import("./data/Retention").then((m) => ({ default: m.RetentionRules }))) },
      { key: "topics", icon: IconWorld, page: lazy(() => import("./data/Topics").then((m) => ({ default: m.Topics }))) },
      { key: "catalogs", icon: IconBoxMultiple, page: lazy(() => collections().then((m) => ({ default: m.Catalogs }))) },
    ],
  },
  {
    key: "behaviour",
    sections: [
      { key: "scoring", icon: IconChartHistogram, page: lazy(() => collections().then((m) => ({ default: m.Scoring }))) },
      { key: "sequences", icon: IconActivity, page: lazy(() => collections().then((m) => ({ default: m.Sequences }))) },
    ],
  },
  {
    key: "profiling",
    sections: [
      { key: "forms", icon: IconForms, page: lazy(() => collections().then((m) => ({ default: m.Forms }))) },
      { key: "stages", icon: IconClipboardList, page: lazy(() => documents().then((m) => ({ default: m.Stages }))) },
      { key: "enrichment", icon: IconUserSearch, page: lazy(() => documents().then((m) => ({ default: m.Enrichment }))) },
    ],
  },
] as const;

export type GroupKey = (typeof GROUPS)[number]["key"];
export type SectionKey = (typeof GROUPS)[number]["sections"][number]["key"];
