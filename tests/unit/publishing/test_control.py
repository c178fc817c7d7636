import pytest
from stepwell.contracts.tokens import EndReason, TokenState
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.errors import Conflict
from stepwell.publishing import control, drafts
from stepwell.publishing.moves import RELEASE_AFTER_S

from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import ACTOR, Stage, newsletter, person, welcome


def token(stage: Stage, number: int):  # type: ignore[no-untyped-def]
    return stage.world.tokens.of_profile(TENANT, "welcome", person(number).id)[0]


def started(people: int = 3) -> Stage:
    stage = Stage()
    stage.create(welcome())
    stage.publish()
    stage.enroll(*(person(n) for n in range(people)))
    stage.run_until(1)
    return stage


def test_pause_holds_and_resume_lets_go() -> None:
    stage = started()
    control.pause(stage.ports, TENANT, "welcome", ACTOR)
    assert stage.triggers.triggers(TENANT)["workflows"]["welcome"]["status"] == "paused"
    stage.run_until(5)
    assert stage.world.mailer.accepted == [] and token(stage, 0).hold == "paused"
    control.resume(stage.ports, TENANT, "welcome", ACTOR)
    stage.drain_moves()
    stage.run_until(1)
    assert len(stage.world.mailer.accepted) == 3
    assert drafts.read(stage.ports, TENANT, "welcome").status is WorkflowStatus.ACTIVE


def test_pause_with_discard_ends_what_comes_due() -> None:
    stage = started()
    control.pause(stage.ports, TENANT, "welcome", ACTOR, discard=True)
    stage.run_until(5)
    assert {token(stage, n).end_reason for n in range(3)} == {EndReason.DISCARDED}


def test_stop_ejects_everybody_and_removes_schedules() -> None:
    stage = started()
    stage.create(newsletter())
    stage.publish("newsletter")
    record, job = control.stop(stage.ports, TENANT, "welcome", ACTOR)
    assert record.status is WorkflowStatus.STOPPED
    stage.drain_moves()
    assert {token(stage, n).end_reason for n in range(3)} == {EndReason.STOPPED}
    done = stage.jobs.get(TENANT, job)
    assert done is not None and done.state == "done" and done.counts == {"ended": 3}
    control.stop(stage.ports, TENANT, "newsletter", ACTOR)
    assert stage.scheduler.schedules == {}


def test_a_stopped_workflow_published_again_starts_anew() -> None:
    stage = started()
    control.stop(stage.ports, TENANT, "welcome", ACTOR)
    stage.drain_moves()
    stage.publish()
    assert stage.enroll(person(9)) != {}
    stage.run_until(4)
    assert [m.to for m in stage.world.mailer.accepted] == ["u9@example.com"]


def test_publishing_keeps_a_pause() -> None:
    stage = started()
    control.pause(stage.ports, TENANT, "welcome", ACTOR)
    stage.update(welcome(days=4))
    assert stage.publish().record.status is WorkflowStatus.PAUSED
    assert stage.triggers.triggers(TENANT)["workflows"]["welcome"]["status"] == "paused"


def test_the_stop_everything_switch_holds_all_and_lifting_it_lets_go() -> None:
    stage = started()
    control.stop_everything(stage.ports, TENANT, ACTOR, stopped=True)
    stage.run_until(5)
    assert stage.world.mailer.accepted == []
    control.stop_everything(stage.ports, TENANT, ACTOR, stopped=False)
    stage.drain_moves()
    stage.run_until(1)
    assert len(stage.world.mailer.accepted) == 3


def test_what_cannot_be_paused_or_resumed_is_told() -> None:
    stage = Stage()
    stage.create(welcome())
    with pytest.raises(Conflict):
        control.pause(stage.ports, TENANT, "welcome", ACTOR)
    with pytest.raises(Conflict):
        control.resume(stage.ports, TENANT, "welcome", ACTOR)
    with pytest.raises(Conflict):
        control.stop(stage.ports, TENANT, "welcome", ACTOR)


def test_exits_of_a_paused_workflow_still_work() -> None:
    stage = started(1)
    control.pause(stage.ports, TENANT, "welcome", ACTOR)
    stage.run_until(3)
    from stepwell.runtime.ending import Exiter

    assert Exiter(stage.runtime).end(TENANT, "welcome", person(0).id, EndReason.UNSUBSCRIBED)
    assert token(stage, 0).state is TokenState.ENDED


def test_a_release_waits_until_every_process_knows_of_the_switch_and_looks_twice() -> None:
    stage = started()
    control.pause(stage.ports, TENANT, "welcome", ACTOR)
    stage.run_until(5)
    control.resume(stage.ports, TENANT, "welcome", ACTOR)
    assert [(move.kind, delay) for move, delay in stage.ports.moves.queue] == [("release", RELEASE_AFTER_S)]
    stage.drain_moves()
    stage.run_until(1)
    assert len(stage.world.mailer.accepted) == 3
