/** What the parts of the client hand to each other, and what a page may say to it. */

import type { PushConfig } from "./push/types";

export type Properties = Record<string, unknown>;

/**
 * What a visitor may allow.
 *
 * `analytics`: page views, own events and all automatic capture. `marketing`: everything that says who the
 * visitor is (identify, alias, group, values of form fields, progressive forms).
 */
export type Category = "analytics" | "marketing";
export type Choice = Partial<Record<Category, boolean>>;

/** Consent as it holds now; it goes along with each event as `context.consent`. */
export interface ConsentState extends Record<Category, boolean> {
  /** Whether the browser sends the Global Privacy Control signal. */
  gpc: boolean;
  /** Whether the visitor chose on this site, so that neither defaults nor the signal decide. */
  explicit: boolean;
}

/** Automatic capture; each part is on unless set to false. */
export interface Capture {
  /** Page views, those by the history API included. */
  pages: boolean;
  /** `page_left` with time on page and depth of scrolling. */
  engagement: boolean;
  /** `scroll_depth` at 25, 50, 75 and 100 per cent. */
  scroll: boolean;
  /** Forms with `data-stepwell-form`: `form_submission` and `page_abandonment`. */
  forms: boolean;
  /** `cta_click` and `download`; "all": every button is a call to action, not only those that are marked. */
  clicks: boolean | "all";
  /** `video_play`, `video_progress`, `video_complete`. */
  video: boolean;
  /** Forms with `data-stepwell-progressive` ask for the fields to show. */
  progressive: boolean;
}

export interface Config {
  /** Key of the source; it is public. */
  writeKey: string;
  /** Address of the deployment; where the script came from, if it was loaded by the snippet. */
  host?: string;
  /** Messages that are sent at once (20). */
  flushAt?: number;
  /** Milliseconds after which messages are sent anyway (5,000). */
  flushInterval?: number;
  /** Messages that are kept while they cannot be sent (1,000); the oldest go first. */
  maxQueue?: number;
  /** Keeps identifiers in a cookie of this domain (`example.com`), so that its subdomains share them. */
  cookieDomain?: string;
  /** What holds until the visitor chooses (both true); under Global Privacy Control both are false. */
  consent?: Choice;
  capture?: boolean | Partial<Capture>;
  /** Notifications; without it nothing of them is loaded until `stepwell.push` is called. */
  push?: PushConfig;
  /** Last word on every address that is sent. */
  cleanUrl?: (url: string) => string;
  /** Says on the console what is dropped, and why. */
  debug?: boolean;
}

export interface Page {
  url: string;
  path: string;
  search: string;
  title: string;
  referrer: string;
}

export interface Message {
  type: "track" | "page" | "identify" | "group" | "alias";
  messageId: string;
  anonymousId: string;
  userId?: string;
  timestamp: string;
  context: Properties;
  [field: string]: unknown;
}

/** What there is to say when a page is left: event name and properties. */
export type Farewell = () => [event: string, properties: Properties][];
