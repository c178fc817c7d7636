"""LinkedIn's versioned REST API: one call and what its answer means.

Version 202607 (https://learn.microsoft.com/en-us/linkedin/marketing/versioning, 2026-11-23): each version works for
a year at least, a call without the header is refused, and 426 says that a version has ended. Errors are `{status, code,
serviceErrorCode, message}` (…/shared/api-guide/concepts/error-handling). Limits are a day's, told to the app's owner
only, and end at midnight UTC (…/shared/api-guide/concepts/rate-limits): 429 carries no time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from stepwell.adapters.provider_http import Answer
from stepwell.adapters.social_http import Means, SocialHttp, count, insist_host, json_bytes, refused, told
from stepwell.contracts.social import TokenExpired, Tokens
from stepwell.errors import AddressGone, NotReady, StepwellError, Throttled

VERSION = "202607"
API, WEB = "https://api.linkedin.com", "https://www.linkedin.com"
_UPLOADS = ("linkedin.com", "licdn.com")
_TOKEN = frozenset({65600, 65601, 65602, 65603, 65604})
_RESERVED = re.compile(r"([\\|{}@\[\]()<>#*_~])")
_HASHTAG = re.compile(r"(?<![\w#&])#(\w*[^\W\d_]\w*)")


class LinkedInRest:
    """The REST API.

    Args:
        means: What it works with.
    """

    def __init__(self, means: Means) -> None:
        self.means = means
        self._base = means.base(API)
        self._http = SocialHttp("LinkedIn", means.pool)

    def get(self, path: str, tokens: Tokens, method: str = "") -> dict[str, Any]:
        """Read; `path` carries its query, already encoded as Rest.li wants it."""
        headers = self._headers(tokens) | ({"x-restli-method": method} if method else {})
        answer = self._http.call("GET", f"{self._base}{path}", headers=headers)
        return told(self._checked(answer, acts=False))

    def post(
        self, path: str, tokens: Tokens, body: Mapping[str, Any], *, acts: bool = True
    ) -> tuple[dict[str, Any], str]:
        """Write; return the answer and the id of what was made."""
        headers = self._headers(tokens) | {"content-type": "application/json"}
        answer = self._http.call(
            "POST", f"{self._base}{path}", headers=headers, body=json_bytes(body), acts=acts
        )
        checked = self._checked(answer, acts=acts)
        return told(checked), checked.headers.get("x-restli-id", "")

    def delete(self, path: str, tokens: Tokens) -> None:
        """Delete."""
        headers = self._headers(tokens) | {"x-restli-method": "DELETE"}
        self._checked(self._http.call("DELETE", f"{self._base}{path}", headers=headers, acts=True), acts=True)

    def put(self, url: str, tokens: Tokens, piece: bytes) -> str:
        """Send a piece of a file to an upload address that LinkedIn gave; return its `ETag`."""
        insist_host(url, *_UPLOADS, local=self.means.parts.local)
        headers = {"authorization": f"Bearer {tokens.access}", "content-type": "application/octet-stream"}
        answer = self._http.call("PUT", url, headers=headers, body=piece)
        return self._checked(answer, acts=False).headers.get("etag", "").strip('"')

    def _headers(self, tokens: Tokens) -> dict[str, str]:
        return {
            "authorization": f"Bearer {tokens.access}",
            "accept": "application/json",
            "linkedin-version": VERSION,
            "x-restli-protocol-version": "2.0.0",
        }

    def _checked(self, answer: Answer, *, acts: bool) -> Answer:
        if 200 <= answer.status < 300:
            return answer
        raise self._error(answer, acts=acts)

    def _error(self, answer: Answer, *, acts: bool) -> StepwellError:
        said = told(answer)
        reason, name = str(said.get("message") or ""), str(said.get("code") or "")
        number = count(said.get("serviceErrorCode")) or 0
        match answer.status:
            case 401 if number in _TOKEN or number == 0 or "TOKEN" in name:
                return TokenExpired("LinkedIn does not take the token any more.")
            case 401 | 403:
                return NotReady("The app or the person lacks a right at LinkedIn.", code="right_missing")
            case 404 | 410:
                return AddressGone("This does not exist at LinkedIn any more.")
            case 426:
                return NotReady(
                    "LinkedIn has ended the version of its API that this uses.", code="api_version"
                )
            case 429:
                return Throttled("LinkedIn asked to slow down.", retry_after_s=self._wait(answer, reason))
            case status if status >= 500 or status < 400:
                return self._http.broken(status, acts=acts)
        duplicate = "duplicate" in reason.lower() or "DUPLICATE" in name
        code = "duplicate" if duplicate else ""
        return refused("LinkedIn", reason, code=code, status=answer.status, provider_code=name)

    def _wait(self, answer: Answer, reason: str) -> float:
        given = answer.seconds()
        if given is not None:
            return given
        if "DAY" not in reason.upper():
            return 60.0
        now = self.means.now().astimezone(UTC)
        midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
        return (midnight - now).total_seconds()


def key(urn: str) -> str:
    """Write an id as a part of a path or of a query's value."""
    return quote(urn, safe="")


def listed(urns: list[str]) -> str:
    """Write a list as Rest.li 2.0 wants it in a query."""
    return f"List({','.join(key(one) for one in urns)})"


def little(text: str) -> str:
    """Write a text as "little text": reserved letters escaped, hashtags as such.

    https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format, 2026-11-23.
    """
    made, last = [], 0
    for found in _HASHTAG.finditer(text):
        made += [_escaped(text[last : found.start()]), "{hashtag|\\#|", _escaped(found[1]), "}"]
        last = found.end()
    return "".join(made) + _escaped(text[last:])


def plain(text: str) -> str:
    """Read a little text."""
    text = re.sub(r"\{hashtag\|(?:\\?#)\|((?:[^}\\]|\\.)*)\}", r"#\1", text)
    text = re.sub(r"@\[((?:[^\]\\]|\\.)*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\\(.)", r"\1", text)


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)
