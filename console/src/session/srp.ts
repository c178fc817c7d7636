/**
 * Cognito's Secure Remote Password (RFC 5054's 3072-bit group, SHA-256), so that no password leaves the browser.
 * The protocol as AWS's own clients speak it: every number is padded to whole bytes with a zero before a high bit,
 * and the shared secret goes through an HKDF (RFC 5869) whose salt is the scrambling parameter.
 */
const N = BigInt(
  "0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
);
const G = 2n;
const SECRET_BYTES = 128;
const KEY_BYTES = 16;
const KEY_NAME = "Caldera Derived Key";
type Bytes = Uint8Array<ArrayBuffer>;

/** What Cognito answers when a sign-in begins. */
export interface Challenge {
  userId: string;
  salt: string;
  serverPublic: string;
  secretBlock: string;
}

export interface Proof {
  timestamp: string;
  signature: string;
}

/** One try to sign in: a public value to send, and a proof that the password is known. */
export class Srp {
  readonly #secret: bigint;
  readonly #public: bigint;

  constructor(random: Bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))) {
    this.#secret = numberOf(hexOf(random)) % N;
    this.#public = power(G, this.#secret);
  }

  get publicValue(): string {
    return this.#public.toString(16);
  }

  /**
   * @param pool The pool's id without its region.
   * @throws Error when the server's value is none that an honest server sends.
   */
  async prove(pool: string, password: string, challenge: Challenge, now: Date): Promise<Proof> {
    const theirs = numberOf(challenge.serverPublic);
    if (theirs % N === 0n) throw new Error("The server's SRP value is zero.");
    const scramble = await hash(padded(this.#public), padded(theirs));
    const identity = await digest(text(`${pool}${challenge.userId}:${password}`));
    const x = await hash(padded(numberOf(challenge.salt)), identity);
    const k = await hash(padded(N), padded(G));
    const shared = power(modulo(theirs - k * power(G, x)), this.#secret + scramble * x);
    const extracted = await hmac(padded(scramble), padded(shared));
    const key = (await hmac(extracted, text(KEY_NAME), new Uint8Array([1]))).slice(0, KEY_BYTES);
    const timestamp = timestampOf(now);
    const signature = await hmac(key, text(`${pool}${challenge.userId}`), bytesOf(atob(challenge.secretBlock)), text(timestamp));
    return { timestamp, signature: btoa(String.fromCharCode(...signature)) };
  }
}

/** `Mon Nov 3 01:02:03 UTC 2026`: Cognito takes no other form. */
export function timestampOf(now: Date): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = now.toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}

function modulo(value: bigint): bigint {
  return ((value % N) + N) % N;
}

function power(base: bigint, exponent: bigint): bigint {
  let found = 1n;
  let square = modulo(base);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) found = (found * square) % N;
    square = (square * square) % N;
  }
  return found;
}

function padded(value: bigint): Bytes {
  const hex = value.toString(16);
  const whole = hex.length % 2 === 1 ? `0${hex}` : hex;
  return fromHex(/^[89a-f]/i.test(whole) ? `00${whole}` : whole);
}

async function hash(...parts: Bytes[]): Promise<bigint> {
  return numberOf(hexOf(await digest(...parts)));
}

async function digest(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
}

async function hmac(key: Bytes, ...parts: Bytes[]): Promise<Bytes> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, joined(parts)));
}

function joined(parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function numberOf(hex: string): bigint {
  return BigInt(`0x${hex}`);
}

function fromHex(hex: string): Bytes {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}

function hexOf(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(latin: string): Bytes {
  return Uint8Array.from(latin, (sign) => sign.charCodeAt(0));
}

function text(from: string): Bytes {
  return new TextEncoder().encode(from);
}
