"""A snapshot in the lake, asked by Athena's SQL, says of everybody what the closures say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stepwell.adapters.snapshot_tables import DuckSnapshots
from stepwell.conditions import Condition, compile_condition, parse
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.profiles import Profile
from stepwell.errors import NotFound
from stepwell.lake import evaluating
from stepwell.lake.snapshots import SHARDS, SnapshotPorts, file_key, latest, snapshot_task
from stepwell.lake.tables import TABLES
from stepwell.workflows.facts import profile_facts

from tests.fakes.lake import MemoryLakeFiles
from tests.fakes.publishing import MemoryJobs
from tests.unit.conditions.audiences import NOW, ZONES, conditions
from tests.unit.jobs.evaluate_segments.crowds import crowds

TENANT = "acme"


class Crowd:
    """Contacts in sixteen parts, two a page."""

    def __init__(self, people: Sequence[Profile]) -> None:
        self._people = people

    def shard(self, tenant: str, segment: str | None, shard: int) -> Iterator[Sequence[Profile]]:
        assert (tenant, segment) == (TENANT, None)
        mine = [p for n, p in enumerate(self._people) if n % SHARDS == shard]
        for start in range(0, len(mine), 2):
            yield mine[start : start + 2]


def take(people: Sequence[Profile], zone: str) -> tuple[MemoryLakeFiles, Any]:
    files = MemoryLakeFiles()
    ports = SnapshotPorts(
        clock=ManualClock(NOW),
        jobs=MemoryJobs(),
        files=files,
        tables=DuckSnapshots(files),
        contacts=Crowd(people),
        workspaces=SimpleNamespace(workspace=lambda _: SimpleNamespace(time_zone=zone)),
    )
    task = {"tenant": TENANT, "job": "snap-1"}
    assert snapshot_task(ports, {**task, "task": "plan"}) == {"parts": SHARDS}
    for number in range(SHARDS):
        part = {"part": str(number), "shard": number}
        snapshot_task(ports, {**task, "task": "part", "part": part})
    assert snapshot_task(ports, {**task, "task": "finish"}) == {"state": "done", "contacts": len(people)}
    return files, ports


def asked(
    files: MemoryLakeFiles, named: dict[str, Condition], name: str, segment: str, folder: Path
) -> dict[str, Any]:
    snapshot = latest(files, TENANT)
    text = evaluating.statement("lake", TENANT, snapshot, named, name, segment, snapshot.now)
    (query,) = sqlglot.transpile(text, read="athena", write="duckdb")
    with duckdb.connect() as db:
        db.execute("CREATE SCHEMA lake")
        for table in TABLES:
            for number in range(SHARDS):
                key = file_key(table, TENANT, snapshot.id, str(number))
                path = folder / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(files.get(key))
            root = folder / "snapshots" / table
            db.execute(
                f"CREATE VIEW lake.{table} AS SELECT * FROM read_parquet('{root}/**/*.parquet',"
                " hive_partitioning = true, hive_types = {'tenant': VARCHAR, 'snapshot': VARCHAR})"
            )
        found = db.execute(query)
        names = [column[0] for column in found.description or ()]
        return dict(zip(names, found.fetchall()[0], strict=True))


@pytest.mark.slow
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(st.lists(conditions, min_size=1, max_size=2), crowds(), st.sampled_from(ZONES))
def test_the_lake_agrees_with_the_closures(
    tmp_path_factory: pytest.TempPathFactory,
    wanted: list[Condition],
    everybody: list[Profile],
    zone_name: str,
) -> None:
    files, _ = take(everybody, zone_name)
    named = {f"s{number}": condition for number, condition in enumerate(wanted)}
    zone = ZoneInfo(zone_name)
    for name, condition in named.items():
        told = asked(files, named, name, "", tmp_path_factory.mktemp("lake"))
        test = compile_condition(condition)
        members = sorted(p.id for p in everybody if test(profile_facts(p, zone), NOW))
        assert (told["contacts"], told["members"] or 0) == (len(everybody), len(members))


def test_counts_a_sample_and_who_differs(tmp_path: Path) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    people = [
        Profile(
            f"{'b' * 15}{letters[n]}",
            traits={"plan": "pro" if n % 2 else "free", "seats": n},
            segments={"pros": 1} if n < 10 else {},
        )
        for n in range(32)
    ]
    files, _ = take(people, "UTC")
    named = {"pros": parse("plan = 'PRO' and seats >= 4"), "more": parse("in segment 'pros' and seats > 30")}
    told = asked(files, named, "pros", "pros", tmp_path)
    members = {p.id for n, p in enumerate(people) if n % 2 and n >= 4}
    stored = {p.id for p in people if "pros" in p.segments}
    assert (told["contacts"], told["members"]) == (32, len(members))
    assert told["differing"] == len(members ^ stored)
    assert {told[f"p{n}"] for n in range(16)} - {None} <= members
    assert asked(files, named, "more", "", tmp_path)["members"] == 1


def test_a_snapshot_that_misses_a_part_is_none() -> None:
    files = MemoryLakeFiles()
    ports = SnapshotPorts(
        clock=ManualClock(NOW),
        jobs=MemoryJobs(),
        files=files,
        tables=DuckSnapshots(files),
        contacts=Crowd([]),
        workspaces=SimpleNamespace(workspace=lambda _: SimpleNamespace(time_zone="UTC")),
    )
    snapshot_task(ports, {"tenant": TENANT, "job": "snap-1", "task": "plan"})
    assert snapshot_task(ports, {"tenant": TENANT, "job": "snap-1", "task": "finish"}) == {"state": "failed"}
    with pytest.raises(NotFound):
        latest(files, TENANT)
