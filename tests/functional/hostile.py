"""What nobody should send, drawn from a seed: requests to the event API and records of the stream.

Valid events stand between the hostile ones, each by a contact and a message id of its own, so that a test can say
that none of them was lost.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import quote

KEY = "secret-key"
GOOD = "kept"
"""Event of the valid neighbours, told by users `good-<n>`."""
USERS = 40
_RAW = "@@raw:"

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**53, 2**63, 2**64, -(2**63) - 1, 10**30, -(10**400), 1e308, -1e-320, 0.1 + 0.2,
    float("nan"), float("inf"), float("-inf"), f"{_RAW}1e999@@", f"{_RAW}-1e999@@", f"{_RAW}1e-999@@",
    f"{_RAW}{'9' * 5_000}@@", f"{_RAW}0.{'3' * 400}@@",
    "", " ", "\x00", "\x00\x01\x1f", "\ud800", "a\udfff\ud800b", "\ufeff", "\u202eabc", "e\u0301" * 50, "𝕏" * 300,
    "a" * 251, "a" * 10_000, "a" * 40_000, "#", "acme#P#x", "../../etc/passwd", "{{ 7 * 7 }}", "${jndi:ldap://x}",
    "' OR 1=1 --", "<script>alert(1)</script>", "%00%ff", "null", "NaN", "true", "1e999", "-0", "0x1f", "１２３",
    "__proto__", "constructor", {"__proto__": {"admin": True}}, {"constructor": {"prototype": {"x": 1}}},
    {}, [], [[]], [{}], [None] * 500, list(range(2_000)), {str(n): n for n in range(300)}, {"": {"": {"": ""}}},
    "0001-01-01T00:00:00Z", "-0044-03-15T00:00:00Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z",
    "2200-12-31T23:59:59Z", "9999-12-31T23:59:59.999999Z", "10000-01-01T00:00:00Z", "2026-13-45T25:61:61Z",
    "2026-02-30", "2026-11-01T00:00:00+23:59", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "2026-W01-1", "now", 1793000000, 1793000000000, -62135596800001,
    "ann@x.example", "@", "a@b@c", "a" * 300 + "@x.example", "ann@\ud800.example", "+491701234567", "+" + "9" * 60,
    "Europe/Berlin", "../../Europe", "Mars/Olympus",
)  # fmt: skip
NAMES = (
    "", " ", "\x00", "\ud800", "__proto__", "constructor", "toString", "a.b.c", "$set", "pk", "sk", "v", "b", "email",
    "phone", "country", "time_zone", "timezone", "timeZone", "segments", "device", "page", "campaign", "traits",
    "locale", "url", "path", "total", "segment", "profile", "score", "lead_score", "lifecycle_stage", "age", "a" * 65,
    "a" * 10_000, "日本語", "interests", "revenue", "plan", "utm_source", "search", "referrer", "context", "visit",
)  # fmt: skip
FIELDS = (
    "type", "event", "userId", "anonymousId", "messageId", "timestamp", "originalTimestamp", "sentAt", "receivedAt",
    "properties", "traits", "context", "integrations", "previousId", "groupId", "name", "category", "channel",
)  # fmt: skip
EVENTS = (
    "Order Completed", "page_view", "form_submission", "purchase", "email_opened", "consent_told", "segment_entered",
    "segment_list_added", "email_unsubscribed", "profile_due", "identify", "webhook:x", "*", "video_play",
)  # fmt: skip
_PATHS = (
    "/v1/batch", "/v1/b", "/v1/import", "/v1/t", "/v1/track", "/v1/i", "/v1/identify", "/v1/p", "/v1/page", "/v1/s",
    "/v1/screen", "/v1/g", "/v1/group", "/v1/a", "/v1/alias",
)  # fmt: skip
_ODD_PATHS = (
    "", "/", "//", "/v1", "/v1/", "/v2/batch", "/v1/batch/", "/v1/BATCH", "/v1/t/../b", "/v1/%62atch", "/v1/\x00",
    "/v1/m", "/v1/pixel.gif", "/sdk/v1/stepwell.min.js", "/sdk/../../etc/passwd", "/v1/hooks", "/v1/hooks/",
    "/v1/hooks//deal", "/v1/hooks/secret-key/Deal!", "/v1/hooks/secret-key/a/b", f"/v1/hooks/{'k' * 300}/deal",
    "/v1/webhooks", "/v1/webhooks/acme", "/v1/webhooks/acme/nobody", "/v1/webhooks/ACME/partner",
    f"/v1/webhooks/{'a' * 50}/x", "/v1/webhooks/acme/partner/" + "t" * 600, "/v1/webhooks/acme/\ud800",
    "/v1/" + "x" * 5_000, "/V1/batch", "/v1/batch?x", "/v1/hooks/\ud800/deal",
)  # fmt: skip
_METHODS = ("POST",) * 9 + ("GET", "PUT", "DELETE", "HEAD", "OPTIONS", "")


class Hostile:
    """Draws requests and records.

    Attributes:
        good: Message ids of valid events that were taken, by user.
        sent: User and message id of those drawn since the last call of `taken`.

    Args:
        seed: What follows from it is always the same.
    """

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed)
        self.good: dict[str, set[str]] = {}
        self.sent: list[tuple[str, str]] = []
        self._number = 0

    def request(self, token: str = "") -> dict[str, Any]:
        """Return a request as the gateway hands it on; `token` opens the source `partner`."""
        ways: tuple[tuple[Callable[[], dict[str, Any]], int], ...] = (
            (self._batch, 40),
            (self._single, 25),
            (self._broken, 15),
            (self._hook, 8),
            (lambda: self._webhook(token), 5),
            (self._pixel, 5),
            (self._form, 5),
            (self._odd, 4),
        )
        way = self._draw.choices([w for w, _ in ways], [n for _, n in ways])[0]
        return way()

    def valid(self) -> dict[str, Any]:
        """Return a valid event, noted in `sent`."""
        self._number += 1
        user, message = f"good-{self._draw.randrange(USERS)}", f"good-{self._number}"
        self.sent.append((user, message))
        return {"type": "track", "event": GOOD, "userId": user, "messageId": message}

    def taken(self) -> None:
        """Note that what was sent last was taken."""
        for user, message in self.sent:
            self.good.setdefault(user, set()).add(message)
        self.sent.clear()

    def value(self, depth: int = 0) -> Any:
        """Return something hostile."""
        draw = self._draw
        chance = draw.random()
        if chance < 0.05:
            deep: Any = self.value(5)
            for _ in range(draw.choice((5, 29, 31, 200))):
                deep = {"d": deep} if draw.random() < 0.5 else [deep]
            return deep
        if chance < 0.15 and depth < 3:
            return {self._name(): self.value(depth + 1) for _ in range(draw.randrange(6))}
        if chance < 0.2 and depth < 3:
            return [self.value(depth + 1) for _ in range(draw.randrange(4))]
        return draw.choice(VALUES)

    def event(self) -> Any:
        """Return an event that is wrong in one to four places, or none at all."""
        draw = self._draw
        if draw.random() < 0.05:
            return self.value()
        self._number += 1
        event: dict[str, Any] = {
            "type": draw.choice(("track", "identify", "page", "screen", "group", "alias")),
            "event": draw.choice(EVENTS),
            "userId": f"odd-{draw.randrange(200)}",
            "messageId": f"odd-{self._number}",
            "timestamp": "2026-03-01T10:00:00Z",
        }
        if draw.random() < 0.15:
            # A neighbour in the same contact: what is wrong with one event must not cost the others.
            event["userId"] = f"good-{draw.randrange(USERS)}"
        if draw.random() < 0.5:
            del event["userId"]
            event["anonymousId"] = f"device-{draw.randrange(200)}"
        for part in ("properties", "traits", "context"):
            if draw.random() < 0.6:
                event[part] = {self._name(): self.value(1) for _ in range(draw.randrange(8))}
        for _ in range(draw.randrange(3)):
            event[draw.choice(FIELDS)] = self.value()
        if draw.random() < 0.05:
            event[self._name()] = self.value()
        return event

    def _name(self) -> str:
        return self._draw.choice(NAMES)

    def _post(self, path: str, body: str | bytes, **headers: str) -> dict[str, Any]:
        draw = self._draw
        raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        if draw.random() < 0.2:
            raw = gzip.compress(raw, 1)
        plain = isinstance(body, str) and raw == body.encode("utf-8", "surrogatepass")
        text = plain and draw.random() < 0.7
        self._number += 1
        return {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {
                "content-type": draw.choice(("application/json", "text/plain", "", "x/y")),
                **headers,
            },
            "requestContext": {"http": {"method": "POST", "path": path}, "requestId": f"r{self._number}"},
            "isBase64Encoded": not text,
            "body": body if text else base64.b64encode(raw).decode(),
        }

    def _json(self, document: Any) -> str:
        text = json.dumps(document, ensure_ascii=self._draw.random() < 0.8 or "\\ud" in json.dumps(document))
        for found in VALUES:
            if isinstance(found, str) and found.startswith(_RAW):
                text = text.replace(f'"{found}"', found.removeprefix(_RAW).removesuffix("@@"))
        return text

    def _batch(self) -> dict[str, Any]:
        draw = self._draw
        # Above 500 KB the whole body is refused, the valid ones with it; that is told apart in `_broken`.
        hostile = [self.event() for _ in range(draw.randrange(1, 6))]
        while len(self._json(hostile)) > 300_000:
            hostile.pop()
        # Each number that is no JSON makes the body none: these are `_single`'s.
        hostile = [one for one in hostile if _is_json(self._json(one))]
        items = [*hostile, *(self.valid() for _ in range(draw.randrange(3)))]
        draw.shuffle(items)
        document: dict[str, Any] = {"batch": items, "writeKey": KEY}
        if draw.random() < 0.3:
            extra = self.value()
            if _is_json(self._json(extra)) and len(self._json(extra)) < 50_000:
                document[draw.choice(("sentAt", "context", "integrations", "timestamp"))] = extra
        return self._post(draw.choice(_PATHS[:3]), self._json(document))

    def _single(self) -> dict[str, Any]:
        event = self.event()
        if isinstance(event, dict):
            event.setdefault("writeKey", KEY if self._draw.random() < 0.9 else self.value())
        return self._post(self._draw.choice(_PATHS), self._json(event))

    def _broken(self) -> dict[str, Any]:
        draw = self._draw
        whole = self._json({"batch": [self.event() for _ in range(3)], "writeKey": KEY}).encode()
        cut = draw.randrange(len(whole))
        raw: bytes = draw.choice(
            (
                lambda: whole[:cut],
                lambda: whole[:cut] + draw.randbytes(draw.randrange(1, 20)) + whole[cut:],
                lambda: draw.randbytes(draw.randrange(300)),
                lambda: gzip.compress(whole)[: draw.randrange(2, 40)],
                lambda: gzip.compress(whole)[:-4] + draw.randbytes(4),
                lambda: gzip.compress(b'{"writeKey":"secret-key","batch":[' + b" " * 5_000_000, 1),
                lambda: b"[" * draw.choice((100, 50_000)),
                lambda: b'{"a":' * draw.choice((100, 50_000)),
                lambda: b"\xff\xfe" + whole.decode().encode("utf-16-le"),
                lambda: b"\xef\xbb\xbf" + whole,
                lambda: (
                    b'{"writeKey":"secret-key","batch":' + b"9" * draw.choice((10, 5_000, 400_000)) + b"}"
                ),
                lambda: json.dumps({"writeKey": KEY, "batch": [{}] * draw.choice((0, 2_501))}).encode(),
                lambda: json.dumps({"writeKey": KEY, "batch": self._odd_batch()}).encode(),
                lambda: b'{"writeKey":"secret-key","event":"' + b"a" * 1_000_000 + b'"}',
                lambda: b"\x1f\x8b",
                lambda: b"",
            )
        )()
        request = self._post(draw.choice(_PATHS), raw)
        if draw.random() < 0.1:
            request["body"] = draw.choice((None, "", "é\x00=", "====", "\ud800", "\x1f\x8b\x08", "%%%", "QQ"))
            request["isBase64Encoded"] = draw.random() < 0.5
        if draw.random() < 0.1:
            odd = draw.choice(
                ("Basic", "Basic ====", "Basic /w==", "Bearer x", "\ud800 \ud800", "Basic é", "")
            )
            request["headers"] = draw.choice((None, {}, {"Authorization": odd}, {"authorization": odd}))
        return request

    def _odd_batch(self) -> Any:
        return self._draw.choice((None, {}, "x", 7, [[[]]], [None, True, 1.5, "x"], [{"batch": [{}]}]))

    def _hook(self) -> dict[str, Any]:
        path = f"/v1/hooks/{self._draw.choice((KEY, KEY, 'other', '%00', '__proto__'))}/deal"
        body = {self._draw.choice((*NAMES, "user_id", "anonymous_id", "id", "timestamp")): self.value()
                for _ in range(self._draw.randrange(5))}  # fmt: skip
        odd = self._draw.random() < 0.1
        return self._post(path, self._json(self.value() if odd else {"user_id": "odd-1", **body}))

    def _webhook(self, token: str) -> dict[str, Any]:
        given = token if self._draw.random() < 0.7 else self._draw.choice(("", "x" * 400, "%00"))
        return self._post(f"/v1/webhooks/acme/partner/{given}", self._json(self.value()))

    def _pixel(self) -> dict[str, Any]:
        draw = self._draw
        pairs = [("k", KEY), ("e", draw.choice(EVENTS)), ("userId", "odd-3")]
        pairs += [(self._name(), str(self.value())[:3_000]) for _ in range(draw.randrange(5))]
        query = "&".join(f"{quote(n, errors='replace')}={quote(v, errors='replace')}" for n, v in pairs)
        if draw.random() < 0.3:
            query = draw.choice(
                ("", "&&&", "k", "k=%ff%fe&e=%00", "=" * 500, "a=1&" * 500, query + "%", "k=\ud800")
            )
        request = self._post("/v1/pixel.gif", "")
        request |= {"rawQueryString": query, "body": None}
        request["requestContext"]["http"]["method"] = "GET"
        return request

    def _form(self) -> dict[str, Any]:
        draw = self._draw
        form = draw.choice(("demo", "demo", "other", "x" * 300, "%00", "\ud800", "..", "a/b", ""))
        given = [("writeKey", KEY if draw.random() < 0.8 else str(self.value())[:500])]
        names = [one for one in ("anonymousId", "userId", self._name()) if draw.random() < 0.7]
        given += [(one, str(draw.choice(("odd-1", "device-7", self.value())))[:3_000]) for one in names]
        draw.shuffle(given)
        query = "&".join(f"{quote(n, errors='replace')}={quote(v, errors='replace')}" for n, v in given)
        if draw.random() < 0.2:
            query = draw.choice(
                ("", "&&&", "writeKey", "=" * 500, "a=1&" * 500, query + "%", "writeKey=\ud800")
            )
        path = f"/v1/forms/{form}{draw.choice(('/next', '/next', '/next', '/next/', '', '/next/next'))}"
        request = self._post(path, "")
        request |= {"rawQueryString": query, "body": None}
        request["requestContext"]["http"]["method"] = "GET"
        return request

    def _odd(self) -> dict[str, Any]:
        request = self._post(self._draw.choice(_ODD_PATHS), self._json(self.event()))
        request["requestContext"]["http"]["method"] = self._draw.choice(_METHODS)
        return request


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_none)
    except (ValueError, RecursionError):
        return False
    return True


def _none(name: str) -> float:
    raise ValueError(name)
