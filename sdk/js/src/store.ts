/** Keeps small texts over page loads: a cookie, local storage, or memory when the browser allows neither. */

const PREFIX = "stepwell_";
const YEAR_S = 31_536_000;

/** Names `id:…` are identifiers and the choice of consent; all others are too large for a cookie. */
export class Store {
  private _memory = new Map<string, string>();
  private _local: Storage | undefined;

  constructor(private _domain = "") {
    try {
      // Reading the property alone throws where storage is forbidden, and a full or private one throws on writing.
      const storage = window.localStorage;
      storage.setItem(PREFIX, "1");
      storage.removeItem(PREFIX);
      this._local = storage;
    } catch {
      this._local = undefined;
    }
  }

  get(name: string): string | null {
    return (
      (this._cookies(name) ? this._cookie(name) : null) ??
      this._read(name) ??
      this._memory.get(name) ??
      null
    );
  }

  set(name: string, value: string): void {
    this._memory.set(name, value);
    if (this._cookies(name)) this._bake(name, encodeURIComponent(value), YEAR_S);
    try {
      this._local?.setItem(PREFIX + name, value);
    } catch {
      // Full: what lies there is older than what memory holds.
      this._local?.removeItem(PREFIX + name);
    }
  }

  remove(name: string): void {
    this._memory.delete(name);
    if (this._cookies(name)) this._bake(name, "", 0);
    this._local?.removeItem(PREFIX + name);
  }

  /** Names in local storage that begin so: also those of other pages and tabs. */
  names(begin: string): string[] {
    return Object.keys(this._local ?? {})
      .filter((name) => name.startsWith(PREFIX + begin))
      .map((name) => name.slice(PREFIX.length));
  }

  private _read(name: string): string | null {
    return this._local ? this._local.getItem(PREFIX + name) : null;
  }

  private _cookies(name: string): boolean {
    return name.startsWith("id:") && (this._domain !== "" || !this._local);
  }

  private _cookieName(name: string): string {
    return PREFIX + name.slice(3);
  }

  private _cookie(name: string): string | null {
    const begin = this._cookieName(name) + "=";
    const found = document.cookie.split("; ").find((part) => part.startsWith(begin));
    try {
      return found ? decodeURIComponent(found.slice(begin.length)) : null;
    } catch {
      return null;
    }
  }

  private _bake(name: string, value: string, age: number): void {
    const domain = this._domain ? `; domain=${this._domain}` : "";
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${this._cookieName(name)}=${value}; path=/; max-age=${age}; samesite=lax${domain}${secure}`;
  }
}
