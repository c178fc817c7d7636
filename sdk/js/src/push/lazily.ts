/** The calls about notifications: what carries them out is loaded when the first of them is made. */

import type { Client } from "../client";
import type { Push } from "./types";

declare global {
  interface Window {
    /** What the loaded part leaves here. */
    stepwellPush?: (client: Client) => Push;
  }
}

export function lazily(client: Client): Push {
  let loading: Promise<Push> | undefined;
  const load = (): Promise<Push> =>
    (loading ??= new Promise((done, failed) => {
      client.when((config) => {
        const script = document.createElement("script");
        script.src = config.push?.script ?? `${config.host ?? ""}/sdk/v1/stepwell-push.min.js`;
        script.onload = () => done(window.stepwellPush!(client));
        script.onerror = () => {
          loading = undefined;
          failed(new Error("stepwell: no script for push"));
        };
        document.head.append(script);
      });
    }));
  return {
    subscribe: (topics) => load().then((push) => push.subscribe(topics)),
    unsubscribe: () => load().then((push) => push.unsubscribe()),
    state: () => load().then((push) => push.state()),
    ask: () => load().then((push) => push.ask()),
  };
}
