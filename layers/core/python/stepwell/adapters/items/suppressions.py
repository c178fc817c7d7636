"""Suppressed addresses whose suppression may end: soft bounces, counted in the same row."""

from __future__ import annotations

from stepwell.adapters.items.wire import Plain, from_millis, millis
from stepwell.deliverability.bouncing import SOFT_BOUNCE, Bounces


def suppressing(item: Plain | None, now_ms: int) -> str:
    """Return why nothing may be sent to an address now; empty: it is not suppressed, or its rest is over."""
    if item is None:
        return ""
    until = item.get("u")
    return "" if until is not None and now_ms >= int(until) else str(item["reason"])


def row_of(bounces: Bounces) -> Plain:
    """Write bounces into a suppression's row: `u` is when the rest ends, absent: never."""
    row: Plain = {
        "reason": SOFT_BOUNCE,
        "source": "bounces",
        "n": bounces.count,
        "m": " ".join(bounces.marks),
    }
    if bounces.last is not None:
        row |= {"at": millis(bounces.last), "l": millis(bounces.last)}
    if not bounces.final:
        row["u"] = 0 if bounces.until is None else millis(bounces.until)
    return row


def bounces_of(item: Plain | None) -> Bounces:
    """Read what `row_of` wrote."""
    if item is None:
        return Bounces()
    until = item.get("u")
    return Bounces(
        count=int(item["n"]),
        last=from_millis(int(item["l"])) if "l" in item else None,
        until=from_millis(int(until)) if until else None,
        final=until is None,
        marks=tuple(str(item.get("m", "")).split()),
    )
