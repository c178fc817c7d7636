/** Switches the parts of automatic capture on. */

import { clicks } from "./capture/clicks";
import { engagement } from "./capture/engagement";
import { forms } from "./capture/forms";
import { pages } from "./capture/pages";
import { progressive } from "./capture/progressive";
import { video } from "./capture/video";
import type { Client } from "./client";
import type { Capture } from "./types";

export function capture(client: Client): void {
  const asked = client.config?.capture ?? true;
  const on = (name: keyof Capture): boolean | "all" =>
    typeof asked === "boolean" ? asked : (asked[name] ?? true);
  const leaving = !!on("engagement");
  const scrolling = !!on("scroll");
  if (leaving || scrolling) engagement(client, leaving, scrolling);
  if (on("forms")) forms(client);
  if (on("clicks")) clicks(client, on("clicks") === "all");
  if (on("video")) video(client);
  if (on("progressive")) progressive(client);
  if (client.config?.push) client.push.state().catch(() => undefined);
  // Last: the first page view tells the others.
  if (on("pages")) pages(client);
}
