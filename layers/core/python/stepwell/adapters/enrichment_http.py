"""Calls to enrichment providers: guarded, timed, tried a second time when asked to, errors in the platform's words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from stepwell.errors import OutcomeUnknown, ProviderRejected, Throttled, Unavailable
from stepwell.runtime.effects import HttpCaller, HttpRequest, HttpResponse

TIMEOUT_S = 10.0
LONGEST_WAIT_S = 10.0
_WAIT_S = 0.5
_AGAIN = frozenset({429, 500, 502, 503, 504})
_REFUSALS = {
    400: ("bad_question", "It does not understand the question."),
    401: ("bad_credentials", "It does not accept the credentials."),
    402: ("no_credit", "There is no credit left, or the contract has ended."),
    403: ("bad_credentials", "The credentials do not allow this."),
    410: ("gone", "This part of its API is no more."),
    422: ("bad_question", "It refuses the question."),
}


class ProviderCalls:
    """One question by at most two calls.

    Args:
        http: The guarded client.
        name: The provider, for messages.
        sleep: Waits before the second call.
    """

    def __init__(self, http: HttpCaller, name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = http
        self._name = name
        self._sleep = sleep

    def ask(self, request: HttpRequest) -> Any:
        """Return the answer's JSON; None: nothing was found (404).

        Raises:
            Throttled: Too many calls, also the second time, or it asks to wait too long.
            ProviderRejected: It refuses for good.
            OutcomeUnknown: No whole answer in time: never repeated, it may be counted.
            Unavailable: It was not reached or failed, twice.
        """
        answer = self._call(request)
        if answer is None or answer.status in _AGAIN:
            wait_s = _WAIT_S if answer is None else wait_of(answer)
            if wait_s > LONGEST_WAIT_S:
                raise Throttled(f"{self._name} asks to wait.", retry_after_s=wait_s)
            self._sleep(wait_s)
            answer = self._call(request)
        return self._read(answer)

    def _call(self, request: HttpRequest) -> HttpResponse | None:
        try:
            return self._http.call(request)
        except Unavailable:
            return None

    def _read(self, answer: HttpResponse | None) -> Any:
        name = self._name
        if answer is None:
            raise Unavailable(f"{name} could not be reached.", code="unreachable")
        if answer.status == 404:
            return None
        if answer.status == 200:
            try:
                return json.loads(answer.body)
            except ValueError as error:
                raise OutcomeUnknown(f"{name} answered no JSON.", code="bad_response") from error
        if answer.status == 202:
            raise Unavailable(f"{name} is still looking.", code="still_looking")
        if answer.status == 429:
            raise Throttled(f"{name} asks to slow down.", retry_after_s=wait_of(answer))
        if answer.status >= 500:
            raise Unavailable(f"{name} failed.", code="provider_failed", details={"status": answer.status})
        code, words = _REFUSALS.get(answer.status, ("refused", "It refuses."))
        raise ProviderRejected(f"{name}: {words}", code=code, details={"status": answer.status})


def wait_of(answer: HttpResponse) -> float:
    """Return how long an answer asks to wait (seconds): `Retry-After` as a number or a date (RFC 9110, 10.2.3)."""
    told = answer.headers.get("retry-after", "").strip()
    if not told:
        return _WAIT_S
    if told.isdecimal():
        return float(told[:6])
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return _WAIT_S
    # A date without a zone is in UTC.
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def picked(document: Any, *path: str) -> Any:
    """Return what lies in a document under a path; None: nothing does."""
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def given(**fields: Any) -> dict[str, Any]:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def amount(value: Any) -> int | None:
    """Read an amount or a range of amounts: `$10M-$50M` is the middle of both, `$10B+` ten thousand million."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return round(value)
    parts = [_one(part) for part in str(value).replace("to", "-").split("-")]
    numbers = [part for part in parts if part is not None]
    return round(sum(numbers) / len(numbers)) if numbers else None


def _one(text: str) -> float | None:
    plain = text.strip().lstrip("$€£~<>").rstrip("+").replace(",", "").strip().upper()
    factor = {"K": 1e3, "M": 1e6, "B": 1e9}.get(plain[-1:], 1.0)
    digits = plain[:-1] if factor > 1 else plain
    try:
        return float(digits) * factor
    except ValueError:
        return None
