"""Sends whose answer was lost: the provider's events settle them, a day closes them, and all readers agree."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from stepwell.adapters.items.runs import TRACES, encode_trace, trace_counts
from stepwell.contracts.events import Event
from stepwell.contracts.messages import ClaimState
from stepwell.contracts.tokens import TokenState, Trace
from stepwell.publishing import looking
from stepwell.runtime.explaining import explain
from stepwell.runtime.lost_answers import confirms, watch
from stepwell.runtime.migration import machine_waits
from stepwell.runtime.ports import WaitRow

from tests.fakes.publishing import TENANT
from tests.fakes.world import Crash
from tests.unit.publishing.stage import Stage, person

MAILS: dict[str, Any] = {
    "id": "welcome",
    "purpose": "marketing",
    "nodes": [
        {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
        {"id": "mail", "type": "email_send", "config": {"template_id": "hello"}},
        {"id": "again", "type": "email_send", "config": {"template_id": "news"}},
    ],
    "edges": ["start -> mail", "mail.sent -> again"],
}


def stage(*people: int) -> Stage:
    found = Stage()
    found.create(MAILS)
    found.publish()
    for number in people:
        found.enroll(person(number))
    return found


def word(stage: Stage, visit: str, number: int = 1, name: str = "email_sent", node: str = "mail") -> Event:
    """What SES's event of a message becomes."""
    now = stage.world.clock.now()
    return Event(
        message_id=f"ses-{name}-{visit}-{now.timestamp()}",
        kind="engagement",
        name=name,
        profile=person(number).id,
        properties={"workflow": "welcome", "version": 1, "node": node, "visit": visit},
        occurred_at=now,
        received_at=now,
        source="ses",
    )


def visits(stage: Stage, number: int = 1) -> dict[str, str]:
    """Visit a node, from the tags of what was handed to the provider."""
    sent = [e for e in stage.world.mailer.attempts if e.tags["profile"] == person(number).id]
    return {email.tags["node"]: email.tags["visit"] for email in sent}


def reasons(stage: Stage, number: int = 1) -> dict[str, str]:
    """The reason of each message as explain has it, after all lists were seen to say the same."""
    steps = explain(TENANT, "welcome", person(number).id, stage.runtime).journeys[0].steps
    told = {s.node: s.reason for s in steps if s.outcome == "sent"}
    listed = looking.messages(TENANT, "welcome", stage.runtime).items
    assert {r.node: r.reason for r in listed if r.profile == person(number).id} == told
    own = looking.messages_to(TENANT, ["welcome"], person(number).id, stage.runtime)
    assert {r.node: r.reason for r in own} == told
    for reason in set(told.values()):
        same = looking.messages(TENANT, "welcome", stage.runtime, reason=reason).items if reason else listed
        assert {(r.profile, r.node) for r in same} >= {
            (person(number).id, n) for n, r in told.items() if r == reason
        }
    return told


def counted(stage: Stage) -> dict[str, int]:
    """Reasons as the counters add them up from new traces."""
    found: dict[str, int] = {}
    for (_, sk), item in stage.world.runs_table.items.items():
        if sk.startswith(TRACES):
            for reason, n in trace_counts(item)[1].items():
                found[reason] = found.get(reason, 0) + n
    return found


def rows(stage: Stage, number: int = 1) -> list[Any]:
    return stage.world.parking.waiters(TENANT, person(number).id)


def states(stage: Stage, number: int = 1) -> list[ClaimState]:
    return [
        c.state for c in stage.world.messaging.records(TENANT, [person(number).id])[person(number).id].claims
    ]


@pytest.fixture
def lost() -> Stage:
    """Of two contacts the first one's answers are lost."""
    found = stage()
    found.world.mailer.lose_answer.add(person(1).email)
    found.enroll(person(1), person(2))
    found.run_until(0.1)
    return found


def test_what_no_event_confirms_is_unknown_and_closed_after_a_day(lost: Stage) -> None:
    assert reasons(lost) == {"mail": "unknown", "again": "unknown"}
    lost.run_until(1.2)
    writes = len(lost.world.writes)
    assert reasons(lost) == {"mail": "unknown_closed", "again": "unknown_closed"}
    assert len(lost.world.writes) == writes, "time alone closes: nothing is written"
    assert reasons(lost, 2) == {"mail": "", "again": ""}


@pytest.mark.parametrize("name", ["email_sent", "email_delivered", "email_bounced", "email_opened"])
def test_the_providers_event_confirms_the_very_message_for_good(lost: Stage, name: str) -> None:
    visit = visits(lost)["mail"]
    lost.cloud.deliver_now([word(lost, visit, name=name)])
    assert reasons(lost) == {"mail": "unknown_confirmed", "again": "unknown"}
    assert states(lost) == [ClaimState.SENT, ClaimState.UNKNOWN]
    assert counted(lost) == {"unknown": 2, "unknown_confirmed": 1}
    assert len(rows(lost)) == 1
    lost.cloud.deliver_now([word(lost, visit, name=name)])
    lost.cloud.deliver_now([word(lost, visit, name="email_clicked")])
    assert counted(lost) == {"unknown": 2, "unknown_confirmed": 1}, "counted once"
    # Twenty newer events push it out of the profile: the answer stays.
    for n in range(25):
        lost.cloud.deliver_now([word(lost, f"other-{n}", name="email_opened", node="x")])
    lost.run_until(3)
    assert reasons(lost) == {"mail": "unknown_confirmed", "again": "unknown_closed"}


