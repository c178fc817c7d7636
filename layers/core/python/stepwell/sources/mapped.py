"""What a mapping gave, as events; one that does not fit never costs those that do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stepwell.contracts.clock import from_iso
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import EARLIEST, LATEST, PLATFORM_EVENTS, Event, EventKind
from stepwell.contracts.ids import PROFILE_ID, short_hash
from stepwell.contracts.social_events import with_reach
from stepwell.contracts.web_events import with_page
from stepwell.errors import LimitExceeded
from stepwell.sources.bodies import MAX_DEPTH, too_deep

MAX_EVENTS = 2_000
MAX_BYTES = 32 * 1024
_TYPES: Mapping[str, tuple[EventKind, str]] = {
    "track": ("webhook", ""),
    "identify": ("identify", "identify"),
    "page": ("page", "page_view"),
    "screen": ("screen", "screen_view"),
}
_FIELDS = frozenset(
    {
        "event", "type", "userId", "anonymousId", "email", "phone", "profile", "properties", "traits",
        "context", "timestamp", "messageId", "machine",
    }
)  # fmt: skip
_CALLBACK_ONLY = ("profile", "machine")
_ID_LENGTH = 250


@dataclass(frozen=True, slots=True)
class Delivered:
    """A call that was verified, as its mapping sees it.

    Attributes:
        tenant: Tenant id.
        source: Source id.
        id: What makes a repeat of it the same.
        received_at: When it arrived.
        callback: Whether the source may tell of the platform's own messages.
    """

    tenant: str
    source: str
    id: str
    received_at: datetime
    callback: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that a mapping gave and that was not taken.

    Attributes:
        code: Stable code.
        place: Where: ``[3].email``.
        message: A sentence for a person.
        name: Its event name, if it has one.
        message_id: Its message id, if it has one.
    """

    code: str
    place: str
    message: str
    name: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a mapping gave.

    Attributes:
        events: Events that were taken.
        refused: Those that were not.
    """

    events: tuple[Event, ...] = ()
    refused: tuple[Refused, ...] = ()


class _Refusal(Exception):  # noqa: N818 - carries a verdict within this module, it is no error
    def __init__(self, code: str, place: str, message: str) -> None:
        super().__init__(message)
        self.code, self.place, self.message = code, place, message


def events_of(found: Any, delivered: Delivered) -> Mapped:
    """Read what a mapping gave: nothing, an event, or a list of events.

    Raises:
        LimitExceeded: More events than one call may make.
    """
    items = found if isinstance(found, list) else [] if found is None else [found]
    if len(items) > MAX_EVENTS:
        raise LimitExceeded(f"One call makes at most {MAX_EVENTS} events.", code="too_many_events")
    events: list[Event] = []
    refused: list[Refused] = []
    for index, item in enumerate(items):
        place = f"[{index}]" if isinstance(found, list) else ""
        try:
            events.append(_event(item, delivered, index))
        except _Refusal as refusal:
            known = item if isinstance(item, dict) else {}
            where = ".".join(filter(None, (place, refusal.place)))
            name, message_id = _text(known, "event")[:200], _text(known, "messageId")[:100]
            refused.append(Refused(refusal.code, where, refusal.message, name, message_id))
    return Mapped(tuple(events), tuple(refused))


def _event(item: Any, delivered: Delivered, index: int) -> Event:
    if not isinstance(item, dict):
        raise _Refusal("not_an_object", "", "An event must be an object.")
    _judge(item, delivered)
    kind, name = _kind_and_name(item, delivered)
    email, phone = _id(item, "email"), _id(item, "phone")
    traits = _object(item, "traits")
    if phone:
        traits.setdefault("phone", phone)
    profile = _id(item, "profile")
    if profile and not PROFILE_ID.match(profile):
        raise _Refusal("invalid_field", "profile", "`profile` is no profile id.")
    machine = item.get("machine", False)
    if not isinstance(machine, bool):
        raise _Refusal("invalid_field", "machine", "`machine` must be true or false.")
    told = _id(item, "messageId")
    context = _object(item, "context")
    return Event(
        message_id="src-"
        + short_hash(delivered.source, *(("m", told) if told else (delivered.id, str(index))), length=32),
        kind=kind,
        name=name,
        user_id=_id(item, "userId"),
        anonymous_id=_id(item, "anonymousId"),
        profile=profile,
        email=email,
        properties=with_reach(name, with_page(name, _object(item, "properties"), context)),
        traits=traits,
        context=context,
        occurred_at=_time(item, delivered.received_at),
        received_at=delivered.received_at,
        source=delivered.source,
        machine=machine,
    )


def _judge(item: Mapping[str, Any], delivered: Delivered) -> None:
    unknown = sorted(set(item) - _FIELDS)
    if unknown:
        raise _Refusal(
            "unknown_field", unknown[0][:40], f"An event has no field `{unknown[0][:40]}`: see the reference."
        )
    for field in _CALLBACK_ONLY:
        if item.get(field) is not None and not delivered.callback:
            raise _Refusal("reserved_field", field, f"Only a provider's callback may say `{field}`.")
    if too_deep(item, MAX_DEPTH):
        raise _Refusal("too_deep", "", f"An event is nested at most {MAX_DEPTH} levels deep.")
    try:
        size = len(json.dumps(item, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode())
    except ValueError:
        raise _Refusal("invalid_value", "", "The event holds a number or text that is none.") from None
    if size > MAX_BYTES:
        raise _Refusal("event_too_large", "", "An event holds at most 32 KB.")


def _kind_and_name(item: Mapping[str, Any], delivered: Delivered) -> tuple[EventKind, str]:
    type_ = item.get("type", "track")
    if not isinstance(type_, str) or type_ not in _TYPES:
        raise _Refusal("unknown_type", "type", "`type` must be one of " + ", ".join(sorted(_TYPES)) + ".")
    kind, name = _TYPES[type_]
    if name:
        return kind, name
    given = item.get("event")
    if not isinstance(given, str) or not given.strip():
        raise _Refusal(
            "missing_field", "event", "An event needs a name in `event`, or another `type` than track."
        )
    name = canonical_event(given.strip())
    if len(name) > 200:
        raise _Refusal("too_long", "event", "An event name has at most 200 characters.")
    if name in PLATFORM_EVENTS:
        if not delivered.callback:
            raise _Refusal(
                "reserved_event", "event", "Only a provider's callback may tell of the platform's messages."
            )
        return "engagement", name
    return kind, name


def _id(item: Mapping[str, Any], name: str) -> str | None:
    value = item.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Refusal("invalid_field", name, f"`{name}` must be text or a whole number.")
    text = str(value).strip()
    if len(text) > _ID_LENGTH:
        raise _Refusal("too_long", name, f"`{name}` has at most {_ID_LENGTH} characters.")
    return text or None


def _object(item: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = item.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _Refusal("invalid_field", name, f"`{name}` must be an object.")
    return dict(value)


def _time(item: Mapping[str, Any], received_at: datetime) -> datetime:
    value = item.get("timestamp")
    if value is None or value == "":
        return received_at
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(value / 1000 if abs(value) > 100_000_000_000 else value, UTC)
        else:
            at = from_iso(str(value))
        if EARLIEST <= at <= LATEST:
            return at
    except (ValueError, OverflowError, OSError):
        pass
    raise _Refusal(
        "invalid_time", "timestamp", "`timestamp` is ISO 8601, or seconds or milliseconds since 1970."
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return str(value) if isinstance(value, str | int) else ""


def debugger_entries(refused: Iterable[Refused], source: str, at: str) -> list[dict[str, Any]]:
    """Write refusals as the events debugger shows them."""
    return [
        {
            "at": at,
            "source": source,
            "status": "rejected",
            "code": one.code,
            "place": one.place,
            "message": one.message,
            "message_id": one.message_id,
            "name": one.name,
        }
        for one in refused
    ]
