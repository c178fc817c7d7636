"""Names of events in conditions are canonical, since those of events are: `form_submitted` is `form_submission`."""

from __future__ import annotations

from typing import Any

from stepwell.contracts.event_catalogue import canonical_event


def canonical_names(data: Any) -> Any:
    """Replace synonyms among what `event.name` is compared with; `data` is a comparison before it is checked."""
    if not isinstance(data, dict) or not _is_event_name(_plain(data.get("left"))):
        return data
    right, values = _plain(data.get("right")), data.get("values")
    if isinstance(right, dict) and isinstance(right.get("value"), str) and right.get("op") == "value":
        return {**data, "right": {**right, "value": canonical_event(right["value"])}}
    if isinstance(values, list | tuple):
        return {**data, "values": [canonical_event(v) if isinstance(v, str) else v for v in values]}
    return data


def _plain(operand: Any) -> Any:
    return operand.model_dump() if hasattr(operand, "model_dump") else operand


def _is_event_name(left: Any) -> bool:
    return (
        isinstance(left, dict) and left.get("scope") == "event" and tuple(left.get("path") or ()) == ("name",)
    )
