/** For bundlers: `import stepwell from "@stepwell/sdk"; stepwell.init({ writeKey, host })`. */

import { Client } from "./client";
import { capture } from "./parts";

export { Client } from "./client";
export type { Prompt, Push, PushConfig, PushState } from "./push/types";
export type { Capture, Category, Choice, Config, ConsentState, Properties } from "./types";

/** A client of its own, e.g. with another key; most pages need the default one only. */
export function createClient(): Client {
  return new Client([capture]);
}

export default createClient();
