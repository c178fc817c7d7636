"""Writes hot profiles as Parquet, part by part, and reads such a snapshot again.

A snapshot is a folder: `contacts`, `tracks`, `days` and `recents` with one file a part (a field that no contact of a
part has is no column there; readers fill it with nulls), and `snapshot.json`, written last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice
from pathlib import Path

import polars as pl
from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.profiles import Profile
from stepwell.errors import NotFound

from jobs.evaluate_segments.frames import Frames, frames_of

PART = 20_000
NAMES = ("contacts", "tracks", "days", "recents")
MANIFEST = "snapshot.json"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot that was read.

    Attributes:
        frames: The contacts.
        now: The moment that it shows.
    """

    frames: Frames
    now: datetime


def write(profiles: Iterable[Profile], folder: Path, zone: tzinfo, now: datetime) -> int:
    """Write a snapshot; return how many contacts it holds.

    Args:
        profiles: The contacts.
        folder: Where; made if need be.
        zone: The workspace's time zone.
        now: The moment that it shows (aware).
    """
    total = 0
    for name in NAMES:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(_parts(iter(profiles))):
        frames = frames_of(part, zone, now)
        for name in NAMES:
            frame: pl.DataFrame = getattr(frames, name)
            frame.write_parquet(folder / name / f"part-{number:05d}.parquet", compression="zstd")
        total += len(part)
    manifest = {"v": 1, "now": iso(now), "time_zone": str(zone), "contacts": total}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return total


def _parts(profiles: Iterator[Profile]) -> Iterator[list[Profile]]:
    while part := list(islice(profiles, PART)):
        yield part


def read(folder: Path) -> Snapshot:
    """Read a snapshot.

    Raises:
        NotFound: There is none, or it was not written to its end.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise NotFound(f"There is no snapshot in {folder}.", code="no_snapshot")
    told = json.loads(manifest.read_text(encoding="utf-8"))
    frames = {name: _frame(folder / name) for name in NAMES}
    return Snapshot(Frames(**frames), from_iso(told["now"]))


def _frame(folder: Path) -> pl.DataFrame:
    parts = [pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))]
    if not parts:
        nobody = frames_of((), UTC, datetime.fromtimestamp(0, UTC))
        empty: pl.DataFrame = getattr(nobody, folder.name)
        return empty
    return pl.concat(parts, how="diagonal")
