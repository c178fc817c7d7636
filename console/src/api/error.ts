/** One thing that is wrong, and where: `place` is a path into what was sent, as `workflow.nodes.0.config.template`. */
export interface Detail {
  place?: string;
  message: string;
  code?: string;
}

/** A request that was refused or failed; `message` is for people and comes from the server where there was an answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** 0: no answer at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: unknown = null,
  ) {
    super(message);
  }

  /** Whether the same request may do better in a moment. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** Whether somebody else changed it since it was read. */
  get isConflict(): boolean {
    return this.status === 409;
  }

  /** Everything that is wrong with a place, where the server said so. */
  places(): Detail[] {
    return listOf(this.details).flatMap((one) => detailOf(one));
  }
}

function listOf(details: unknown): unknown[] {
  if (Array.isArray(details)) return details;
  if (isRecord(details)) {
    const named = ["violations", "errors", "problems", "issues", "faults"].map((key) => details[key]).find(Array.isArray);
    return (named as unknown[] | undefined) ?? [];
  }
  return [];
}

function detailOf(one: unknown): Detail[] {
  if (!isRecord(one) || typeof one["message"] !== "string") return [];
  const place = one["place"] ?? one["path"] ?? one["field"];
  return [
    {
      message: one["message"],
      ...(typeof place === "string" ? { place } : {}),
      ...(typeof one["code"] === "string" ? { code: one["code"] } : {}),
    },
  ];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads the API's `{code, message, details}`, and answers of gateways that speak otherwise. */
export function errorOf(status: number, body: unknown): ApiError {
  if (isRecord(body)) {
    const { code, message, details } = body;
    if (typeof code === "string" && typeof message === "string") return new ApiError(status, code, message, details);
    if (typeof message === "string") return new ApiError(status, `http_${status}`, message);
  }
  return new ApiError(status, `http_${status}`, "");
}

/** What was thrown, as an ApiError; a fault of our own code stays visible by its message. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, "unexpected", error instanceof Error ? error.message : String(error));
}
