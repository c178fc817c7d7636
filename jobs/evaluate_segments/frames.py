"""The frames that bulk queries ask: contacts, and what their histories keep; made of hot profiles.

| frame | a row | columns |
|---|---|---|
| `contacts` | a contact | `profile`, `zone`, `segments`, `dropped` and `dropped_derived` (ms), `e_…`, fields |
| `tracks` | a contact and event name | `profile`, `name`, `total`, `last`, `last_d`, `last_m` |
| `days` | and a day (UTC) | `profile`, `name`, `day`, `n` |
| `recents` | a recent event | `profile`, `name`, `name_folded`, `at_ms`, `at`, `at_d`, `at_m`, properties |

`dropped` is the newest event that is no longer whole, of those that happened and of derived ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import polars as pl
from stepwell.conditions.engagement import KINDS
from stepwell.contracts.profiles import Profile
from stepwell.lake.rows import rows_of

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
    "dropped_derived": pl.Int64,
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
    rows = rows_of(profiles, default_zone, now)
    return Frames(
        _frame(rows["contacts"], _CONTACTS),
        _frame(rows["tracks"], _TRACKS),
        _frame(rows["days"], _DAYS),
        _frame(rows["recents"], _RECENTS),
    )


def _frame(rows: list[dict[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    more = {name for row in rows for name in row} - schema.keys()
    whole = {**schema, **{name: _DTYPES[name.rpartition("__")[2]] for name in sorted(more)}}
    return pl.from_dicts(rows, schema=whole) if rows else pl.DataFrame(schema=whole)
