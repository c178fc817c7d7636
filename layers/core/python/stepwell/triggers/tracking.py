"""The Segment HTTP tracking API: paths and payloads to events; one bad event never costs the good ones.

Written to the public specification ("HTTP Tracking API Source", "Spec: Common Fields") and to what four real
clients send (tests/unit/triggers/test_tracking.py holds their bodies).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from stepwell.channels.push.subscriptions import read_subscription
from stepwell.contracts.clock import from_iso
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import PLATFORM_EVENTS, Event, EventKind
from stepwell.contracts.ids import short_hash
from stepwell.contracts.social_events import with_reach
from stepwell.contracts.web_events import with_page
from stepwell.errors import InvalidInput, LimitExceeded, NotFound
from stepwell.triggers.wire import MAX_BATCH_BYTES, MAX_DEPTH, MAX_EVENT_BYTES, shared_context, too_deep

_CALLS: Mapping[str, EventKind] = {
    "identify": "identify",
    "i": "identify",
    "track": "track",
    "t": "track",
    "page": "page",
    "p": "page",
    "screen": "screen",
    "s": "screen",
    "group": "group",
    "g": "group",
    "alias": "alias",
    "a": "alias",
}
_BATCHES = frozenset({"batch", "b", "import"})
_KINDS = frozenset(_CALLS.values())
_NAMES: Mapping[str, str] = {"page": "page_view", "screen": "screen_view"}
MAX_EVENTS = 2_500
MAX_SKEW = timedelta(days=3650)
_ID_LENGTH = 250
_NOT_SHOWN = frozenset({"too_deep", "invalid_value", "event_too_large"})


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that was not taken.

    Attributes:
        code: Stable code.
        place: Where: ``batch[3].event``.
        message: A sentence for a person.
        message_id: Its message id, if it has one.
        name: Its event name, if it has one.
        item: The event as it was sent, for the debugger; None where it is no object or too large to show.
    """

    code: str
    place: str
    message: str
    message_id: str = ""
    name: str = ""
    item: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a request held."""

    events: tuple[Event, ...] = ()
    rejected: tuple[Rejected, ...] = field(default=())


class _Refusal(Exception):  # noqa: N818 - carries a verdict within this module, it is no error
    def __init__(self, code: str, place: str, message: str) -> None:
        super().__init__(message)
        self.code, self.place, self.message = code, place, message


def parse(
    path: str, document: Mapping[str, Any], received_at: datetime, source: str, size: int = 0
) -> Parsed:
    """Read the body of a call.

    Args:
        path: Request path, such as `/v1/batch` or `/v1/t`.
        document: The JSON body.
        received_at: When it arrived.
        source: Source id of the write key.
        size: Bytes of the plain body; 0: not known.

    Raises:
        NotFound: No such call.
        InvalidInput: A batch without a list of events, or a context that no event can have.
        LimitExceeded: Too many events, or a body over 500 KB.
    """
    if size > MAX_BATCH_BYTES:
        raise LimitExceeded("A batch holds at most 500 KB.", code="batch_too_large")
    version, _, call = path.strip("/").partition("/")
    if version != "v1" or (call not in _CALLS and call not in _BATCHES):
        raise NotFound(f"There is no call `{path}`.", code="no_call")
    reader = _Reader(document, received_at, source)
    if call in _CALLS:
        return reader.read([("", _CALLS[call], document)])
    items = document.get("batch")
    if not isinstance(items, list):
        raise InvalidInput(
            "`batch` must be a list of events.", code="invalid_batch", details={"place": "batch"}
        )
    if len(items) > MAX_EVENTS:
        raise LimitExceeded(f"A batch holds at most {MAX_EVENTS} events.", code="batch_too_large")
    return reader.read((f"batch[{i}]", None, item) for i, item in enumerate(items))


class _Reader:
    """Reads the events of one request, which share sentAt, context and integrations."""

    def __init__(self, document: Mapping[str, Any], received_at: datetime, source: str) -> None:
        self._received_at = received_at
        self._source = source
        self._sent_at = _time(document.get("sentAt"))
        self._context = shared_context(document)

    def read(self, items: Iterable[tuple[str, EventKind | None, Any]]) -> Parsed:
        events: list[Event] = []
        rejected: list[Rejected] = []
        for index, (place, kind, item) in enumerate(items):
            try:
                events.append(self._event(kind, item, index))
            except _Refusal as refusal:
                known = item if isinstance(item, dict) else {}
                where = ".".join(filter(None, (place, refusal.place)))
                rejected.append(
                    Rejected(
                        refusal.code,
                        where,
                        refusal.message,
                        str(known.get("messageId") or "")[:100],
                        str(known.get("event") or known.get("name") or "")[:200],
                        # What is too deep or too large is not kept: the debugger must not fail over it.
                        item if known and refusal.code not in _NOT_SHOWN else None,
                    )
                )
        return Parsed(tuple(events), tuple(rejected))

    def _event(self, kind: EventKind | None, item: Any, index: int) -> Event:
        if not isinstance(item, dict):
            raise _Refusal("not_an_object", "", "An event must be a JSON object.")
        if too_deep(item, MAX_DEPTH):
            raise _Refusal("too_deep", "", f"An event is nested at most {MAX_DEPTH} levels deep.")
        try:
            text = json.dumps(
                item, separators=(",", ":"), ensure_ascii=False, sort_keys=True, allow_nan=False
            )
            size = len(text.encode())
        except ValueError:
            raise _Refusal("invalid_value", "", "The event holds a number or text that is none.") from None
        if size > MAX_EVENT_BYTES:
            raise _Refusal("event_too_large", "", "An event holds at most 32 KB.")
        kind = kind or _kind(item)
        user = _id(item, "userId")
        anonymous = _id(item, "anonymousId")
        if kind == "alias":
            anonymous = anonymous or _id(item, "previousId")
        traits = _object(item, "traits") if kind in ("identify", "group") else {}
        context = {**self._context, **_object(item, "context")}
        if kind != "group" and isinstance(context.get("traits"), dict):
            traits = {**context.pop("traits"), **traits}
        email = traits.get("email") if kind != "group" else None
        if not (user or anonymous or (isinstance(email, str) and "@" in email)):
            raise _Refusal("no_identity", "userId", "Give a `userId` or an `anonymousId`.")
        if kind == "group":
            # What a group is called belongs to the group; the contact only keeps which one it is in.
            group = _id(item, "groupId")
            if not group:
                raise _Refusal("missing_field", "groupId", "A group call needs a `groupId`.")
            properties, traits = {"group_id": group, "traits": traits}, {"group_id": group}
        else:
            properties = _named(item) if kind in _NAMES else _object(item, "properties")
        name = _name(item, kind)
        if name == "push_subscribed":
            _subscription(properties)
        return Event(
            message_id=_message_id(item, text, self._source, index),
            kind=kind,
            name=name,
            user_id=user,
            anonymous_id=anonymous,
            properties=with_reach(name, with_page(name, properties, context)),
            traits=traits,
            context=context,
            occurred_at=self._occurred(item),
            received_at=self._received_at,
            source=self._source,
        )

    def _occurred(self, item: Mapping[str, Any]) -> datetime:
        """Correct the client's clock: timestamp + (receivedAt - sentAt); without sentAt the timestamp stands.

        Historical imports have no sentAt of their own day, so the difference that is corrected is that of the
        clocks at sending only.
        """
        at = _time(item.get("timestamp")) or _time(item.get("originalTimestamp"))
        sent = _time(item.get("sentAt")) or self._sent_at
        if at is None:
            return self._received_at
        if sent is None:
            return at
        skew = self._received_at - sent
        try:
            return at + skew if abs(skew) < MAX_SKEW else at
        except OverflowError:
            return at


def _subscription(properties: Mapping[str, Any]) -> None:
    try:
        # Whether its push service may be called is the workspace's to say: the pass looks.
        read_subscription(properties.get("subscription"), None)
    except InvalidInput as error:
        raise _Refusal(error.code, "properties.subscription", error.message) from None


def _kind(item: Mapping[str, Any]) -> EventKind:
    kind = item.get("type")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise _Refusal("unknown_type", "type", "`type` must be one of " + ", ".join(sorted(_KINDS)) + ".")
    return _CALLS[kind]


def _name(item: Mapping[str, Any], kind: EventKind) -> str:
    if kind != "track":
        return _NAMES.get(kind, kind)
    name = item.get("event")
    if not isinstance(name, str) or not name.strip():
        raise _Refusal("missing_field", "event", "A track call needs an `event` name.")
    if len(name) > 200:
        raise _Refusal("too_long", "event", "An event name has at most 200 characters.")
    name = canonical_event(name.strip())
    if name in PLATFORM_EVENTS:
        raise _Refusal(
            "reserved_event", "event", f"Only the platform itself tells of its messages (`{name}`)."
        )
    return name


def _id(item: Mapping[str, Any], name: str) -> str | None:
    value = item.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Refusal("invalid_field", name, f"`{name}` must be text or a whole number.")
    text = str(value)
    if len(text) > _ID_LENGTH:
        raise _Refusal("too_long", name, f"`{name}` has at most {_ID_LENGTH} characters.")
    return text


def _object(item: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = item.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _Refusal("invalid_field", name, f"`{name}` must be an object.")
    return dict(value)


def _named(item: Mapping[str, Any]) -> dict[str, Any]:
    properties = _object(item, "properties")
    for name in ("name", "category"):
        if isinstance(item.get(name), str):
            properties.setdefault(name, item[name])
    return properties


def _message_id(item: Mapping[str, Any], text: str, source: str, index: int) -> str:
    # Without an id of its own an event is known by what it says and where in the request it stood: the
    # client's repeated request is dropped, two equal events of one request are not.
    given = item.get("messageId")
    if isinstance(given, str) and given.strip():
        return given.strip() if len(given.strip()) <= 100 else "h-" + short_hash(given, length=32)
    return "g-" + short_hash(source, str(index), text, length=32)


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = from_iso(value)
    except (ValueError, OverflowError):
        return None
    return at if 1970 <= at.year <= 2200 else None
