export const CLIENTS = ["browser", "node", "python", "curl"] as const;
export type Client = (typeof CLIENTS)[number];

// The loader of the browser client (sdk/js/README.md): keeps calls until the script is there.
const LOADER =
  '!function(w,d,n,u){var s=w[n]=w[n]||[];if(s.init)return;for(var m="init track page identify group alias reset consent optIn optOut flush anonymousId".split(" "),i=0;i<m.length;i++)!function(k){s[k]=function(){s.push([Date.now(),k,arguments])}}(m[i]);var e=d.createElement("script");e.async=1;e.src=u;d.head.appendChild(e)}';

/** Code that sends a first event from each client. */
export function snippet(client: Client, endpoint: string, key: string): string {
  switch (client) {
    case "browser":
      return `<script>
${LOADER}(window,document,"stepwell","${endpoint}/sdk/v1/stepwell.min.js");
stepwell.init({ writeKey: "${key}" });
stepwell.identify("user-1", { email: "ada@example.com" });
stepwell.track("signup", { plan: "pro" });
</script>`;
    case "node":
      return `// npm install @segment/analytics-node
import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${endpoint}" });
analytics.identify({ userId: "user-1", traits: { email: "ada@example.com" } });
analytics.track({ userId: "user-1", event: "signup", properties: { plan: "pro" } });
await analytics.closeAndFlush();`;
    case "python":
      return `# pip install segment-analytics-python
from segment import analytics

analytics.write_key = "${key}"
analytics.host = "${endpoint}"
analytics.identify("user-1", {"email": "ada@example.com"})
analytics.track("user-1", "signup", {"plan": "pro"})
analytics.flush()`;
    case "curl":
      return `curl ${endpoint}/v1/track \\
  -u "${key}:" \\
  -H "Content-Type: application/json" \\
  -d '{
    "event": "signup",
    "userId": "user-1",
    "properties": { "plan": "pro" },
    "context": { "traits": { "email": "ada@example.com" } }
  }'`;
  }
}
