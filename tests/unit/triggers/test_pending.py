"""What is pending in a profile: written once, found done by the next pass, never done twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stepwell.contracts.profiles import Pending
from stepwell.contracts.tokens import TokenState

from tests.fakes.world import Crash

from .stage import TENANT, Stage, workflow

AT_ONCE = {"rule": "any_time", "interval_minutes": 0}


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.publish(workflow())
    return stage


def pending(stage: Stage) -> tuple[Pending, ...]:
    profile = stage.profile()
    assert profile is not None
    return profile.pending


def writes(stage: Stage, label: str) -> int:
    return sum(written.startswith(label) for written in stage.world.writes)


def test_an_enrollment_costs_one_profile_write_and_the_next_pass_clears_it(stage: Stage):
    stage.take(stage.event("signup"))
    assert (writes(stage, "profiles.put"), len(pending(stage))) == (1, 1)
    assert stage.take(stage.event("page_view", after=1)).enrolled == {}
    assert (writes(stage, "profiles.put"), pending(stage)) == (2, ())
    assert writes(stage, "tokens.create") == 1


def test_a_pass_that_changes_nothing_leaves_it(stage: Stage):
    records = stage.records(stage.event("signup"))
    stage.run(records)
    report = stage.run(records)
    assert (report.enrolled, report.profiles, len(pending(stage))) == ({}, 0, 1)


def test_who_lags_in_a_read_is_found_by_another(stage: Stage):
    """An enrollment after the first is not where the cheap read looks."""
    stage.publish(workflow(reentry=AT_ONCE))
    stage.take(stage.event("signup"))
    stage.world.clock.advance(timedelta(minutes=1))
    assert stage.take(stage.event("signup")).enrolled == {"enrolled": 1}
    before = writes(stage, "tokens.create")
    stage.world.clock.advance(timedelta(minutes=1))
    assert stage.take(stage.event("page_view")).enrolled == {}
    assert (pending(stage), len(stage.tokens())) == ((), 2)
    assert writes(stage, "tokens.create") == before


def test_a_crash_before_enrolling_is_made_up_for_by_redelivery(stage: Stage):
    records = stage.records(stage.event("signup"))
    stage.world.crash_on("tokens.create")
    with pytest.raises(Crash):
        stage.run(records)
    stage.world.calm()
    assert (len(pending(stage)), stage.tokens()) == (1, [])
    assert stage.run(records).enrolled == {"enrolled": 1}
    assert stage.run(records).enrolled == {}
    assert stage.take(stage.event("page_view", after=1)).enrolled == {}
    assert (len(stage.tokens()), pending(stage), len(stage.world.machines.started)) == (1, (), 1)


def test_a_crash_before_its_run_is_recorded_is_made_up_for(stage: Stage):
    """The token is there, but no run that would move it."""
    records = stage.records(stage.event("signup"))
    stage.world.crash_on("runs.record")
    with pytest.raises(Crash):
        stage.run(records)
    stage.world.calm()
    assert len(stage.tokens()) == 1
    # Another event comes before the redelivery.
    stage.take(stage.event("page_view", after=1))
    stage.run(records)
    (token,) = stage.tokens()
    run = stage.world.runs.get(TENANT, token.run)
    assert run is not None and f"{token.id}:{token.epoch}" in run.cohort
    assert len(stage.world.machines.started) == 1


def test_a_crash_right_after_enrolling_does_not_enroll_again(stage: Stage):
    stage.publish(workflow(reentry=AT_ONCE))
    stage.world.crash_on("runs.record", after=True)
    with pytest.raises(Crash):
        stage.take(stage.event("signup"))
    stage.world.calm()
    stage.world.clock.advance(timedelta(hours=1))
    assert stage.take(stage.event("page_view")).enrolled == {}
    assert (len(stage.tokens()), pending(stage)) == (1, ())


def test_what_is_never_redelivered_is_done_by_the_next_event(stage: Stage):
    stage.world.crash_on("tokens.create")
    with pytest.raises(Crash):
        stage.take(stage.event("signup"))
    stage.world.calm()
    stage.world.clock.advance(timedelta(hours=23))
    assert stage.take(stage.event("page_view")).enrolled == {"enrolled": 1}
    assert stage.take(stage.event("page_view", after=1)).enrolled == {}
    assert (len(stage.tokens()), pending(stage)) == (1, ())


def test_what_is_older_than_the_stream_is_dropped(stage: Stage):
    """Ended enrollments may be gone by then: nobody could tell that it was done."""
    stage.take(stage.event("signup"))
    for key in list(stage.world.engine.items):
        stage.world.engine.delete(key, "expired")
    stage.world.clock.advance(timedelta(days=1))
    assert stage.take(stage.event("page_view")).enrolled == {}
    assert (stage.tokens(), pending(stage)) == ([], ())


def test_the_age_is_that_of_the_note_and_not_of_the_event(stage: Stage):
    records = stage.records(stage.event("signup", after=-3 * 86_400))
    stage.world.crash_on("tokens.create")
    with pytest.raises(Crash):
        stage.run(records)
    stage.world.calm()
    assert stage.run(records).enrolled == {"enrolled": 1}


def test_a_refusal_is_cleared_at_once_and_never_asked_again(stage: Stage):
    stage.publish(workflow(reentry={"rule": "after_exit", "interval_minutes": 0}))
    stage.take(stage.event("signup"))
    stage.world.clock.advance(timedelta(minutes=1))
    assert stage.take(stage.event("signup")).enrolled == {"reentry_active": 1}
    assert pending(stage) == ()
    # What refused it is over; the old event must not enter now.
    stage.publish(
        workflow(reentry={"rule": "after_exit", "interval_minutes": 0}, exit_criteria=[{"event": "bye"}])
    )
    stage.take(stage.event("bye", after=1))
    assert [token.state for token in stage.tokens()] == [TokenState.ENDED]
    stage.world.clock.advance(timedelta(hours=1))
    assert stage.take(stage.event("page_view")).enrolled == {}
    assert len(stage.tokens()) == 1


def test_writes_of_others_in_between_change_nothing(stage: Stage):
    stage.take(stage.event("signup"))
    stage.world.on_write("profiles.put", lambda: stage.take(stage.event("visit", after=1)))
    assert stage.take(stage.event("page_view", after=2)).enrolled == {}
    assert (len(stage.tokens()), pending(stage)) == (1, ())
