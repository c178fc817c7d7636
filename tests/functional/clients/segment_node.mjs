// @segment/analytics-node: `segment_node.mjs ADDRESS`.
import { Analytics } from "@segment/analytics-node";

const client = new Analytics({ writeKey: "secret-key", host: process.argv[2], maxEventsInBatch: 5 });
client.on("error", (fault) => console.log(fault));
const person = { userId: "ann" };
client.identify({ ...person, traits: { email: "ann@people.example", firstName: "Ann" } });
client.track({ ...person, event: "Order Completed", properties: { total: 12.5 }, timestamp: new Date("2026-03-01T09:00:00Z") });
client.page({ ...person, name: "Pricing", properties: { path: "/pricing" } });
client.screen({ ...person, name: "Home" });
client.group({ ...person, groupId: "acme", traits: { name: "Acme" } });
client.alias({ ...person, previousId: "visitor-1" });
client.track({ anonymousId: "visitor-2", event: "Seen" });
await client.closeAndFlush();
