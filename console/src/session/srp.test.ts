import { expect, it } from "vitest";
import { Srp, timestampOf } from "./srp";

// Made with AWS's own client (Amplify 6.21.1) from the same values.
const PROOF = "maTkooFEBEnbjEA0NTJfdSVpSP1QOn/gBOfunnISQ6A=";
const CHALLENGE = { userId: "user-1", salt: "80f1e2d3c4b5a697".repeat(2), serverPublic: "9f".repeat(384), secretBlock: btoa("a secret block") };
const NOW = new Date("2025-11-03T01:02:03Z");

it("proves the password as AWS's own client does", async () => {
  const srp = new Srp(new Uint8Array(128).fill(0xab));
  expect(srp.publicValue.startsWith("5cb967af6ec0aa592e56e77f603b2a2fca70ddb0")).toBe(true);
  expect(await srp.prove("AbCdEfGhI", "Pä55word!", CHALLENGE, NOW)).toEqual({ timestamp: "Mon Nov 3 01:02:03 UTC 2025", signature: PROOF });
});

it("takes no zero from a server: it would make the secret known to everybody", async () => {
  await expect(new Srp().prove("AbCdEfGhI", "x", { ...CHALLENGE, serverPublic: "0" }, NOW)).rejects.toThrow(/zero/);
});

it("begins anew each time", () => {
  expect(new Srp().publicValue).not.toBe(new Srp().publicValue);
});

it("tells the time as Cognito reads it", () => {
  expect(timestampOf(new Date("2026-12-25T23:59:09Z"))).toBe("Fri Dec 25 23:59:09 UTC 2026");
});
