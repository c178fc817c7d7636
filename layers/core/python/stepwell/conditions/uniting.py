"""Histories of two contacts that turned out to be one, and of two that turned out to be two.

Counts add up and can be taken apart again; of the newest events kept whole the newest of both stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .activity import Activity
from .engagement import Engagement
from .history import DailyCounts, RecentEvent
from .packing import Track, track_of

Stored = tuple[Mapping[str, Any], Iterable[RecentEvent]]
"""What a profile holds: `history` and `recent`."""


def united(ours: Stored, theirs: Stored, max_bytes: int) -> tuple[dict[str, Any], tuple[RecentEvent, ...]]:
    """Return history and recent events of a contact that is both, at most so many bytes as JSON."""
    one, other = (DailyCounts.from_profile(*stored) for stored in (ours, theirs))
    tracks = dict(one._tracks)
    for name, track in other._tracks.items():
        known = tracks.get(name)
        tracks[name] = track if known is None else _sum(known, track)
    recent = sorted([*one._recent, *other._recent], key=lambda event: (event[1], event[0]))
    counts = DailyCounts(
        tracks, recent, [max(both) for both in zip(one._dropped, other._dropped, strict=True)]
    )
    engagement = _engagement(_engaged(ours), 1, _engaged(theirs), 1)
    # Which counts conditions ask for is not known here: the next pass drops what nobody does.
    return Activity(counts, engagement).to_profile(max_bytes, tracks.keys())


def parted(
    now: Stored, base: Stored, before: Stored, max_bytes: int
) -> tuple[dict[str, Any], tuple[RecentEvent, ...]]:
    """Return what is left of a united history when it is taken apart: what was before, and what came since.

    Args:
        now: As it stands.
        base: As it stood right after it was united.
        before: As it stood before.
        max_bytes: The most bytes as JSON.
    """
    new, merge, own = (DailyCounts.from_profile(*stored) for stored in (now, base, before))
    tracks: dict[str, Track] = {}
    for name in new._tracks.keys() | own._tracks.keys():
        track = _since(new._tracks.get(name), merge._tracks.get(name), own._tracks.get(name))
        if track.total > 0:
            tracks[name] = track
    known = [(name, at) for name, at, _ in merge._recent]
    news = [event for event in new._recent if (event[0], event[1]) not in known]
    recent = sorted([*own._recent, *news], key=lambda event: (event[1], event[0]))
    # What was united may have pushed whole events out: only windows after them are exact.
    dropped = list(map(max, own._dropped, new._dropped)) if news else own._dropped
    counts = DailyCounts(tracks, recent, dropped)
    left = _engagement(_engagement(_engaged(now), 1, _engaged(base), -1), 1, _engaged(before), 1)
    return Activity(counts, left).to_profile(max_bytes, tracks.keys())


def _sum(ours: Track, theirs: Track) -> Track:
    days = ours.days()
    for day, n in theirs.days().items():
        days[day] = days.get(day, 0) + n
    return track_of(ours.total + theirs.total, max(ours.last, theirs.last), days)


def _since(now: Track | None, base: Track | None, before: Track | None) -> Track:
    nothing = Track(0, 0, [])
    new, merge, own = now or nothing, base or nothing, before or nothing
    days, merged = own.days(), merge.days()
    for day, n in new.days().items():
        came = n - merged.get(day, 0)
        if came > 0:
            days[day] = days.get(day, 0) + came
    came = max(new.total - merge.total, 0)
    last = own.last if not came or new.last == merge.last else max(new.last, own.last)
    return track_of(own.total + came, last, days if own.total + came else {})


def _engaged(stored: Stored) -> Engagement:
    return Engagement.from_json(stored[0].get("g") or {})


def _engagement(one: Engagement, sign: int, other: Engagement, other_sign: int) -> Engagement:
    """Return the counters of both, decayed to one moment; a negative sign takes away, never below nothing."""
    if other.as_of is None:
        return one
    if one.as_of is None:
        return other if other_sign > 0 else one
    as_of = max(one.as_of, other.as_of)
    decayed = [
        max(sign * a + other_sign * b, 0.0)
        for a, b in zip(one.decayed_at(as_of), other.decayed_at(as_of), strict=True)
    ]
    totals = [max(sign * a + other_sign * b, 0) for a, b in zip(one.totals, other.totals, strict=True)]
    times = [at for at in (one.last_at, other.last_at) if at is not None]
    return Engagement(
        as_of,
        (decayed[0], decayed[1], decayed[2], decayed[3]),
        (totals[0], totals[1], totals[2], totals[3]),
        max(times, default=None) if other_sign > 0 else one.last_at,
    )
