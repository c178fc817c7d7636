export const LIMIT: number;
export const version: string;
export function make(folder: string): Promise<number>;
