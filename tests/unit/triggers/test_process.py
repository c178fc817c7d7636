"""The pass: fold, enroll, wake, exit; poison, redelivery and crashes in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.contracts.ids import profile_id
from stepwell.contracts.tokens import TokenState
from stepwell.errors import NotFound, Unavailable
from stepwell.triggers.process import Record
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes.base import Member, Moment, Nothing

from tests.fakes.world import Crash

from .stage import TENANT, Stage, workflow


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.publish(workflow())
    return stage


def test_an_event_enrolls(stage: Stage):
    report = stage.take(stage.event("signup", traits={"email": " Ann@X.de "}, properties={"plan": "pro"}))
    assert report.enrolled == {"enrolled": 1}
    assert (report.events, report.poison, report.failed) == (1, [], {})
    profile = stage.profile()
    assert profile is not None
    assert (profile.email, profile.user_id) == ("ann@x.de", "ann")
    (token,) = stage.tokens()
    assert token.context["properties"] == {"plan": "pro"}
    (started,) = stage.world.machines.started
    assert started[1].cohort == (f"{token.id}:1",)


def test_redelivery_changes_nothing(stage: Stage):
    records = stage.records(stage.event("signup"))
    stage.run(records)
    before = dict(stage.world.profiles_table.items)
    report = stage.run(records)
    assert (report.events, report.repeated, report.profiles) == (0, 1, 0)
    assert stage.world.profiles_table.items == before
    assert len(stage.world.machines.started) == 1


def test_many_contacts_are_one_cohort(stage: Stage):
    report = stage.take(*(stage.event("signup", f"u{i}") for i in range(300)))
    assert report.enrolled == {"enrolled": 300}
    assert sorted(len(run.cohort) for _, run in stage.world.machines.started) == [50, 250]


def test_nothing_published_folds_only(stage: Stage):
    stage.index.documents.clear()
    assert stage.take(stage.event("signup")).enrolled == {}
    assert stage.profile() is not None


def test_paused_workflow_enrolls_nobody(stage: Stage):
    stage.publish(workflow(), status="paused")
    assert stage.take(stage.event("signup")).enrolled == {}


def test_filter_and_where(stage: Stage):
    document = workflow(filter='country = "DE"')
    document["nodes"][0]["config"]["where"] = "event.total > 10"
    stage.publish(document)
    de, fr = {"country": "DE"}, {"country": "FR"}
    report = stage.take(
        stage.event("signup", "a", traits=de, properties={"total": 11}),
        stage.event("signup", "b", traits=fr, properties={"total": 11}),
        stage.event("signup", "c", traits=de, properties={"total": 9}),
    )
    assert report.enrolled == {"enrolled": 1}
    assert stage.tokens("a")


def test_a_crash_anywhere_loses_nobody_and_enrolls_nobody_twice():
    for nth in range(1, 40):
        for after in (False, True):
            stage = Stage()
            stage.publish(workflow())
            records = stage.records(
                stage.event("signup", anonymous_id="anon"), stage.event("signup", "bob", after=1)
            )
            stage.world.crash_at(nth, after=after)
            try:
                stage.run(records)
            except Crash:
                pass
            else:
                assert nth > 5
                return
            stage.world.calm()
            stage.run(records)
            for user in ("ann", "bob"):
                (token,) = stage.tokens(user)
                run = stage.world.runs.get(TENANT, token.run)
                assert run is not None and f"{token.id}:{token.epoch}" in run.cohort
            linked = stage.profile("anon", "anonymous")
            assert linked is not None and linked.id == profile_id(TENANT, "user", "ann")
    pytest.fail("there were more writes than crashes tried")


def test_a_waiting_contact_is_woken(stage: Stage):
    stage.take(stage.event("signup"))
    stage.park(stage.tokens()[0])
    stage.world.clock.advance(timedelta(hours=1))
    assert stage.take(stage.event("page_view")).woken == 0
    assert stage.take(stage.event("purchase", machine=True)).woken == 0
    assert stage.take(stage.event("purchase")).woken == 1
    (token,) = stage.tokens()
    assert (token.state, token.node) == (TokenState.RUNNING, "thanks")


def test_a_wake_lost_in_a_crash_is_made_up_for(stage: Stage):
    stage.take(stage.event("signup"))
    stage.park(stage.tokens()[0])
    stage.world.clock.advance(timedelta(hours=1))
    records = stage.records(stage.event("purchase"))
    stage.world.crash_on("tokens.move")
    with pytest.raises(Crash):
        stage.run(records)
    stage.world.calm()
    assert stage.run(records).woken == 1
    assert stage.run(records).woken == 0


def timer(stage: Stage, token: Any) -> Any:
    return stage.event(
        "timer",
        None,
        kind="timer",
        profile=token.id[:16],
        properties={"workflow": "welcome", "token": token.id, "epoch": token.epoch, "node": "wait"},
    )


def test_a_timer_fires_once_and_only_its_own_epoch(stage: Stage):
    stage.take(stage.event("signup"))
    token = stage.park(stage.tokens()[0])
    stage.world.clock.advance(timedelta(days=7))
    records = stage.records(timer(stage, token))
    assert stage.run(records).woken == 1
    assert stage.tokens()[0].node == "nudge"
    assert stage.run(records).woken == 0


def test_what_came_before_the_timer_wins(stage: Stage):
    stage.take(stage.event("signup"))
    token = stage.park(stage.tokens()[0])
    stage.world.clock.advance(timedelta(days=7))
    report = stage.take(stage.event("purchase", after=-60), timer(stage, token))
    assert report.woken == 1
    assert stage.tokens()[0].node == "thanks"


def test_exit_criteria_end_at_once_and_emit(stage: Stage):
    stage.publish(
        workflow(exit_criteria=[{"event": "cancelled", "where": "event.hard = true", "emit": "left"}])
    )
    stage.take(stage.event("signup"))
    stage.park(stage.tokens()[0])
    assert stage.take(stage.event("cancelled", after=1)).ended == 0
    records = stage.records(stage.event("cancelled", after=2, properties={"hard": True}))
    assert stage.run(records).ended == 1
    (token,) = stage.tokens()
    assert (token.state, token.end_reason) == (TokenState.ENDED, "exit_criteria")
    (emitted,) = stage.world.sink.emitted
    assert emitted[1]["name"] == "left"
    assert stage.run(records).ended == 0


def test_a_repeated_exit_spares_the_next_enrollment(stage: Stage):
    stage.publish(
        workflow(
            exit_criteria=[{"event": "cancelled"}], reentry={"rule": "after_exit", "interval_minutes": 0}
        )
    )
    stage.take(stage.event("signup"))
    cancelled = stage.records(stage.event("cancelled", after=1))
    stage.run(cancelled)
    stage.world.clock.advance(timedelta(minutes=10))
    stage.take(stage.event("signup"))
    assert [t.state for t in stage.tokens()] == [TokenState.ENDED, TokenState.RUNNING]
    stage.run(cancelled)
    assert stage.tokens()[1].state is TokenState.RUNNING


def test_trigger_and_exit_in_one_batch(stage: Stage):
    stage.publish(workflow(exit_criteria=[{"event": "cancelled"}]))
    stage.take(stage.event("signup", "late"), stage.event("cancelled", "late", after=5))
    assert stage.tokens("late")[0].end_reason == "exit_criteria"
    stage.take(stage.event("cancelled", "early"), stage.event("signup", "early", after=5))
    assert stage.tokens("early")[0].state is TokenState.RUNNING


def test_goals_count_once_and_end(stage: Stage):
    stage.publish(
        workflow(goals=[{"event": "purchase", "within": "3_days", "ends": True}, {"event": "visit"}])
    )
    stage.take(stage.event("purchase"))
    stage.take(stage.event("signup", after=1))
    records = stage.records(stage.event("visit", after=10), stage.event("purchase", after=20))
    assert stage.run(records).ended == 1
    stage.run(records)
    assert stage.counters.counts[TENANT, "welcome", 1] == {
        ("goal_0", "reached"): 1,
        ("goal_1", "reached"): 1,
    }
    assert stage.tokens()[0].end_reason == "goal"


def engagement(stage: Stage, name: str, **more: Any) -> Any:
    told = {"workflow": "welcome", "version": 1, "node": "nudge", **more.pop("properties", {})}
    return stage.event(
        name, None, kind="engagement", profile=profile_id(TENANT, "user", "ann"), properties=told, **more
    )


def test_engagement_is_counted_and_suppresses(stage: Stage):
    stage.take(stage.event("signup", traits={"email": "ann@x.de"}))
    bounced = {"bounce_type": "Permanent"}
    records = stage.records(
        engagement(stage, "email_delivered", after=1),
        engagement(stage, "email_opened", after=2, machine=True),
        engagement(stage, "email_bounced", after=3, email="ann@x.de", properties=bounced),
    )
    stage.run(records)
    stage.run(records)
    assert stage.world.messaging.suppressed(TENANT, "email", ["ann@x.de"]) == {"ann@x.de": "hard_bounce"}
    assert stage.counters.counts[TENANT, "welcome", 1] == {
        ("nudge", "delivered"): 1,
        ("nudge", "opened_machine"): 1,
        ("nudge", "bounced"): 1,
    }
    assert stage.tokens()[0].state is TokenState.RUNNING


def test_soft_bounce_suppresses_nobody(stage: Stage):
    stage.take(stage.event("signup", traits={"email": "ann@x.de"}))
    stage.take(engagement(stage, "email_bounced", email="ann@x.de", properties={"bounce_type": "Transient"}))
    assert stage.world.messaging.suppressed(TENANT, "email", ["ann@x.de"]) == {}


def test_complaint_and_unsubscription_withdraw_consent_and_end(stage: Stage):
    for name in ("email_complained", "email_unsubscribed"):
        stage = Stage()
        stage.publish(workflow())
        stage.take(stage.event("signup", traits={"email": "ann@x.de"}))
        stage.take(engagement(stage, name, after=1, email="ann@x.de"))
        who = profile_id(TENANT, "user", "ann")
        assert stage.world.messaging.records(TENANT, [who])[who].consent == {"email:marketing": "denied"}
        assert stage.tokens()[0].end_reason == "unsubscribed"


def test_a_browser_cannot_suppress_anybody(stage: Stage):
    stage.take(stage.event("signup", traits={"email": "ann@x.de"}))
    stage.take(stage.event("email_complained", after=1), stage.event("email_unsubscribed", after=2))
    assert stage.world.messaging.suppressed(TENANT, "email", ["ann@x.de"]) == {}
    assert stage.tokens()[0].state is TokenState.RUNNING


def test_news_of_somebody_gone_brings_nobody_back(stage: Stage):
    news = engagement(stage, "email_bounced", email="gone@x.de", properties={"bounce_type": "Permanent"})
    report = stage.take(news)
    assert (report.profiles, report.poison) == (0, [])
    assert stage.profile() is None
    assert stage.world.messaging.suppressed(TENANT, "email", ["gone@x.de"]) == {"gone@x.de": "hard_bounce"}


def test_poison_is_set_aside_and_the_others_go_on(stage: Stage):
    bad = timer(stage, type("T", (), {"id": profile_id(TENANT, "user", "eve") + ".0.1", "epoch": 1}))
    bad = bad.evolve(properties={})
    records = [Record("000", "acme#x", b"nonsense"), *stage.records(bad, stage.event("signup"))]
    report = stage.run(records)
    assert [(p.sequence, p.code) for p in report.poison] == [("000", "undecodable"), ("000001", "KeyError")]
    assert report.enrolled == {"enrolled": 1}
    assert report.failed == {}


def test_infrastructure_faults_are_delivered_again(stage: Stage):
    stage.take(stage.event("signup"))
    stage.park(stage.tokens()[0])
    stage.world.clock.advance(timedelta(hours=1))

    def down() -> None:
        raise Unavailable("The table did not answer.")

    stage.world.on_read("parking.waiters", down)
    records = stage.records(stage.event("purchase"), stage.event("signup", "bob"))
    report = stage.run(records)
    assert list(report.failed.values()) == ["unavailable"]
    assert report.poison == []
    stage.run(records)
    assert stage.tokens()[0].node == "thanks"
    assert len(stage.tokens("bob")) == 1


class Refusing:
    """An enroller whose workflow is gone."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def known(self, *_: Any) -> set[tuple[str, str]]:
        raise self.error

    def enroll(self, *_: Any) -> dict[str, str]:
        raise self.error


