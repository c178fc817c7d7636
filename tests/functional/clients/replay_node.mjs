// @segment/analytics-node: `replay_node.mjs ADDRESS FILE` sends the calls of a JSON lines file.
import { readFileSync } from "node:fs";
import { Analytics } from "@segment/analytics-node";

const client = new Analytics({ writeKey: "secret-key", host: process.argv[2], maxEventsInBatch: 50 });
client.on("error", (fault) => console.log(fault));
for (const line of readFileSync(process.argv[3], "utf8").split("\n").filter(Boolean)) {
  const { call, user_id, anonymous_id, message_id, timestamp, event, name, properties, traits } = JSON.parse(line);
  const person = { messageId: message_id, timestamp: new Date(timestamp), ...(user_id && { userId: user_id }), ...(anonymous_id && { anonymousId: anonymous_id }) };
  if (call === "identify") client.identify({ ...person, traits });
  else if (call === "page") client.page({ ...person, name, properties });
  else client.track({ ...person, event, properties });
}
await client.closeAndFlush();
