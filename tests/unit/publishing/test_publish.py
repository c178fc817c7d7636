import pytest
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.errors import Conflict, NotFound, ValidationFailed
from stepwell.publishing import drafts, publish, versions

from tests.fakes.publishing import TENANT
from tests.fakes.world import Crash
from tests.unit.publishing.stage import ACTOR, Stage, newsletter, person, welcome


def test_publishing_makes_a_version_that_runs() -> None:
    stage = Stage()
    stage.create(welcome())
    done = stage.publish(note="First")
    assert done.version == 1 and done.machine == "arn:machine:acme-welcome-v1"
    record = drafts.read(stage.ports, TENANT, "welcome")
    assert (record.live, record.status, record.machines) == (1, WorkflowStatus.ACTIVE, (1,))
    assert stage.triggers.triggers(TENANT)["workflows"]["welcome"]["version"] == 1
    assert stage.enroll(person(1)) != {}
    stage.run_until(3)
    assert [m.to for m in stage.world.mailer.accepted] == ["u1@example.com"]
    assert stage.audit.entries[-1].action == "workflow.published"


def test_nothing_is_done_when_checks_fail() -> None:
    stage = Stage()
    stage.create(welcome(template="nowhere"))
    writes = len(stage.world.writes)
    with pytest.raises(ValidationFailed):
        stage.publish()
    assert len(stage.world.writes) == writes


def test_a_post_that_names_a_contact_is_told_plainly() -> None:
    stage = Stage()
    document = welcome()
    document["nodes"].append(
        {"id": "text", "type": "social_post", "config": {"platforms": ["x"], "content": "Hi {{ email }}"}}
    )
    document["edges"].append("mail.sent -> text")
    stage.create(document)
    with pytest.raises(ValidationFailed) as caught:
        stage.publish()
    found = [v for v in caught.value.violations if v["code"] == "personal_post"]
    assert [v["node"] for v in found] == ["text"] and "read by everybody" in found[0]["message"]


def test_a_dry_run_writes_nothing() -> None:
    stage = Stage()
    stage.create(welcome())
    writes = len(stage.world.writes)
    done = publish.publish(stage.ports, TENANT, "welcome", ACTOR, dry_run=True)
    assert done.dry_run and done.version == 1 and len(stage.world.writes) == writes


def test_a_stale_draft_is_not_published() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.update(welcome(days=3))
    with pytest.raises(Conflict):
        stage.publish(edited=1)
    assert stage.publish(edited=2).version == 1


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_anywhere_leaves_the_live_version_and_is_repeatable(after: bool) -> None:
    """At each write: what was live stays live and whole; publishing again finishes the same version."""
    nth = 0
    while True:
        nth += 1
        stage = Stage()
        stage.create(newsletter(cron="0 9 ? * MON *"))
        stage.publish("newsletter")
        before = stage.triggers.triggers(TENANT)
        stage.update(newsletter(cron="0 9 ? * TUE *"))
        stage.world.crash_at(nth, after=after)
        try:
            stage.publish("newsletter")
        except Crash:
            _whole(stage, before)
            stage.world.calm()
            done = stage.publish("newsletter")
            assert done.version in (2, 3)
        else:
            break
        _whole(stage, before)
        record = drafts.read(stage.ports, TENANT, "newsletter")
        assert record.live == done.version and record.reserved == ""
        assert stage.scheduler.schedules["newsletter.weekly"].expression == "cron(0 9 ? * TUE *)"
        # The number that a crashed attempt reserved is used, not lost, unless it went live before the crash.
        assert set(record.machines) == {v for _, _, v in stage.machines.definitions}
    assert nth > 6


def _whole(stage: Stage, before: object) -> None:
    """Whatever version contacts enter has its machine and its document."""
    live = stage.triggers.triggers(TENANT)["workflows"]["newsletter"]["version"]
    assert (TENANT, "newsletter", live) in stage.machines.definitions
    assert stage.versions.get(TENANT, "newsletter", live) is not None


def test_two_publish_at_once_and_one_is_told() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.world.on_write("workflows.save", lambda: stage.publish())
    with pytest.raises(Conflict):
        stage.publish()
    assert drafts.read(stage.ports, TENANT, "welcome").live == 1


def test_other_workflows_published_meanwhile_keep_their_triggers() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.create(newsletter())
    stage.world.on_write("triggers.write", lambda: stage.publish("newsletter"))
    stage.publish("welcome")
    assert set(stage.triggers.triggers(TENANT)["workflows"]) == {"welcome", "newsletter"}


def test_a_machine_of_an_older_compiler_costs_a_number() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.machines.definitions[TENANT, "welcome", 1] = "{}"
    assert publish.publish(stage.ports, TENANT, "welcome", ACTOR).version == 2


def test_schedules_come_and_go_with_the_graph() -> None:
    stage = Stage()
    stage.create(newsletter())
    stage.publish("newsletter")
    made = stage.scheduler.schedules["newsletter.weekly"]
    assert (made.expression, made.time_zone, made.node) == ("cron(0 9 ? * MON *)", "Europe/Berlin", "weekly")
    stage.update({**welcome(), "id": "newsletter"})
    stage.publish("newsletter")
    assert stage.scheduler.schedules == {}


def test_rollback_is_a_new_version_and_history_stays() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.publish()
    stage.update(welcome(days=9))
    stage.publish()
    done = publish.rollback(stage.ports, TENANT, "welcome", 1, ACTOR)
    assert done.version == 3
    third = versions.read_version(stage.ports, TENANT, "welcome", 3)
    first = versions.read_version(stage.ports, TENANT, "welcome", 1)
    assert third.graph == first.graph and third.rolled_back_from == 1
    assert drafts.read(stage.ports, TENANT, "welcome").document == first.drawn
    assert [v.number for v in versions.list_versions(stage.ports, TENANT, "welcome").items] == [3, 2, 1]
    with pytest.raises(NotFound):
        publish.rollback(stage.ports, TENANT, "welcome", 9, ACTOR)


def test_versions_differ_by_what_was_drawn() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.publish()
    stage.update(welcome(days=9))
    told = versions.compare(stage.ports, TENANT, "welcome", 1, 0)
    assert told["changed"][0]["node"] == "wait"
    assert "9_days" in str(told["lines"])
