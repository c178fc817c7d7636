"""Hot profiles as rows of four tables, in the columns that bulk queries ask.

| table | a row | columns |
|---|---|---|
| `contacts` | a contact | `profile`, `zone`, `segments`, `dropped` and `dropped_derived` (ms), `e_…`, fields |
| `tracks` | a contact and event name | `profile`, `name`, `total`, `last`, `last_d`, `last_m` |
| `days` | and a day (UTC) | `profile`, `name`, `day`, `n` |
| `recents` | a recent event | `profile`, `name`, `name_folded`, `at_ms`, `at`, `at_d`, `at_m`, properties |

`dropped` is the newest event that is no longer whole, of those that happened and of derived ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from stepwell.conditions.engagement import KINDS, Engagement
from stepwell.contracts.fields import fields
from stepwell.contracts.profiles import Profile
from stepwell.lake.columns import FIELD, PROPERTY, micros, times, values
from stepwell.workflows.facts import profile_facts

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400


def rows_of(
    profiles: Iterable[Profile], default_zone: tzinfo, now: datetime
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table.

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
        rows["contacts"].append(
            {
                **known,
                "zone": str(zone),
                "segments": sorted(facts.segments),
                "dropped": _millis(history.get("x")),
                "dropped_derived": _millis(history.get("y")),
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
    return rows


def _millis(seconds: Any) -> int | None:
    return None if seconds is None else round(float(seconds) * 1000)


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
