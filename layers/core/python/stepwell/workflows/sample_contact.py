"""Reads a made-up contact and what will happen to it, as files of `stepwell simulate` and the API give it.

Times are ISO 8601, or durations from the start (`2 days`, `-1 hour`); what a contact does about a message counts
from when it was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.errors import InvalidInput
from stepwell.workflows.interpreter import Reaction, SimulatedContact, SimulatedEvent
from stepwell.workflows.model import parse_duration

FIELDS = frozenset(
    {
        "profile",
        "traits",
        "consent",
        "suppressed",
        "events",
        "reactions",
        "faults",
        "trigger",
        "trigger_properties",
        "start",
        "time_zone",
    }
)
MAX_EVENTS = 500


def read_contact(told: Mapping[str, Any], more: Sequence[Any], start: datetime) -> SimulatedContact:
    """Read a sample contact.

    Args:
        told: `profile`, `traits`, `consent`, `suppressed`, `events`, `reactions` (by node, `*`: any), `faults`,
            `trigger`, `trigger_properties`.
        more: Further events.
        start: Times such as `2 days` count from here.

    Raises:
        InvalidInput: Something in it cannot be read.
    """
    unknown = sorted(set(told) - FIELDS)
    if unknown:
        raise InvalidInput(
            f"A contact has no {', '.join(f'`{u}`' for u in unknown)}; it has {', '.join(sorted(FIELDS))}.",
            code="bad_contact",
        )
    listed = [*(told.get("events") or []), *more]
    if len(listed) > MAX_EVENTS:
        raise InvalidInput(f"At most {MAX_EVENTS} events can be tried at once.", code="too_many_events")
    return SimulatedContact(
        profile=str(told.get("profile") or "sample"),
        traits=told.get("traits") or {},
        consent={str(k): str(v) for k, v in (told.get("consent") or {}).items()},
        suppressed=str(told.get("suppressed") or ""),
        events=tuple(_event(entry, n, start) for n, entry in enumerate(listed)),
        faults={k: [v] if isinstance(v, str) else list(v) for k, v in (told.get("faults") or {}).items()},
        trigger=str(told.get("trigger") or ""),
        trigger_properties=told.get("trigger_properties") or {},
        reactions={
            str(node): tuple(_reaction(entry, str(node)) for entry in entries or ())
            for node, entries in (told.get("reactions") or {}).items()
        },
    )


def read_time(value: Any, start: datetime | None) -> datetime:
    """Read a time: ISO 8601 (UTC unless it says otherwise), or a duration from the start.

    Raises:
        InvalidInput: It is neither.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    text = str(value).strip()
    if start is not None:
        sign = -1 if text.startswith("-") else 1
        try:
            return start + sign * parse_duration(text.lstrip("+-").strip())
        except (ValueError, OverflowError):
            pass
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise InvalidInput(
            f"`{text}` is neither an ISO time nor a duration after the start (`2 days`, `-1 hour`).",
            code="bad_time",
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _event(entry: Any, n: int, start: datetime) -> SimulatedEvent:
    if not isinstance(entry, Mapping) or not entry.get("name") or entry.get("at") is None:
        raise InvalidInput(f"Event {n + 1} needs `at` and `name`.", code="bad_event")
    return SimulatedEvent(
        at=read_time(entry["at"], start),
        name=str(entry["name"]),
        properties=entry.get("properties") or {},
        traits=entry.get("traits") or {},
        machine=bool(entry.get("machine", False)),
    )


def _reaction(entry: Any, node: str) -> Reaction:
    if not isinstance(entry, Mapping) or not entry.get("name"):
        raise InvalidInput(f"What is done about `{node}` needs `name` and `after`.", code="bad_reaction")
    text = str(entry.get("after") or "0 minutes").strip()
    try:
        after: timedelta = parse_duration(text)
    except (ValueError, OverflowError):
        raise InvalidInput(f"`{text}` is no duration; write e.g. `2 hours`.", code="bad_time") from None
    return Reaction(after, str(entry["name"]), entry.get("properties") or {})
