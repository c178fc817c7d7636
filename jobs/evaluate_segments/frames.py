"""The frames that bulk queries ask: contacts, and what their histories keep; made of hot profiles.

| frame | a row | columns |
|---|---|---|
| `contacts` | a contact | `profile`, `zone`, `segments`, `dropped` (ms: newest event no longer whole), `e_…`, fields |
| `tracks` | a contact and event name | `profile`, `name`, `total`, `last`, `last_d`, `last_m` |
| `days` | and a day (UTC) | `profile`, `name`, `day`, `n` |
| `recents` | a recent event | `profile`, `name`, `name_folded`, `at_ms`, `at`, `at_d`, `at_m`, properties |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import polars as pl
from stepwell.conditions.engagement import KINDS, Engagement
from stepwell.contracts.fields import fields
from stepwell.contracts.profiles import Profile
from stepwell.workflows.facts import profile_facts

from jobs.evaluate_segments.columns import FIELD, PROPERTY, micros, times, values

_DTYPES: dict[str, Any] = {
    "x": pl.Boolean,
    "n": pl.Float64,
    "s": pl.String,
    "b": pl.Boolean,
    "i": pl.Int64,
    "d": pl.Int64,
    "w": pl.Boolean,
    "m": pl.Int64,
    "ls": pl.List(pl.String),
    "ln": pl.List(pl.Float64),
    "lb": pl.List(pl.Boolean),
}
_CONTACTS: dict[str, Any] = {
    "profile": pl.String,
    "zone": pl.String,
    "segments": pl.List(pl.String),
    "dropped": pl.Int64,
    "e_as_of": pl.Float64,
    "e_last": pl.Int64,
    "e_last_d": pl.Int64,
    "e_last_m": pl.Int64,
    **{f"e_d_{kind}": pl.Float64 for kind in KINDS},
    **{f"e_n_{kind}": pl.Float64 for kind in KINDS},
}
_TRACKS: dict[str, Any] = {
    "profile": pl.String,
    "name": pl.String,
    "total": pl.Int64,
    "last": pl.Int64,
    "last_d": pl.Int64,
    "last_m": pl.Int64,
}
_DAYS: dict[str, Any] = {"profile": pl.String, "name": pl.String, "day": pl.Int64, "n": pl.Int64}
_RECENTS: dict[str, Any] = {
    "profile": pl.String,
    "name": pl.String,
    "name_folded": pl.String,
    "at_ms": pl.Int64,
    "at": pl.Int64,
    "at_d": pl.Int64,
    "at_m": pl.Int64,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Frames:
    """See the module's docstring."""

    contacts: pl.DataFrame
    tracks: pl.DataFrame
    days: pl.DataFrame
    recents: pl.DataFrame


def frames_of(profiles: Iterable[Profile], default_zone: tzinfo, now: datetime) -> Frames:
    """Make frames of hot profiles.

    Args:
        profiles: The contacts.
        default_zone: The workspace's time zone.
        now: The moment at which computed attributes and scores are read (aware).
    """
    rows: dict[str, list[dict[str, Any]]] = {"contacts": [], "tracks": [], "days": [], "recents": []}
    for profile in profiles:
        facts = profile_facts(profile, default_zone)
        zone = facts.zone
        known = {"profile": profile.id}
        engagement = _engagement(facts.engagement, zone)
        history = profile.history
        dropped = history.get("x")
        rows["contacts"].append(
            {
                **known,
                "zone": str(zone),
                "segments": sorted(facts.segments),
                "dropped": None if dropped is None else round(float(dropped) * 1000),
                **engagement,
                **values(FIELD, fields(profile, now), zone),
            }
        )
        for name, (total, last, days) in (history.get("e") or {}).items():
            at = _EPOCH + timedelta(seconds=int(last))
            rows["tracks"].append({**known, "name": name, "total": int(total), **_time("last", at, zone)})
            newest = int(last) // _DAY_S
            rows["days"] += [
                {**known, "name": name, "day": newest - back, "n": int(number)}
                for back, number in enumerate(str(days).split("."))
                if number
            ]
        for name, seconds, properties in profile.recent:
            # A name whose counts had to be forgotten counts as one that never happened.
            if name in (history.get("e") or {}):
                rows["recents"].append({**known, **_recent(name, seconds, properties, zone)})
    return Frames(
        _frame(rows["contacts"], _CONTACTS),
        _frame(rows["tracks"], _TRACKS),
        _frame(rows["days"], _DAYS),
        _frame(rows["recents"], _RECENTS),
    )


def _engagement(engagement: Engagement, zone: tzinfo) -> dict[str, Any]:
    found: dict[str, Any] = {
        **{f"e_d_{kind}": value for kind, value in zip(KINDS, engagement.decayed, strict=True)},
        **{f"e_n_{kind}": float(value) for kind, value in zip(KINDS, engagement.totals, strict=True)},
        "e_as_of": 0.0 if engagement.as_of is None else float(micros(engagement.as_of)),
    }
    if engagement.last_at is not None:
        found |= _time("e_last", engagement.last_at, zone)
    return found


def _recent(name: str, seconds: float, properties: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    millis = round(float(seconds) * 1000)
    at = _EPOCH + timedelta(milliseconds=millis)
    return {
        "name": name,
        "name_folded": name.casefold(),
        "at_ms": millis,
        **_time("at", at, zone),
        **values(PROPERTY, properties, zone),
    }


def _time(name: str, at: datetime, zone: tzinfo) -> dict[str, Any]:
    told = dict(times(at, zone))
    return {name: told["i"], f"{name}_d": told["d"], f"{name}_m": told["m"]}


def _frame(rows: list[dict[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    more = {name for row in rows for name in row} - schema.keys()
    whole = {**schema, **{name: _DTYPES[name.rpartition("__")[2]] for name in sorted(more)}}
    return pl.from_dicts(rows, schema=whole) if rows else pl.DataFrame(schema=whole)
