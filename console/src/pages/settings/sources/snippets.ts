export const SNIPPETS = ["browser", "node", "python", "curl"] as const;
export type Snippet = (typeof SNIPPETS)[number];

const STUB =
  '!function(w,d,n,u){var s=w[n]=w[n]||[];if(s.init)return;for(var m="init track page identify group alias reset consent optIn optOut flush anonymousId".split(" "),i=0;i<m.length;i++)!function(k){s[k]=function(){s.push([Date.now(),k,arguments])}}(m[i]);var e=d.createElement("script");e.async=1;e.src=u;d.head.appendChild(e)}';

/** Code that sends a first event: with our own browser script, and with Segment's clients, which work unchanged. */
export function snippet(kind: Snippet, host: string, key: string): string {
  switch (kind) {
    case "browser":
      return `<script>
${STUB}(window,document,"stepwell","${host}/sdk/v1/stepwell.min.js");
stepwell.init({ writeKey: "${key}" });
stepwell.identify("user-42", { email: "kim@example.com" });
stepwell.track("Order Completed", { total: 12.5 });
</script>`;
    case "node":
      return `// npm install @segment/analytics-node
import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${host}", path: "/v1/batch" });
analytics.identify({ userId: "user-42", traits: { email: "kim@example.com" } });
analytics.track({ userId: "user-42", event: "Order Completed", properties: { total: 12.5 } });
await analytics.closeAndFlush();`;
    case "python":
      return `# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "${key}"
analytics.host = "${host}"
analytics.identify("user-42", {"email": "kim@example.com"})
analytics.track("user-42", "Order Completed", {"total": 12.5})
analytics.flush()`;
    case "curl":
      return `curl ${host}/v1/track -u '${key}:' -H 'Content-Type: application/json' \\
  -d '{"userId": "user-42", "event": "Order Completed", "properties": {"total": 12.5}}'`;
  }
}
