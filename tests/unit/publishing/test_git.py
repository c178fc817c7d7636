from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.contracts.workspace import GIT, WorkflowStatus
from stepwell.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    StepwellError,
    Unavailable,
    ValidationFailed,
)
from stepwell.publishing import control, drafts, publish
from stepwell.publishing.deploying import carry_out, patiently
from stepwell.publishing.git import Asked
from stepwell.publishing.records import WorkflowRecord
from stepwell.publishing.retiring import retire_drained

from tests.fakes.deployments import Stack
from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import ACTOR, Stage, newsletter, person, welcome


class Git(Stage):
    """A stage whose workflows come from git."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = Stack(self)

    def deploy(self, *drawn, **how) -> None:  # type: ignore[no-untyped-def]
        try:
            self.stack.deploy(*drawn, **how)
        finally:
            self.load()

    @property
    def record(self) -> WorkflowRecord:
        return drafts.read(self.ports, TENANT, "welcome")

    def entry(self, workflow: str = "welcome") -> tuple[int, str]:
        found = self.triggers.triggers(TENANT)["workflows"][workflow]
        return found["version"], found["status"]

    def mails(self) -> int:
        return len(self.world.mailer.accepted)


def test_a_deployment_alone_makes_a_workflow_live() -> None:
    git = Git()
    git.deploy(welcome(), newsletter())
    record = git.record
    assert (record.live, record.status, record.managed_by) == (1, WorkflowStatus.ACTIVE, GIT)
    assert git.entry() == (1, "active")
    version = git.versions.get(TENANT, "welcome", 1)
    assert version is not None and version.machine == "arn:machine:acme-welcome-v1"
    assert version.published_by == GIT and version.source_map["mail"] == "mail"
    assert list(git.scheduler.schedules) == ["newsletter.weekly"]
    assert git.enroll(person(1))
    git.run_until(3)
    assert git.mails() == 1


def test_the_same_content_is_no_new_version() -> None:
    git = Git()
    git.deploy(welcome())
    writes = len(git.world.writes)
    git.deploy(welcome())
    assert len(git.world.writes) == writes
    # CloudFormation asks again when anything about the resource changed, e.g. how it is packed.
    asked = git.stack.now["welcome"]
    again = Asked(
        tenant=TENANT,
        id="welcome",
        document=asked.document,
        digest=asked.digest,
        previous=asked.digest,
        request="x",
    )
    assert git.stack.ask("Version", again)["Version"] == "1"
    assert git.record.latest == 1


def test_changed_content_is_the_next_version_and_contacts_stay_in_theirs() -> None:
    git = Git()
    git.deploy(welcome())
    git.enroll(person(1))
    git.run_until(1)
    git.deploy(welcome(days=5))
    assert (git.record.live, git.record.machines, git.entry()) == (2, (1, 2), (2, "active"))
    git.enroll(person(2))
    git.run_until(3)
    assert [m.to for m in git.world.mailer.accepted] == ["u1@example.com"]
    git.run_until(6.5)
    assert git.mails() == 2


def test_old_content_again_is_a_new_version_with_a_machine_of_its_own() -> None:
    git = Git()
    for days in (2, 3, 2):
        git.deploy(welcome(days=days))
    assert (git.record.live, git.entry()) == (3, (3, "active"))


def test_a_deployment_that_fails_elsewhere_restores_the_earlier_version() -> None:
    git = Git()
    git.deploy(welcome())
    with pytest.raises(Conflict, match="Another resource"):
        git.deploy(welcome(days=5), newsletter(), fails=True)
    assert (git.record.live, git.entry()) == (1, (1, "active"))
    assert git.record.document["nodes"] == git.versions.get(TENANT, "welcome", 1).drawn["nodes"]  # type: ignore[union-attr]
    assert git.scheduler.schedules == {} and git.entry("newsletter")[1] == "draining"
    git.deploy(welcome(days=5), newsletter())
    assert (git.record.live, git.entry()) == (3, (3, "active"))
    assert list(git.scheduler.schedules) == ["newsletter.weekly"]


def test_a_machine_that_cannot_be_made_leaves_everything_as_it_was() -> None:
    git = Git()
    git.deploy(welcome())
    with pytest.raises(Conflict):
        git.deploy(welcome(days=5), stops_at="machine")
    record = git.record
    assert (record.live, record.reserved, git.entry()) == (1, "", (1, "active"))
    git.deploy(welcome(days=5))
    assert git.record.live == 3, "the number of the failed attempt is never used again"


def test_what_breaks_rules_is_told_before_anything_is_made() -> None:
    git = Git()
    with pytest.raises(ValidationFailed) as caught:
        git.deploy(welcome(template="nowhere"))
    assert {v["code"] for v in caught.value.violations} == {"unknown_template"}
    assert git.machines.definitions == {} and git.triggers.triggers(TENANT) == {}


def test_a_missing_workspace_is_told_with_what_to_do() -> None:
    git = Git()
    git.stack.kept.tenants.clear()
    with pytest.raises(NotFound, match="stepwell workspace create acme"):
        git.stack.ask("Version", Asked(tenant=TENANT, id="welcome", document=welcome()))
    assert git.stack.ask("Workflow", Asked(tenant=TENANT, id="welcome", document={}), gone=True) == {}


def test_a_registration_without_machine_is_refused() -> None:
    git = Git()
    asked = Asked(tenant=TENANT, id="welcome", document=welcome(), digest="d", request="1")
    git.stack.ask("Version", asked)
    with pytest.raises(NotFound, match="state machine"):
        carry_out(
            git.stack.ports, "Custom::StepwellWorkflow", Asked(**{**_fields(asked), "number": 1}), gone=False
        )


def _fields(asked: Asked) -> dict[str, object]:
    return {name: getattr(asked, name) for name in Asked.__dataclass_fields__}


def test_a_file_that_is_gone_lets_nobody_enter_and_whoever_is_in_it_goes_on() -> None:
    git = Git()
    git.deploy(welcome(), newsletter())
    git.enroll(person(1))
    git.run_until(1)
    git.deploy()
    assert (git.record.status, git.record.managed_by, git.entry()) == (
        WorkflowStatus.DRAINING,
        "",
        (1, "draining"),
    )
    assert git.scheduler.schedules == {}
    assert retire_drained(git.ports, git.runtime, TENANT) == ["newsletter/1"], "somebody is in the other"
    git.run_until(3)
    assert git.mails() == 1
    git.world.clock.advance(timedelta(hours=7))
    assert retire_drained(git.ports, git.runtime, TENANT) == ["welcome/1"]


def test_a_file_that_comes_back_takes_contacts_again() -> None:
    git = Git()
    git.deploy(welcome())
    git.deploy()
    git.deploy(welcome())
    assert (git.record.live, git.entry(), git.record.managed_by) == (2, (2, "active"), GIT)


def test_what_is_gone_belongs_to_people_again() -> None:
    git = Git()
    git.deploy(welcome())
    git.deploy()
    control.pause(git.ports, TENANT, "welcome", ACTOR)
    control.resume(git.ports, TENANT, "welcome", ACTOR)
    assert git.entry() == (1, "draining"), "a pause does not let contacts in again"
    git.update(welcome(days=4))
    git.publish()
    assert git.entry() == (2, "active")
    control.pause(git.ports, TENANT, "welcome", ACTOR)
    control.resume(git.ports, TENANT, "welcome", ACTOR)
    assert git.entry() == (2, "active")


def test_people_cannot_edit_or_publish_what_git_manages() -> None:
    git = Git()
    git.deploy(welcome())
    for attempt in (
        lambda: git.update(welcome(days=9)),
        lambda: git.publish(),
        lambda: publish.rollback(git.ports, TENANT, "welcome", 1, ACTOR),
        lambda: drafts.delete(git.ports, TENANT, "welcome", ACTOR),
    ):
        with pytest.raises(Conflict) as caught:
            attempt()
        assert caught.value.code == "managed_by_git"


def test_people_pause_resume_and_stop_what_git_manages() -> None:
    git = Git()
    git.deploy(newsletter(), welcome())
    control.pause(git.ports, TENANT, "welcome", ACTOR)
    git.deploy(newsletter(), welcome(days=3))
    assert git.entry() == (2, "paused"), "a deployment does not lift a pause"
    control.resume(git.ports, TENANT, "welcome", ACTOR)
    assert git.entry() == (2, "active")
    control.stop(git.ports, TENANT, "newsletter", ACTOR)
    git.world.clock.advance(timedelta(days=2))
    assert retire_drained(git.ports, git.runtime, TENANT) == ["welcome/1"], (
        "the stack still owns the stopped one's"
    )
    with pytest.raises(Conflict, match="Another"):
        git.deploy(newsletter(cron="0 10 ? * MON *"), welcome(days=3), fails=True)
    assert git.entry("newsletter") == (1, "stopped") and git.scheduler.schedules == {}


def test_a_machine_that_a_rollback_may_need_is_kept_for_a_day() -> None:
    git = Git()
    git.deploy(welcome())
    git.deploy(welcome(days=3))
    assert retire_drained(git.ports, git.runtime, TENANT) == []
    git.world.clock.advance(timedelta(days=1))
    assert retire_drained(git.ports, git.runtime, TENANT) == ["welcome/1"]


def test_what_people_published_is_taken_over_and_given_back() -> None:
    git = Git()
    git.create(welcome())
    git.publish()
    with pytest.raises(Conflict, match="Another"):
        git.deploy(welcome(days=4), fails=True)
    assert (git.record.live, git.record.managed_by, git.entry()) == (1, "", (1, "active"))
    git.deploy(welcome(days=4))
    assert (git.record.live, git.record.managed_by, git.entry()) == (3, GIT, (3, "active"))


def test_a_draft_that_was_not_published_is_not_lost() -> None:
    git = Git()
    git.create(welcome())
    with pytest.raises(Conflict) as caught:
        git.deploy(welcome(days=4))
    assert caught.value.code == "draft_in_the_way" and ACTOR in caught.value.message
    assert git.record.document["nodes"][2]["config"] == {"duration": "2_days"}


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.booleans()), max_size=8))
@settings(max_examples=60, deadline=None)
def test_after_any_deployments_live_is_what_was_deployed_last(steps: list[tuple[int, bool, bool]]) -> None:
    git = Git()
    deployed = 0
    for days, fails, early in steps:
        folder = [welcome(days=days)] if days else []
        try:
            git.deploy(*folder, fails=fails and not early, stops_at="machine" if fails and early else "")
        except StepwellError:
            pass
        else:
            deployed = days
        entry = (git.triggers.triggers(TENANT).get("workflows") or {}).get("welcome", {"status": "none"})
        assert (entry["status"] == "active") is bool(deployed)
        if deployed:
            live = git.versions.get(TENANT, "welcome", entry["version"])
            assert live is not None and live.drawn["nodes"][2]["config"] == {"duration": f"{deployed}_days"}
            assert (TENANT, "welcome", git.record.live) in git.machines.definitions


def test_a_resource_of_another_kind_is_refused() -> None:
    git = Git()
    with pytest.raises(InvalidInput):
        carry_out(git.stack.ports, "Custom::Other", Asked(tenant=TENANT, id="x", document={}), gone=False)


def test_what_a_moment_may_mend_is_tried_again() -> None:
    faults = [Unavailable("away"), Forbidden("no rights yet"), Conflict("now", code="busy")]
    pauses: list[int] = []

    def work() -> dict[str, str]:
        if faults:
            raise faults.pop(0)
        return {"Version": "1"}

    assert patiently(work, lambda: pauses.append(1)) == {"Version": "1"} and len(pauses) == 3

    def refused() -> dict[str, str]:
        raise Conflict("no")

    with pytest.raises(Conflict):
        patiently(refused, lambda: pauses.append(1))
    assert len(pauses) == 3
