"""A mapping tried on a sample: what it would make of it, or where and why it fails. Nothing is stored or sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.events import Event
from stepwell.contracts.ids import short_hash
from stepwell.errors import InvalidInput, LimitExceeded, StepwellError
from stepwell.sources.bodies import body_of
from stepwell.sources.language import Expression
from stepwell.sources.mapped import Delivered, events_of

MAX_SAMPLE = 262_144


def sample_of(sample: Any, content_type: str) -> Any:
    """Return a sample as a mapping would get it: a text is read as a body of its content type.

    Raises:
        InvalidInput: It cannot be read.
        LimitExceeded: It is too big.
    """
    if not isinstance(sample, str):
        return sample
    if len(sample) > MAX_SAMPLE:
        raise LimitExceeded("A sample has at most 256 KB.", code="sample_too_large")
    return body_of(sample.encode("utf-8", "replace"), {"content-type": content_type})


def tried(
    mapping: str,
    sample: Any,
    headers: Mapping[str, str],
    source: str,
    now: datetime,
    names_somebody: Callable[[Event], bool],
    callback: bool = False,
) -> dict[str, Any]:
    """Map a sample.

    Args:
        mapping: JSONata.
        sample: The body.
        headers: Headers, names in lower case.
        source: Source id.
        now: The time, taken for that of receipt.
        names_somebody: Tells whether an event is of somebody, as the way to the stream would.
        callback: Whether the source may tell of the platform's own messages.

    Returns:
        ``{ok, events, refused, error}``; the result of the mapping itself as ``result``.
    """
    id_ = "try-" + short_hash(source, repr(sample), length=16)
    variables: dict[str, Any] = {"headers": dict(headers), "source": source, "id": id_, "query": {}}
    variables |= {"received_at": iso(now), "callback": callback}
    try:
        result = Expression(mapping).evaluate(sample, variables)
        mapped = events_of(result, Delivered("trial", source, id_, now, callback))
    except (InvalidInput, LimitExceeded) as error:
        return {"ok": False, "result": None, "events": [], "refused": [], "error": _error(error)}
    nobody = [
        {
            "code": "no_identity",
            "place": f"[{n}]",
            "message": "It names nobody.",
            "name": e.name,
            "message_id": e.message_id,
        }
        for n, e in enumerate(mapped.events)
        if not names_somebody(e)
    ]
    return {
        "ok": not mapped.refused and not nobody,
        "result": result,
        "events": [_event(event) for event in mapped.events],
        "refused": [asdict(one) for one in mapped.refused] + nobody,
        "error": None,
    }


_SHOWN = ("kind", "name", "message_id", "user_id", "anonymous_id", "profile", "email", "traits", "properties")


def _event(event: Event) -> dict[str, Any]:
    told = {name: getattr(event, name) for name in _SHOWN}
    return {
        **{name: value for name, value in told.items() if value not in (None, {})},
        "occurred_at": iso(event.occurred_at),
        **({"machine": True} if event.machine else {}),
    }


def _error(error: StepwellError) -> dict[str, Any]:
    return {"code": error.code, "message": error.message, "details": error.details}
