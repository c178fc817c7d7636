// @rudderstack/rudder-sdk-node: `rudder_node.mjs ADDRESS`.
import RudderAnalytics from "@rudderstack/rudder-sdk-node";

const Client = RudderAnalytics.default ?? RudderAnalytics;
const client = new Client("secret-key", { dataPlaneUrl: process.argv[2], flushAt: 20, flushInterval: 200 });
const person = { userId: "ann" };
client.identify({ ...person, traits: { email: "ann@people.example", firstName: "Ann" } });
client.track({ ...person, event: "Order Completed", properties: { total: 12.5 }, originalTimestamp: new Date("2026-03-01T09:00:00Z") });
client.page({ ...person, name: "Pricing", properties: { path: "/pricing" } });
client.screen({ ...person, name: "Home" });
client.group({ ...person, groupId: "acme", traits: { name: "Acme" } });
client.alias({ ...person, previousId: "visitor-1" });
client.track({ anonymousId: "visitor-2", event: "Seen" });
await new Promise((done) => client.flush(done));
process.exit(0);
