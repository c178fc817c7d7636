"""Events as the debugger shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.events import Event
from stepwell.errors import StepwellError
from stepwell.triggers.ports import DebugTail


def accepted(event: Event, source: str, wrong: str = "", dropped: str = "") -> dict[str, Any]:
    """Return the entry of an event that was taken.

    Args:
        event: The event.
        source: Whose write key it came with.
        wrong: Fields of a form that are filled in badly.
        dropped: Fields whose values were not kept, for want of consent.
    """
    code, place = ("invalid_fields", "properties.fields") if wrong else ("", "")
    if dropped:
        code, place = (
            "no_consent",
            "traits" if event.traits or event.kind == "identify" else "properties.fields",
        )
    return {
        "at": iso(event.received_at),
        "source": source,
        "status": "accepted",
        "code": code,
        "place": place,
        "message": "; ".join(one for one in (dropped, wrong) if one),
        "message_id": event.message_id,
        "name": event.name,
        "kind": event.kind,
        "user_id": event.user_id or "",
        "anonymous_id": event.anonymous_id or "",
        "occurred_at": iso(event.occurred_at),
        "document": {
            name: value
            for name, value in (
                ("type", event.kind),
                ("event", event.name if event.kind == "track" else ""),
                ("userId", event.user_id),
                ("anonymousId", event.anonymous_id),
                ("properties", event.properties),
                ("traits", event.traits),
                ("context", event.context),
                ("timestamp", iso(event.occurred_at)),
                ("messageId", event.message_id),
            )
            if value
        },
    }


def show(
    tail: DebugTail, tenant: str, source: str, events: Sequence[Event], rejected: Sequence[Mapping[str, Any]]
) -> None:
    """Show what came: refusals always, what was taken while somebody looks.

    The events are on the stream by now: the debugger is a convenience, and its failure must not make senders repeat.
    """
    entries = list(rejected)
    try:
        if events and tail.watching(tenant):
            entries += [accepted(event, source) for event in events]
        if entries:
            tail.append(tenant, entries)
    except StepwellError:
        return
