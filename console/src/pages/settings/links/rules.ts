export const UTM = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id"] as const;
type Utm = (typeof UTM)[number];

export interface LinkRules {
  tracking: "provider" | "own";
  pixel: boolean;
  utm: Partial<Record<Utm, string>>;
  hosts: readonly string[];
}

/** The stored settings with every part that they may lack. */
export function linksOf(settings: Readonly<Record<string, unknown>>): LinkRules {
  const utm = (typeof settings["utm"] === "object" && settings["utm"] !== null ? settings["utm"] : {}) as Record<string, unknown>;
  return {
    tracking: settings["tracking"] === "own" ? "own" : "provider",
    pixel: settings["pixel"] === true,
    utm: Object.fromEntries(UTM.flatMap((name) => (typeof utm[name] === "string" ? [[name, utm[name]]] : []))),
    hosts: Array.isArray(settings["hosts"]) ? settings["hosts"].map(String) : [],
  };
}

const STANDS: Readonly<Record<string, string>> = { "{workflow}": "welcome", "{node}": "greeting", "{template}": "hello", "{link}": "k3jd7s" };

/** A link as it leaves, by these rules. */
export function exampleOf({ utm, hosts }: LinkRules): string {
  const host = hosts[0] ?? "shop.example.com";
  const added = UTM.flatMap((name) => {
    const value = Object.entries(STANDS).reduce((text, [place, stands]) => text.replaceAll(place, stands), utm[name] ?? "");
    return value === "" ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return `https://${host}/sale${added.length > 0 ? `?${added.join("&")}` : ""}`;
}
