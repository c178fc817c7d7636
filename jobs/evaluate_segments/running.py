"""Evaluates segments over a snapshot and says who belongs, and who does so otherwise than the profile says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from stepwell.conditions import Condition, referenced
from stepwell.errors import InvalidInput
from stepwell.segments.model import parse_segment
from stepwell.segments.ordering import in_order

from jobs.evaluate_segments.evaluating import evaluate
from jobs.snapshot_profiles.writing import Snapshot, read


def conditions_of(documents: Iterable[Mapping[str, Any]]) -> dict[str, Condition]:
    """Return the conditions of segments, lists left out.

    Args:
        documents: Segments as people write them or as the API lists them.

    Raises:
        ValidationFailed: One is malformed.
        InvalidInput: They refer to each other in a circle.
    """
    fields = ("id", "name", "kind", "condition")
    segments = [parse_segment({name: one[name] for name in fields if name in one}) for one in documents]
    found = {segment.id: segment.condition for segment in segments if segment.condition is not None}
    _, circle = in_order({segment: referenced(condition).segments for segment, condition in found.items()})
    if circle:
        raise InvalidInput(
            f"Segments refer to each other in a circle: {', '.join(circle)}.", code="segment_cycle"
        )
    return found


def run(snapshot: Path, documents: Iterable[Mapping[str, Any]], output: Path) -> dict[str, Any]:
    """Evaluate; write `members.parquet` (segment, profile) and `differs.jsonl`; return a summary.

    Raises:
        NotFound: There is no such snapshot.
    """
    taken = read(snapshot)
    conditions = conditions_of(documents)
    found = evaluate(taken.frames, conditions, taken.now)
    output.mkdir(parents=True, exist_ok=True)
    members = memberships(found, list(conditions))
    members.write_parquet(output / "members.parquet")
    wrong = differing(taken, found, list(conditions))
    with (output / "differs.jsonl").open("w", encoding="utf-8") as file:
        for profile, segments in wrong:
            file.write(json.dumps({"profile": profile, "segments": segments}) + "\n")
    sizes = {row["segment"]: row["len"] for row in members.group_by("segment").len().to_dicts()}
    return {
        "contacts": found.height,
        "sizes": {segment: int(sizes.get(segment, 0)) for segment in conditions},
        "differs": len(wrong),
    }


def memberships(found: pl.DataFrame, segments: list[str]) -> pl.DataFrame:
    """Return a row a membership: segment, profile."""
    parts = [
        found.filter(pl.col(segment)).select(segment=pl.lit(segment), profile="profile")
        for segment in segments
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema={"segment": pl.String, "profile": pl.String})


def differing(taken: Snapshot, found: pl.DataFrame, segments: list[str]) -> list[tuple[str, list[str]]]:
    """Return who belongs otherwise than the profile says, with the segments that differ."""
    both = taken.frames.contacts.select("profile", stored="segments").join(found, on="profile")
    wrong = [
        both.filter(pl.col(segment) != pl.col("stored").list.contains(segment).fill_null(False)).select(
            "profile", segment=pl.lit(segment)
        )
        for segment in segments
    ]
    if not wrong:
        return []
    grouped = pl.concat(wrong).group_by("profile").agg(pl.col("segment")).sort("profile")
    return [(row["profile"], sorted(row["segment"])) for row in grouped.to_dicts()]
