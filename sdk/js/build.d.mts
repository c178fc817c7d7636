export type Script = "stepwell.min.js" | "stepwell-push.min.js" | "stepwell-sw.js";
export const LIMIT: number;
export const LIMITS: Record<Script, number>;
export const version: string;
export function make(folder: string): Promise<Record<Script, number>>;
