"""The raw copy as Firehose puts it becomes rows; a timeline is what they say of one contact."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.adapters.kinesis_sink import records_of
from stepwell.adapters.snapshot_tables import DuckSnapshots
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.ids import profile_id
from stepwell.errors import InvalidInput
from stepwell.lake.events import EventDayPorts, day_of, event_day_task, file_key
from stepwell.lake.raw import batches, event_rows
from stepwell.lake.timeline import Happened, older, statement

from tests.fakes.lake import MemoryLakeFiles
from tests.fakes.publishing import MemoryJobs

TENANT, DAY = "acme", date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def event(number: int, user: str = "u1", **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=number)).isoformat()
    told = {"message_id": f"m{number}", "kind": "track", "name": "viewed", "user_id": user, "source": "shop"}
    return {**told, "occurred_at": at, "received_at": at, "properties": {"n": number}, **more}


def packed(*records: bytes) -> bytes:
    return gzip.compress(b"".join(records))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.text(max_size=900)), max_size=6), st.booleans())
def test_every_record_of_an_object_is_found(told: list[tuple[int, str]], outer: bool) -> None:
    sent, data = [], b""
    for place, (number, text) in enumerate(told):
        events = [event(n, f"u{place}", properties={"text": text}) for n in range(number)]
        sent += events
        data += b"".join(record.data for record in records_of(TENANT, events))
    found = [one for batch in batches(gzip.compress(data) if outer else data) for one in batch["events"]]
    assert found == sent


def test_what_is_broken_ends_an_object_and_loses_nothing_before() -> None:
    whole = records_of(TENANT, [event(1)])[0].data
    for broken in (b'{"v":1,"tenant":', b"\x1f\x8bnonsense", b"[1]"):
        assert [b["tenant"] for b in batches(packed(whole, broken))] == [TENANT]


def test_rows_name_all_ids_and_no_other_tenant() -> None:
    told = event(1, email="Ann@Example.com", anonymous_id="a1", traits={"phone": "+49 30 901820"})
    (row,) = event_rows({"tenant": TENANT, "events": [told, event(2, kind="timer")]}, TENANT)
    kinds = (("user", "u1"), ("email", "ann@example.com"), ("anonymous", "a1"), ("phone", "+4930901820"))
    assert row["people"] == sorted(profile_id(TENANT, kind, value) for kind, value in kinds)
    assert list(event_rows({"tenant": "other", "events": [told]}, TENANT)) == []


class Raw:
    def __init__(self, objects: dict[str, bytes]) -> None:
        self._objects = objects

    def keys(self, prefix: str) -> Iterator[str]:
        return (key for key in self._objects if key.startswith(prefix))

    def get(self, key: str) -> bytes:
        return self._objects[key]


def made(objects: dict[str, bytes]) -> tuple[MemoryLakeFiles, list[str]]:
    files = MemoryLakeFiles()
    ports = EventDayPorts(
        clock=ManualClock(NOW), jobs=MemoryJobs(), raw=Raw(objects), files=files, tables=DuckSnapshots(files)
    )
    task = {"tenant": TENANT, "job": f"days-{DAY}-1"}
    parts = event_day_task(ports, {**task, "task": "plan"})["parts"]
    lines = files.get(f"transfers/{TENANT}/{task['job']}.jsonl").decode().splitlines()
    assert parts == len(lines)
    for line in lines:
        event_day_task(ports, {**task, "task": "part", "part": json.loads(line)})
    assert event_day_task(ports, {**task, "task": "finish"}) == {"state": "done"}
    return files, [json.loads(line)["part"] for line in lines]


def test_a_timeline_of_the_lake(tmp_path: Path) -> None:
    mine = [event(n) for n in range(6)] + [event(9, source="app")]
    objects = {
        f"raw/{DAY:%Y/%m/%d}/11/one": packed(*(r.data for r in records_of(TENANT, mine))),
        f"raw/{DAY:%Y/%m/%d}/12/two": packed(
            records_of(TENANT, [event(1), event(3, "u2")])[0].data, records_of("other", [event(1)])[0].data
        ),
        "raw/2026/01/06/00/three": packed(records_of(TENANT, [event(4, "u1", message_id="late")])[0].data),
    }
    files, parts = made(objects)
    for part in parts:
        path = tmp_path / file_key(TENANT, DAY, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files.get(file_key(TENANT, DAY, part)))

    def asked(source: str = "", limit: int = 50) -> list[str]:
        ann = profile_id(TENANT, "user", "u1")
        text = statement(
            "lake", TENANT, [ann], NOW - timedelta(days=1), NOW - timedelta(minutes=1), source, limit
        )
        (query,) = sqlglot.transpile(text, read="athena", write="duckdb")
        with duckdb.connect() as db:
            db.execute("CREATE SCHEMA lake")
            db.execute(
                f"CREATE VIEW lake.events AS SELECT * FROM read_parquet('{tmp_path}/events/**/*.parquet',"
                " hive_partitioning = true, hive_types = {'tenant': VARCHAR, 'day': VARCHAR})"
            )
            found = db.execute(query)
            names = [column[0] for column in found.description or ()]
            return [one.id for one in older([dict(zip(names, r, strict=True)) for r in found.fetchall()])]

    assert asked() == ["m2", "m3", "m4", "m5", "m9"]
    assert asked(source="app") == ["m9"]
    assert asked(limit=2) == ["m2", "m3"]


def test_what_the_profile_keeps_is_not_told_twice() -> None:
    at = int(NOW.timestamp() * 1000)
    rows = [
        {"at_ms": at, "id": f"m{n}", "name": "viewed", "source": "", "properties": "{}"} for n in range(5)
    ]
    known = [Happened(NOW, "viewed"), Happened(NOW, "viewed"), Happened(NOW, "bought")]
    assert len(older(rows, known)) == len(older([*rows, *rows], known)) == 3
    assert len(older([*rows, *rows])) == 5


def test_a_job_that_is_no_day() -> None:
    with pytest.raises(InvalidInput):
        day_of("days-soon")
