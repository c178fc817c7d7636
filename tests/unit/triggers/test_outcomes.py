"""Node counters from the runs table's stream: each contact once an outcome, however often told."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.errors import Unavailable
from stepwell.triggers.outcomes import NewRun, NewTrace, OutcomeCounter

from .stage import TENANT, Stage, workflow


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.publish(workflow())
    return stage


def counter(stage: Stage) -> OutcomeCounter:
    return OutcomeCounter(stage.world.runs, stage.world.versions, stage.counters)


def run(id_: str = "r1", node: str = "start", outcome: str = "enrolled", size: int = 10) -> NewRun:
    return NewRun(TENANT, id_, "welcome", 1, node, outcome, size)


def trace(run_id: str, node: str, outcomes: dict[str, int], **reasons: int) -> NewTrace:
    return NewTrace(TENANT, run_id, f"t#{node}##0", node, outcomes, reasons)


def test_each_item_counts_once(stage: Stage):
    items: list[Any] = [run(), trace("r1", "thanks", {"sent": 8, "skipped": 2}, no_consent=2)]
    counting = counter(stage)
    assert counting.count(items) == 2
    counting.count(items)
    counter(stage).count(items)
    assert stage.counters.counts[TENANT, "welcome", 1] == {
        ("start", "enrolled"): 10,
        ("thanks", "sent"): 8,
        ("thanks", "skipped"): 2,
        ("thanks", "reason:no_consent"): 2,
    }


def test_a_wait_is_told_by_the_runs_that_leave_it(stage: Stage):
    counter(stage).count(
        [
            run(),
            # Three had bought before: they stay in the run; one more leaves by a fork of its own.
            trace("r1", "wait", {"parked": 6, "bought": 3, "timed_out": 1}),
            run("r2", "wait", "timed_out", 1),
            run("r3", "wait", "bought", 2),
            run("r4", "wait", "timed_out", 4),
        ]
    )
    assert stage.counters.counts[TENANT, "welcome", 1] == {
        ("start", "enrolled"): 10,
        ("wait", "parked"): 6,
        ("wait", "bought"): 5,
        ("wait", "timed_out"): 5,
    }


def test_runs_out_of_a_split_were_told_by_its_trace(stage: Stage):
    document = workflow()
    document["nodes"].append({"id": "split", "type": "if_condition", "config": {"condition": "score > 1"}})
    stage.publish({**document, "id": "other"})
    split = [NewRun(TENANT, "r9", "other", 1, "split", "true", 3), run("r8", "thanks", "continued", 3)]
    assert counter(stage).count(split) == 0


def test_a_merge_s_time_limit_is_told_by_the_run_that_leaves_it(stage: Stage):
    document = workflow()
    document["nodes"].append({"id": "meet", "type": "merge_branches", "config": {}})
    stage.publish({**document, "id": "other"})
    late = NewRun(TENANT, "r9", "other", 1, "meet", "timed_out", 3)
    assert counter(stage).count([late, NewRun(TENANT, "r8", "other", 1, "meet", "merged", 3)]) == 1
    assert stage.counters.counts[TENANT, "other", 1] == {("meet", "timed_out"): 3}


def test_a_trace_of_an_unseen_run_is_looked_up(stage: Stage):
    stage.take(stage.event("signup"))
    (started,) = stage.world.machines.started
    assert counter(stage).count([trace(started[1].id, "thanks", {"sent": 1})]) == 1
    assert counter(stage).count([trace("gone", "thanks", {"sent": 1})]) == 0


def test_a_failed_batch_is_counted_on_the_second_try(stage: Stage):
    stage.counters.down = 1
    with pytest.raises(Unavailable):
        counter(stage).count([run()])
    counter(stage).count([run()])
    assert stage.counters.counts[TENANT, "welcome", 1] == {("start", "enrolled"): 10}
