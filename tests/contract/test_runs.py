"""RunStore: recorded once, fenced by attempts, traces by position."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from stepwell.adapters.dynamo_runs import DynamoRuns
from stepwell.contracts.ids import profile_id
from stepwell.contracts.tokens import Run, Trace, Via
from stepwell.errors import InvalidInput

from tests.contract.conftest import Emulator, Stores

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
T = "acme"


def run(name: str = "r1", size: int = 3, minutes: int = 0, **changes: object) -> Run:
    at = NOW + timedelta(minutes=minutes)
    fields: dict[str, object] = {
        "id": name,
        "workflow": "welcome",
        "version": 2,
        "entry": "hello",
        "via": Via("split", "true"),
        "started_at": at,
        "expected_by": at + timedelta(minutes=5),
        "cohort": tuple(f"{profile_id(T, 'user', str(n))}.0.1:{n}" for n in range(size)),
        "loop": {"again": 1},
    }
    return Run(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [0, 1, 3, 250])
def test_a_run_is_recorded_once(stores: Stores, size: int) -> None:
    assert stores.runs.record(T, run(size=size)) == run(size=size)
    assert stores.runs.record(T, run(size=size + 1, entry="other")) == run(size=size)
    assert stores.runs.get(T, "r1") == run(size=size)
    assert stores.runs.get(T, "r2") is None
    assert stores.runs.get("other", "r1") is None


def test_attempts_fence(stores: Stores) -> None:
    stores.runs.record(T, run())
    later = NOW + timedelta(hours=1)
    assert stores.runs.attempt(T, "r1") == 1
    assert stores.runs.attempt(T, "none") == 0
    assert stores.runs.advance(T, "r1", 1, later)
    assert not stores.runs.advance(T, "r1", 1, later)
    assert not stores.runs.advance(T, "none", 1, later)
    assert stores.runs.attempt(T, "r1") == 2
    stored = stores.runs.get(T, "r1")
    assert stored is not None and stored.expected_by == later and stored.attempt == 2


def test_open_runs_come_up_when_overdue_and_closed_ones_never(stores: Stores) -> None:
    for n in range(4):
        stores.runs.record(T, run(f"r{n}", minutes=n))
    assert stores.runs.overdue(T, NOW + timedelta(minutes=6), 10) == ["r0", "r1"]
    assert stores.runs.overdue(T, NOW + timedelta(minutes=60), 3) == ["r0", "r1", "r2"]
    stores.runs.expect(T, "r0", NOW + timedelta(days=3))
    stores.runs.close(T, "r1")
    stores.runs.close(T, "r1")
    stores.runs.close(T, "none")
    assert stores.runs.overdue(T, NOW + timedelta(minutes=60), 10) == ["r2", "r3"]
    stores.runs.expect(T, "r1", NOW)
    stores.runs.expect(T, "none", NOW)
    assert not stores.runs.advance(T, "r1", 1, NOW)
    assert stores.runs.overdue(T, NOW + timedelta(minutes=60), 10) == ["r2", "r3"]
    closed = stores.runs.get(T, "r1")
    assert closed is not None and not closed.open
    assert stores.runs.get(T, "none") is None


def trace(cohort: tuple[str, ...], node: str = "mail", **changes: object) -> Trace:
    ids = [element.split(":")[0] for element in cohort]
    fields: dict[str, object] = {
        "run": "r1",
        "node": node,
        "loop": "again=1",
        "part": 0,
        "attempt": 1,
        "at": NOW,
        "outcomes": {"sent": tuple(ids[:2]), "skipped": tuple(ids[2:3])},
        "reasons": {"unsubscribed": tuple(ids[2:3])},
        "later": tuple(ids[3:]),
        "due": NOW + timedelta(days=1),
    }
    return Trace(**{**fields, **changes})  # type: ignore[arg-type]


def test_the_first_trace_of_a_step_stays(stores: Stores) -> None:
    made = stores.runs.record(T, run(size=60))
    first = trace(made.cohort)
    assert stores.runs.put_trace(T, first, made.cohort) == first
    other = trace(made.cohort, attempt=2, outcomes={"failed": first.later})
    assert stores.runs.put_trace(T, other, made.cohort) == first
    assert stores.runs.trace(T, "r1", "mail", "again=1", 0) == first
    assert stores.runs.trace(T, "r1", "mail", "again=1", 1) is None
    assert stores.runs.trace(T, "r1", "mail", "", 0) is None


def test_traces_come_in_order_of_time(stores: Stores) -> None:
    made = stores.runs.record(T, run(size=5))
    second = trace(made.cohort, node="a", loop="", at=NOW + timedelta(seconds=5), due=None, later=())
    first = trace(made.cohort, node="b", loop="", reasons={})
    for item in (second, first):
        stores.runs.put_trace(T, item, made.cohort)
    assert stores.runs.traces(T, "r1") == [first, second]
    assert stores.runs.traces(T, "none") == []


def test_a_trace_may_name_tokens_outside_of_the_cohort(stores: Stores) -> None:
    made = stores.runs.record(T, run(size=2))
    stranger = f"{profile_id(T, 'user', 'x')}.0.1/par.0"
    odd = trace(
        made.cohort, outcomes={"next": (made.cohort[0].split(":")[0], stranger)}, reasons={}, later=()
    )
    stores.runs.put_trace(T, odd, made.cohort)
    assert stores.runs.traces(T, "r1") == [odd]


def test_a_note_is_kept_beside_the_step_it_is_about(stores: Stores) -> None:
    made = stores.runs.record(T, run(size=2))
    step = trace(made.cohort)
    token = made.cohort[1].split(":")[0]
    note = trace(
        made.cohort,
        part=-2,
        at=NOW + timedelta(hours=1),
        outcomes={},
        reasons={"unknown_confirmed": (token,)},
        later=(),
        due=None,
    )
    for item in (step, note, replace(note, at=NOW + timedelta(hours=2))):
        stores.runs.put_trace(T, item, made.cohort)
    assert stores.runs.traces(T, "r1") == [step, note]
    assert stores.runs.trace(T, "r1", "mail", "again=1", 0) == step


def test_runs_of_a_workflow_newest_first_in_pages(stores: Stores) -> None:
    for n in range(7):
        stores.runs.record(T, run(f"r{n}", minutes=n, size=40 if n % 2 else 1))
    stores.runs.record(T, run("x", workflow="other"))
    pages, cursor = [], None
    while True:
        page, cursor = stores.runs.of_workflow(T, "welcome", 3, cursor)
        pages.append([r.id for r in page])
        assert all(len(r.cohort) in (1, 40) for r in page)
        if cursor is None:
            break
    assert [p for p in pages if p] == [["r6", "r5", "r4"], ["r3", "r2", "r1"], ["r0"]]


def test_a_strange_cursor_is_refused(emulator: Emulator) -> None:
    runs = DynamoRuns(emulator.table("runs"))
    for n in range(3):
        runs.record(T, run(f"r{n}"))
    _, cursor = runs.of_workflow(T, "welcome", 1, None)
    for bad in ("!!", "bm9wZQ==", cursor):
        with pytest.raises(InvalidInput):
            runs.of_workflow("other", "welcome", 1, bad)


def test_records_can_be_let_go(emulator: Emulator) -> None:
    table = emulator.table("runs")
    runs = DynamoRuns(table, keep=timedelta(days=30))
    made = runs.record(T, run(size=100))
    runs.put_trace(T, trace(made.cohort), made.cohort)
    expected = int((NOW + timedelta(days=30)).timestamp())
    assert [item["ttl"] for item in table.query(f"{T}#R#r1").items] == [expected] * 3