def test_an_enrollment_that_fails_stays_pending_and_later_events_are_not_poison(stage: Stage):
    enroller = stage.enroller
    stage.enroller = Refusing(NotFound("gone", code="no_version"))
    report = stage.take(stage.event("signup"))
    assert [p.code for p in report.poison] == ["no_version"]
    assert stage.take(stage.event("page_view", after=1)).poison == []
    stage.enroller = enroller
    assert stage.take(stage.event("page_view", after=2)).enrolled == {"enrolled": 1}
    assert stage.take(stage.event("page_view", after=3)).enrolled == {}
    profile = stage.profile()
    assert profile is not None and profile.pending == ()


def test_writes_of_others_in_between_are_kept(stage: Stage):
    stage.take(stage.event("visit", traits={"plan": "free"}))

    def other() -> None:
        stage.take(stage.event("visit", after=1, traits={"city": "Ulm"}))

    stage.world.on_write("profiles.put", other)
    assert stage.take(stage.event("visit", after=2, traits={"plan": "pro"})).failed == {}
    profile = stage.profile()
    assert profile is not None
    assert profile.traits == {"plan": "pro", "city": "Ulm"}
    assert len(profile.seen) == 3


def test_anonymous_becomes_known(stage: Stage):
    stage.take(stage.event("page_view", None, anonymous_id="dev"))
    stage.take(stage.event("identify", "ann", after=1, kind="identify", anonymous_id="dev"))
    stage.take(stage.event("page_view", "ann", after=2))
    known, device = stage.profile(), stage.profile("dev", "anonymous")
    assert known is not None and device is not None
    assert known.id == device.id == profile_id(TENANT, "anonymous", "dev")
    assert len(known.seen) == 3
    # Another user on the same device is another person.
    stage.take(stage.event("page_view", "bob", after=3, anonymous_id="dev"))
    bob = stage.profile("bob")
    assert bob is not None and bob.id != known.id


def test_an_address_leads_to_the_user_who_had_it_first(stage: Stage):
    stage.take(stage.event("identify", "ann", kind="identify", traits={"email": "ann@x.de"}))
    stage.take(stage.event("order", None, after=1, email="ANN@x.de"))
    found = stage.profile("ann@x.de", "email")
    assert found is not None and found.user_id == "ann" and len(found.seen) == 2


def test_what_comes_within_the_second_of_the_trigger_is_seen_by_the_wait(stage: Stage):
    """Both are folded before the contact reaches the wait: it must not park for what it has done already."""
    stage.take(stage.event("signup"), stage.event("purchase", after=0.3))
    (token,) = stage.tokens()
    profile = stage.profile()
    assert profile is not None
    node = Graph(Workflow.model_validate(workflow())).nodes["wait"]
    moment = Moment(
        now=stage.world.clock.now(),
        tenant=TENANT,
        workflow="welcome",
        version=1,
        node="wait",
        workspace=stage.world.workspaces.workspace(TENANT),
    )
    assert node.type.act is not None
    assert node.type.act(node.config, Member(token, profile), moment) == Nothing(outcome="bought")
