/** What the tests are told: the deployed platform and a workspace of their own. */
import { readFileSync } from "node:fs";

/** What there is to see in a workspace that was filled. */
export interface Shown {
  readonly workflow: string;
  readonly draft: string;
  readonly contact: string;
  readonly segment: string;
  readonly template: string;
  readonly import: string;
}

export interface Given {
  /** Address of the console. */
  readonly console: string;
  /** Address of the local cloud: its clock and its inbox. */
  readonly cloud: string;
  /** Address of the tracking API that every client can resolve. */
  readonly api: string;
  readonly tenant: string;
  readonly password: string;
  readonly write_key: string;
  /** Of the administrator's authenticator. */
  readonly secret: string;
  readonly shown?: Shown;
}

const file = process.env["STEPWELL_E2E"];
if (file === undefined) throw new Error("STEPWELL_E2E is not set: run `make test-console`.");

export const given = JSON.parse(readFileSync(file, "utf8")) as Given;
