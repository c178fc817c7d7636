"""Calls somebody else's API for each contact of a cohort, with the node's retries and without trusting the answer.

A repeated call carries the same `Idempotency-Key` (the visit), so that a receiver can drop what it has done.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from stepwell.errors import NotFound, OutcomeUnknown, StepwellError, Throttled, Unavailable
from stepwell.runtime.effects import EffectResult, HttpRequest, HttpResponse, StepContext, Work
from stepwell.runtime.isolating import Faulty, alone
from stepwell.runtime.patching import save_fields
from stepwell.runtime.side_by_side import side_by_side
from stepwell.workflows.nodes.base import CallHttp, Member

_SECRET = "secret:"
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
_SIZE_OF_FIELD = 1_024
_MISSING = object()
# Names that the platform or the connection sets; a node cannot speak for them.
_OWN_HEADERS = frozenset(
    {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "idempotency-key",
        "stepwell-signature",
        "te",
    }
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of one call.

    Attributes:
        fields: Profile fields that the answer brought.
        reason: Why it failed, empty when it did not.
        retry: Whether another attempt may help.
        wait_s: How long the receiver asked to wait.
    """

    fields: Mapping[str, Any]
    reason: str = ""
    retry: bool = False
    wait_s: float = 0.0


def call_apis(context: StepContext, work: Work) -> EffectResult:
    """Carry out `CallHttp` effects; leaves by `success` or `failed`, or comes back for the next attempt.

    Raises:
        Unavailable: The profile store did not answer; the Task is tried again with the same idempotency keys.
    """
    calls = [(member, cast(CallHttp, effect)) for member, effect in work]
    at_once = context.ports.delivery.at_once
    answers = side_by_side(lambda pair: alone(partial(_call, context, *pair)), calls, at_once)
    outcomes: dict[str, tuple[str, str]] = {}
    later: list[str] = []
    wait_s = 0
    found: list[tuple[Member, Mapping[str, Any]]] = []
    for (member, _), answer in zip(calls, answers, strict=True):
        if isinstance(answer, Faulty):
            outcomes[member.token.id] = answer.outcome
        elif not answer.reason:
            outcomes[member.token.id] = ("success", "")
            found.append((member, answer.fields))
        elif answer.retry and context.part + 1 < context.retry.max_attempts:
            later.append(member.token.id)
            wait_s = max(wait_s, context.retry.wait_s(context.part + 1), min(int(answer.wait_s), 3_600))
        else:
            outcomes[member.token.id] = ("failed", answer.reason)
    outcomes |= save_fields(context, found)
    return EffectResult(outcomes, later, wait_s)


def _call(context: StepContext, member: Member, effect: CallHttp) -> _Answer:
    try:
        request = _request(context, member, effect)
        response = context.ports.http.call(request)
    except Throttled as error:
        return _Answer({}, "throttled", retry=True, wait_s=error.retry_after_s or 0)
    except Unavailable:
        return _Answer({}, "unreachable", retry=True)
    except OutcomeUnknown:
        return _Answer({}, "no_answer", retry=True)
    except StepwellError as error:
        return _Answer({}, error.code)
    if not _succeeded(effect, response.status):
        return _Answer({}, f"http_{response.status}", response.status in _RETRIED, _retry_after(response))
    return _saved(effect, response)


def _request(context: StepContext, member: Member, effect: CallHttp) -> HttpRequest:
    body = b"" if effect.body is None else json.dumps(effect.body, ensure_ascii=False, default=str).encode()
    headers = {"Content-Type": "application/json"} if body else {}
    for name, value in effect.headers.items():
        if name.strip().lower() not in _OWN_HEADERS:
            headers[name] = _resolved(context, value)
    headers["Idempotency-Key"] = context.visit(member)
    if effect.sign:
        headers["Stepwell-Signature"] = signature(
            _secret(context, effect.sign), body, int(context.moment.now.timestamp())
        )
    return HttpRequest(
        method=effect.method,
        url=effect.url,
        headers=headers,
        body=body,
        timeout_s=effect.timeout_s,
        hosts=context.moment.workspace.api_hosts,
    )


def _resolved(context: StepContext, value: str) -> str:
    """Put secrets in: ``secret:NAME`` alone, or after a scheme (``Bearer secret:NAME``)."""
    before, mark, name = value.partition(_SECRET)
    return before + _secret(context, name.strip()) if mark else value


def _secret(context: StepContext, name: str) -> str:
    try:
        return context.ports.secrets.secret(context.moment.tenant, name)
    except NotFound as error:
        raise NotFound("A secret that this call names does not exist.", code="unknown_secret") from error


def signature(secret: str, body: bytes, at: int) -> str:
    """Sign a body: ``t=<epoch seconds>,v1=<hex HMAC-SHA256 of "t.body">`` (as Stripe does; the time stops replays)."""
    mac = hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def _succeeded(effect: CallHttp, status: int) -> bool:
    return status in effect.success if effect.success else 200 <= status < 300


def _retry_after(response: HttpResponse) -> float:
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() else 0.0


def _saved(effect: CallHttp, response: HttpResponse) -> _Answer:
    if not effect.save:
        return _Answer({})
    try:
        document = json.loads(response.body)
    except (ValueError, RecursionError):
        return _Answer({}, "bad_response")
    fields = {name: value_at(document, path) for name, path in effect.save.items()}
    found = {name: value for name, value in fields.items() if value is not _MISSING}
    if any(not _fits(value) for value in found.values()):
        return _Answer({}, "bad_response")
    return _Answer(found)


def value_at(document: Any, path: str) -> Any:
    """Follow a dotted path (``customer.plans.0.name``); a private marker where it leads nowhere."""
    value = document
    for part in path.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and part.isdigit()
            and int(part) < len(value)
        ):
            value = value[int(part)]
        else:
            return _MISSING
    return value


def _fits(value: Any) -> bool:
    """Tell whether a value may become a profile field: plain, and small enough for a hot profile."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return False
    return len(json.dumps(value, ensure_ascii=False, default=str).encode()) <= _SIZE_OF_FIELD