def test_an_event_after_the_day_still_tells_the_truth(lost: Stage) -> None:
    lost.run_until(2)
    lost.cloud.deliver_now([word(lost, visits(lost)["again"], name="email_opened", node="again")])
    assert reasons(lost) == {"mail": "unknown_closed", "again": "unknown_confirmed"}


def test_a_client_cannot_confirm_and_neither_can_another_message(lost: Stage) -> None:
    visit = visits(lost)["mail"]
    told = word(lost, visit)
    forged = Event(
        message_id="forged",
        kind="track",
        name="email_sent",
        user_id="u1",
        properties=told.properties,
        occurred_at=told.occurred_at,
        received_at=told.received_at,
    )
    lost.cloud.deliver_now([forged, word(lost, "another")])
    assert reasons(lost) == {"mail": "unknown", "again": "unknown"}


@pytest.mark.parametrize("tagged", [True, False])
def test_an_event_that_came_before_the_row_is_found(tagged: bool) -> None:
    """The function dies with the answer; the event overtakes the Task's next try."""
    found = stage(1)

    def overtake() -> None:
        told = word(found, visits(found)["mail"])
        if not tagged:  # names so long that the profile kept no room for the visit
            told.properties.pop("visit")
        found.cloud.deliver_now([told])
        raise Crash

    found.world.on_write("mailer.send", overtake, after=True)
    found.run_until(0.1)
    assert len(found.world.mailer.attempts) == 2
    assert reasons(found) == {"mail": "unknown_confirmed", "again": ""}
    assert rows(found) == []


def test_an_answer_that_was_not_lost_costs_nothing() -> None:
    found = stage(1)
    found.run_until(0.1)
    assert not [label for label in found.world.writes if label.startswith("parking.put_waiters")]
    assert rows(found) == []
    (journey,) = explain(TENANT, "welcome", person(1).id, found.runtime).journeys
    trace = found.world.runs.traces(TENANT, journey.steps[-1].run)[0]
    reads = found.world.reads
    watch(None, trace)  # type: ignore[arg-type]
    assert found.world.reads == reads


def test_confirming_is_repeatable_at_any_write(lost: Stage) -> None:
    visit = visits(lost)["mail"]
    (row,) = [row for row in rows(lost) if visit in row.event]
    for nth in range(1, 6):
        lost.world.crash_at(nth)
        with suppress(Crash):
            lost.cloud.deliver_now([word(lost, visit)])
    lost.cloud.deliver_now([word(lost, visit, name="email_clicked")])
    assert row not in rows(lost)
    assert reasons(lost)["mail"] == "unknown_confirmed"
    assert counted(lost)["unknown_confirmed"] == 1


def test_a_note_is_no_step(lost: Stage) -> None:
    """Who waits inside a machine is known by his run's last step, whatever became known of an earlier one."""
    (journey,) = explain(TENANT, "welcome", person(2).id, lost.runtime).journeys
    run = journey.steps[-1].run
    token = lost.world.tokens.get(TENANT, "welcome", [journey.enrollment])[journey.enrollment]
    now = lost.world.clock.now()
    stored = lost.world.runs.get(TENANT, run)
    assert stored is not None
    cohort = [element.partition(":")[0] for element in stored.cohort]
    due = now + timedelta(days=2)
    steps = (
        Trace(run, "pause", "", 0, 1, now, {"next": [token.id]}, due=due),
        Trace(run, "mail", "", -1, 1, now + timedelta(hours=1), {}, {"unknown_confirmed": [token.id]}),
    )
    for step in steps:
        lost.world.runs.put_trace(TENANT, step, cohort)
    running = token.evolve(state=TokenState.RUNNING, run=run)
    assert machine_waits(TENANT, lost.runtime, {token.id: running}) == {token.id: ("pause", due)}
    assert (steps[0].note, steps[1].note) == (False, True)
    assert encode_trace(TENANT, steps[1], cohort)["n"] == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [("email_sent", True), ("sms_delivered", True), ("push_delivered", True), ("page_view", False)],
)
def test_any_channels_provider_confirms(name: str, expected: bool):
    row = WaitRow("lost_answer/v1/r1/", "welcome", person(1).id + ".0.1", 1, 1, "mail")
    event = word(stage(), "v1", name=name)
    assert confirms(event, row) is expected
    assert confirms(word(stage(), "v2", name=name), row) is False
