"""Evaluates segments over frames with Polars: one aggregation a frame of history, one pass over the contacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from stepwell.conditions import Condition, referenced
from stepwell.conditions.times import millis_up
from stepwell.contracts.derived import DERIVED_EVENTS
from stepwell.lake.translating import Asked, Translator, zones_of
from stepwell.segments.ordering import in_order

from jobs.evaluate_segments.frames import Frames
from jobs.evaluate_segments.polars_algebra import PolarsAlgebra

_DAY_MS = 86_400_000


def evaluate(frames: Frames, conditions: Mapping[str, Condition], now: datetime) -> pl.DataFrame:
    """Return a row a contact with a boolean column a segment.

    Args:
        frames: The contacts.
        conditions: By segment id; segments that refer to each other are evaluated in order.
        now: The moment (aware), that of the frames.
    """
    return query(frames, conditions, now).collect()


def query(frames: Frames, conditions: Mapping[str, Condition], now: datetime) -> pl.LazyFrame:
    """Return the lazy query of `evaluate`."""
    asked = Asked()
    names = set(frames.contacts["zone"].unique())
    there = set(frames.contacts.columns)
    order, _ = in_order(
        {segment: referenced(condition).segments for segment, condition in conditions.items()}
    )
    layers: list[dict[str, pl.Expr]] = []
    level: dict[str, int] = {}
    for segment in order:
        refers = referenced(conditions[segment]).segments & level.keys()
        level[segment] = max((level[other] + 1 for other in refers), default=0)
        translator = Translator(
            PolarsAlgebra(),
            now,
            zones_of(names),
            there,
            asked,
            {other: f"in_{other}" for other in refers},
        )
        while len(layers) <= level[segment]:
            layers.append({})
        layers[level[segment]][f"in_{segment}"] = translator.condition(conditions[segment])
    whole = _with_history(frames, asked, now)
    for layer in layers:
        whole = whole.with_columns(**layer)
    return whole.select("profile", **{segment: pl.col(f"in_{segment}") for segment in order})


def _with_history(frames: Frames, asked: Asked, now: datetime) -> pl.LazyFrame:
    """Add the columns of counts and last times to the contacts."""
    contacts = frames.contacts.lazy()
    if not asked.counts and not asked.lasts:
        return contacts
    names = set(frames.contacts["zone"].unique())
    # Filters may read contacts: translated first, so that it is known which columns the events need.
    needed = Asked()
    filters = {
        count: Translator(
            PolarsAlgebra(),
            now,
            zones_of(names),
            {*frames.contacts.columns, *frames.recents.columns},
            needed,
            events=True,
        ).condition(count.where)
        for count in asked.counts
        if count.where is not None
    }
    tracks: dict[str, pl.Expr] = {}
    days: dict[str, pl.Expr] = {}
    recents: dict[str, pl.Expr] = {}
    made: dict[str, pl.Expr] = {}
    for event, name in asked.lasts.items():
        of = pl.col("name") == event
        for part in ("", "_d", "_m"):
            tracks[f"{name}{part}"] = pl.col(f"last{part}").filter(of).max()
    for count, name in asked.counts.items():
        of = pl.col("name") == count.event
        if count.within is None and count.where is None:
            tracks[f"{name}_t"] = pl.col("total").filter(of).max()
            made[name] = pl.col(f"{name}_t")
            continue
        after = None if count.within is None else millis_up(now - count.within.delta)
        kept = of if after is None else of & (pl.col("at_ms") >= after)
        if count.where is not None:
            kept = kept & filters[count]
        recents[f"{name}_r"] = kept.sum()
        made[name] = pl.col(f"{name}_r")
        if after is None or count.where is not None:
            continue
        days[f"{name}_d"] = pl.col("n").filter(of & (pl.col("day") >= after // _DAY_MS)).sum()
        dropped = pl.col("dropped_derived" if count.event in DERIVED_EVENTS else "dropped")
        whole = dropped.is_null() | (dropped < after)
        made[name] = pl.when(whole).then(pl.col(f"{name}_r")).otherwise(pl.col(f"{name}_d"))
    happened = frames.recents.lazy()
    if needed.columns:
        happened = happened.join(
            contacts.select("profile", *sorted(needed.columns)), on="profile", how="left"
        )
    windows = [count.within for count in asked.counts if count.within is not None or count.where is not None]
    longest = max((w.delta for w in windows if w is not None), default=None)
    oldest = None if longest is None or None in windows else millis_up(now - longest)
    asked_for = pl.col("name").is_in(sorted({count.event for count in asked.counts} | set(asked.lasts)))
    for frame, parts, time, unit in (
        (frames.tracks.lazy(), tracks, "", 0),
        (frames.days.lazy(), days, "day", _DAY_MS),
        (happened, recents, "at_ms", 1),
    ):
        if parts:
            kept = asked_for if oldest is None or not time else asked_for & (pl.col(time) >= oldest // unit)
            contacts = contacts.join(
                frame.filter(kept).group_by("profile").agg(**parts), on="profile", how="left"
            )
    return contacts.with_columns(
        **{name: count.fill_null(0).cast(pl.Float64) for name, count in made.items()}
    )
