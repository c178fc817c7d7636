/** JSON as people read it, and the line on which each place of it begins. */
export interface Printed {
  text: string;
  /** By path, as `properties.total` or `items[0]`; the whole is the empty path. */
  lines: ReadonlyMap<string, number>;
}

export function printed(document: unknown): Printed {
  const out: string[] = [];
  const lines = new Map<string, number>();
  write(document, "", "", "", out, lines);
  return { text: out.join("\n"), lines };
}

function write(value: unknown, path: string, indent: string, before: string, out: string[], lines: Map<string, number>): void {
  lines.set(path, out.length + 1);
  if (typeof value !== "object" || value === null) {
    out.push(`${indent}${before}${JSON.stringify(value)}`);
    return;
  }
  const list = Array.isArray(value);
  const inner: [string, string, unknown][] = list
    ? value.map((one: unknown, place) => [`${path}[${place}]`, "", one])
    : Object.entries(value).map(([name, one]) => [path ? `${path}.${name}` : name, `${JSON.stringify(name)}: `, one]);
  const [open, close] = list ? "[]" : "{}";
  if (inner.length === 0) {
    out.push(`${indent}${before}${open}${close}`);
    return;
  }
  out.push(`${indent}${before}${open}`);
  inner.forEach(([where, name, one], place) => {
    write(one, where, `${indent}  `, name, out, lines);
    if (place < inner.length - 1) out.push(`${out.pop() ?? ""},`);
  });
  out.push(`${indent}${close}`);
}

/** The line of a place that the server named, or of the nearest thing around it that is there. */
export function lineOf({ lines }: Printed, place: string): number {
  let path = place.replace(/^batch\[\d+\]\.?/, "");
  for (;;) {
    const line = lines.get(path);
    if (line !== undefined || path === "") return line ?? 1;
    path = path.replace(/(\.[^.[\]]*|\[\d+\]|^[^.[\]]*)$/, "");
  }
}
