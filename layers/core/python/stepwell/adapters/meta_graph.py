"""Meta's Graph API: one call and what its answer means, for Facebook and Instagram alike.

Version 26.0 of 2026-07-29 (https://developers.facebook.com/docs/graph-api/changelog/versions, read 2026-11-23); v25.0
works until 2028-07-29. Error codes: https://developers.facebook.com/docs/graph-api/guides/error-handling. Limits:
https://developers.facebook.com/docs/graph-api/overview/rate-limiting (a page: 4,800 calls × engaged people a day;
`X-Business-Use-Case-Usage` says in how many minutes there is room again). The Groups API ended on 2024-04-22 (v19.0):
groups cannot be posted to. The Basic Display API ended on 2024-12-04: personal Instagram profiles cannot be connected.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stepwell.adapters.provider_http import Answer
from stepwell.adapters.social_http import (
    Means,
    SocialHttp,
    count,
    form_bytes,
    insist_host,
    part,
    parts,
    refused,
    told,
)
from stepwell.contracts.social import TokenExpired, Tokens
from stepwell.errors import AddressGone, NotReady, StepwellError, Throttled

VERSION = "v26.0"
GRAPH, WEB = "https://graph.facebook.com", "https://www.facebook.com"
_UPLOADS = "rupload.facebook.com"
_SLOW_DOWN = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
_TOKEN = frozenset({102, 190})
_RIGHTS = frozenset({3, 10, *range(200, 300)})
_PASSING = frozenset({1, 2})
_DUPLICATE, _GONE, _BLOCKED = 506, 803, 368
_MISSING_OBJECT = 33
_DAY_IS_FULL, _NOT_READY_YET = 2207042, 2207027
"""Subcodes of https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes."""


class Graph:
    """The Graph API.

    Args:
        name: Network's name for people.
        means: What it works with.
    """

    def __init__(self, name: str, means: Means) -> None:
        self.means = means
        self._name = name
        self._base = f"{means.base(GRAPH)}/{VERSION}"
        self._http = SocialHttp(name, means.pool)

    def get(self, path: str, token: str, query: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Read."""
        answer = self._http.call("GET", f"{self._base}/{path}", headers=_headers(token), query=_flat(query))
        return self._checked(answer, acts=False)

    def post(
        self, path: str, token: str, fields: Mapping[str, Any] | None = None, *, acts: bool = True
    ) -> dict[str, Any]:
        """Write; `acts` is False where nobody sees an effect and a repeat does no harm."""
        headers = _headers(token) | {"content-type": "application/x-www-form-urlencoded"}
        answer = self._http.call(
            "POST", f"{self._base}/{path}", headers=headers, body=form_bytes(fields or {}), acts=acts
        )
        return self._checked(answer, acts=acts)

    def delete(self, path: str, token: str, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Delete."""
        answer = self._http.call(
            "DELETE", f"{self._base}/{path}", headers=_headers(token), query=_flat(fields), acts=True
        )
        return self._checked(answer, acts=True)

    def hand_over(self, url: str, tokens: Tokens, file_url: str) -> None:
        """Have Meta fetch a video to an upload address that it gave."""
        local = self.means.parts.local
        headers = {"authorization": f"OAuth {tokens.access}", "file_url": file_url}
        answer = self._http.call("POST", insist_host(url, _UPLOADS, local=local), headers=headers, body=b"")
        self._checked(answer, acts=False)

    def _checked(self, answer: Answer, *, acts: bool) -> dict[str, Any]:
        said = told(answer)
        if answer.status == 200 and "error" not in said:
            return said
        raise self._error(answer, part(said.get("error")), acts=acts)

    def _error(self, answer: Answer, error: Mapping[str, Any], *, acts: bool) -> StepwellError:
        code, subcode = count(error.get("code")) or 0, count(error.get("error_subcode")) or 0
        reason = str(error.get("error_user_msg") or error.get("message") or "")
        details: dict[str, Any] = {"provider_code": code, "provider_subcode": subcode}
        if code in _TOKEN:
            return TokenExpired(f"{self._name} does not take the token any more.")
        if code in _SLOW_DOWN or subcode == _DAY_IS_FULL or answer.status == 429:
            return Throttled(f"{self._name} asked to slow down.", retry_after_s=_wait(answer))
        if subcode == _NOT_READY_YET:
            return Throttled(f"{self._name} still works on a medium.", retry_after_s=60)
        if code in _RIGHTS:
            return NotReady(f"The app or the account lacks a right at {self._name}.", code="right_missing")
        if code == _GONE or (code == 100 and subcode == _MISSING_OBJECT) or answer.status == 404:
            return AddressGone(f"This does not exist at {self._name} any more.")
        if code == _DUPLICATE:
            return refused(self._name, reason, code="duplicate", **details)
        if code == _BLOCKED:
            return refused(self._name, reason, code="blocked", **details)
        if code in _PASSING or error.get("is_transient") is True or not error or answer.status >= 500:
            return self._http.broken(answer.status, acts=acts)
        return refused(self._name, reason, **details)


def moment(text: Any) -> datetime:
    """Read a time of the Graph API (`2026-11-23T10:00:00+0000`) or of a webhook (seconds)."""
    if isinstance(text, int | float):
        from datetime import UTC

        return datetime.fromtimestamp(text, UTC)
    return datetime.fromisoformat(str(text))


def total(edge: Any) -> int | None:
    """Return the count of an edge that was asked for with `summary`."""
    return count(part(part(edge).get("summary")).get("total_count"))


def insight(edge: Any) -> dict[str, int | None]:
    """Return insights by metric: the newest value, or the total."""
    found: dict[str, int | None] = {}
    for one in parts(part(edge).get("data")):
        values = parts(one.get("values"))
        value = part(one.get("total_value")).get("value") if one.get("total_value") else None
        found[str(one.get("name"))] = count(values[-1].get("value")) if values else count(value)
    return found


def after(said: Mapping[str, Any]) -> str:
    """Return the cursor of the next page; empty: this is the last."""
    paging = part(said.get("paging"))
    return str(part(paging.get("cursors")).get("after") or "") if paging.get("next") else ""


def _headers(token: str) -> dict[str, str]:
    found = {"accept": "application/json"}
    return found | {"authorization": f"Bearer {token}"} if token else found


def _flat(query: Mapping[str, Any] | None) -> dict[str, Any]:
    return {n: v if isinstance(v, str | int) else json.dumps(v) for n, v in (query or {}).items()}


def _wait(answer: Answer) -> float | None:
    try:
        usage = json.loads(answer.headers.get("x-business-use-case-usage", "{}"))
    except ValueError:
        return None
    minutes = [
        count(one.get("estimated_time_to_regain_access")) or 0
        for entry in part(usage).values()
        for one in parts(entry)
    ]
    return float(max(minutes) * 60) or None if minutes else None
