/** From least to most; each may do what those before it may. The server checks anyway. */
export const ROLES = ["viewer", "editor", "publisher", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** What people do, by the least role that may. */
export const RIGHTS = {
  view: "viewer",
  edit: "editor",
  publish: "publisher",
  administer: "admin",
} as const satisfies Record<string, Role>;
export type Right = keyof typeof RIGHTS;

export function mayDo(role: Role, right: Right): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(RIGHTS[right]);
}

export function roleOf(text: string): Role {
  return ROLES.find((role) => role === text) ?? "viewer";
}
