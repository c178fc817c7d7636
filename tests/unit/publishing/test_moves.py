import pytest
from stepwell.contracts.tokens import EndReason
from stepwell.errors import InvalidInput
from stepwell.publishing import moves
from stepwell.publishing.retiring import retire_drained

from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import Stage, person, welcome


def in_flight(people: int = 3) -> Stage:
    stage = Stage()
    stage.create(welcome(days=5))
    stage.publish()
    stage.enroll(*(person(n) for n in range(people)))
    stage.run_until(1)
    return stage


def versions_of(stage: Stage, people: int = 3) -> set[int]:
    return {stage.world.tokens.of_profile(TENANT, "welcome", person(n).id)[0].version for n in range(people)}


def test_drain_leaves_contacts_in_their_version() -> None:
    stage = in_flight()
    stage.update(welcome(days=6))
    done = stage.publish()
    assert done.moving.jobs == () and stage.moves.queue == []
    stage.run_until(6)
    assert versions_of(stage) == {1} and len(stage.world.mailer.accepted) == 3


def test_eject_ends_only_the_older_versions() -> None:
    stage = in_flight()
    stage.update(welcome(days=6))
    stage.publish(in_flight="eject")
    stage.enroll(person(7))
    stage.run_until(0.1)
    stage.drain_moves()
    tokens = [stage.world.tokens.of_profile(TENANT, "welcome", person(n).id)[0] for n in (0, 1, 2, 7)]
    assert [t.end_reason for t in tokens] == [EndReason.EJECTED] * 3 + [""]


def test_migrate_moves_contacts_and_keeps_their_due_time() -> None:
    stage = in_flight()
    stage.update(welcome(days=5, wait="patience"))
    done = stage.publish(in_flight="migrate", nodes={"wait": "patience"})
    assert done.moving.unmapped == {}
    stage.drain_moves()
    assert versions_of(stage) == {2}
    stage.run_until(3.5)
    assert stage.world.mailer.accepted == []
    stage.run_until(1)
    assert len(stage.world.mailer.accepted) == 3
    job = stage.jobs.get(TENANT, done.moving.jobs[0])
    assert job is not None and job.state == "done" and job.counts["moved"] == 3


def test_unmapped_nodes_are_told_before_anything_is_done() -> None:
    stage = in_flight()
    stage.update(welcome(wait="patience"))
    done = stage.publish(in_flight="migrate", dry_run=True)
    assert done.moving.unmapped == {1: ("wait",)}
    with pytest.raises(InvalidInput):
        stage.publish(in_flight="migrate", nodes={"wait": "nowhere"}, dry_run=True)


def test_the_dry_run_counts_who_would_move() -> None:
    stage = in_flight()
    stage.update(welcome(wait="patience"))
    stage.publish()
    told = moves.dry_run(
        stage.ports, stage.runtime, TENANT, "welcome", old=1, new=2, nodes={"wait": "patience"}
    )
    assert told["moved"] == {"wait -> patience": 3} and told["complete"]
    assert versions_of(stage) == {1}


def test_a_repeated_page_is_harmless() -> None:
    stage = in_flight()
    stage.update(welcome(wait="patience"))
    stage.publish(in_flight="migrate", nodes={"wait": "patience"})
    stage.moves.queue.append(stage.moves.queue[0])
    stage.drain_moves()
    stage.run_until(9)
    assert len(stage.world.mailer.accepted) == 3


def test_machines_retire_once_nobody_is_in_them() -> None:
    stage = in_flight()
    stage.update(welcome(days=1))
    stage.publish()
    assert retire_drained(stage.ports, stage.runtime, TENANT) == []
    stage.run_until(6)
    assert retire_drained(stage.ports, stage.runtime, TENANT) == ["welcome/1"]
    assert stage.machines.deleted == [("welcome", 1)]
    assert stage.workflows.records[TENANT, "welcome"].machines == (2,)
    assert stage.versions.get(TENANT, "welcome", 1) is not None
    assert retire_drained(stage.ports, stage.runtime, TENANT) == []


def test_retiring_a_busy_workflow_waits_before_it_looks_again() -> None:
    stage = in_flight()
    stage.update(welcome(days=1))
    stage.publish()
    retire_drained(stage.ports, stage.runtime, TENANT)
    reads = stage.world.reads
    retire_drained(stage.ports, stage.runtime, TENANT)
    assert stage.world.reads == reads
