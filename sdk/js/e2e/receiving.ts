/** Tests with a receiver, one for each worker. */
import { test as base } from "@playwright/test";
import { Receiver } from "./receiver";

export const test = base.extend<object, { receiver: Receiver }>({
  receiver: [
    async ({}, use) => {
      const receiver = await new Receiver().start();
      await use(receiver);
      receiver.stop();
    },
    { scope: "worker" },
  ],
});
