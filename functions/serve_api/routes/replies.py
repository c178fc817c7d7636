"""The one boundary where failures become HTTP answers, and results become plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar, cast

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, Field
from replies.forms import Listed
from stepwell import errors
from stepwell.contracts.clock import iso
from stepwell.publishing.listing import Page

T = TypeVar("T")

STATUS: Mapping[type[errors.StepwellError], int] = {
    errors.ValidationFailed: 422,
    errors.InvalidInput: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.LimitExceeded: 422,
    errors.NotReady: 503,
    errors.FencedOff: 409,
    errors.ProviderRejected: 502,
    errors.OutcomeUnknown: 502,
    errors.Throttled: 429,
    errors.Unavailable: 503,
}
SECURITY = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class ErrorReply(BaseModel):
    """What every failure looks like."""

    code: str = Field(description="Stable machine name.")
    message: str = Field(description="What is wrong and what to do, a sentence for a person.")
    details: dict[str, Any] = Field(
        description="More, by kind: `violations`, each with `code`, `message` and `place`; `place` of a single fault."
    )


def status_of(error: errors.StepwellError) -> int:
    """Return the HTTP status of an error: that of its nearest ancestor in the tree."""
    if "dependency" in error.details and not error.retryable:
        return 502  # AWS refused us, not the caller
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 500


def failure(error: errors.StepwellError) -> Response[str]:
    """Return the answer to a request that failed."""
    status = status_of(error)
    headers: dict[str, str | list[str]] = dict(SECURITY)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    retry_after = getattr(error, "retry_after_s", None)
    if error.retryable:
        headers["Retry-After"] = str(max(1, round(retry_after or 1)))
    body = {"code": error.code, "message": error.message, "details": plain(error.details)}
    return Response(
        status_code=status, content_type="application/json", body=json.dumps(body), headers=headers
    )


def malformed(faults: Sequence[Mapping[str, Any]]) -> errors.ValidationFailed:
    """Turn the form's faults into one of our errors; values are left out, they may be personal."""
    violations = [
        {
            "code": str(fault["type"]),
            "place": ".".join(str(part) for part in fault["loc"] if part not in ("body", "query", "path")),
            "message": str(fault.get("msg") or "is not valid"),
        }
        for fault in faults
    ]
    first = violations[0] if violations else {"place": "", "message": "is not valid"}
    return errors.ValidationFailed(
        f"The request is malformed: {first['place'] or 'body'}: {first['message']}.", violations
    )


def plain(value: Any) -> Any:
    """Return a result as plain JSON: dataclasses as mappings, times as ISO 8601."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return iso(value)
        case date():
            return value.isoformat()
        case BaseModel():
            return value.model_dump(mode="json")
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if not f.name.startswith("_")}
    if isinstance(value, Sequence | set | frozenset):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} is no plain value")


def reply(kind: type[T], value: object) -> T:  # noqa: ARG001
    """Return a result as plain JSON; `kind` is for readers and mypy, `comparing` checks that it is true."""
    return cast(T, plain(value))


def listed(page: Page[Any], items: Sequence[Any] | None = None) -> Listed[Any]:
    """Return a page as `{items, cursor, total}`."""
    shown = plain(page.items if items is None else items)
    return {"items": shown, "cursor": page.cursor, "total": None if page.total < 0 else page.total}


def stored(items: Sequence[Any], cursor: str | None) -> Listed[Any]:
    """Return a page as a store gave it: how many there are in all, only counting them would tell."""
    return {"items": plain(items), "cursor": cursor, "total": None}


def whole(items: Sequence[Any]) -> Listed[Any]:
    """Return a list that is never so long that it needs pages."""
    return {"items": plain(items), "cursor": None, "total": len(items)}
