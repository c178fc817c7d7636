"""The plain interpreter on small graphs: what a contact meets, step by step; the engine is held to the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from stepwell.errors import InvalidInput
from stepwell.workflows.interpreter import SimulatedContact, SimulatedEvent, simulate
from stepwell.workflows.model import Workflow

from tests.unit.workflows.graphs import NOW, PROFILE, wf

KNOWN = {"email": "ann@example.com", "score": 70, "time_zone": "UTC"}
UNTIL = ("wait_until", {"ways": [{"event": "purchase", "name": "bought"}], "time_limit": "3_days"})
TIMED = {"template_id": "hello", "send_time_optimization": "ai_powered", "send_time_control": 0}
MORNING = ("delay_action", {"until": "09:00"})


@dataclass(frozen=True)
class Case:
    """A graph, a contact, and the steps: ``node.outcome``, with ``+hours`` after the entry where time passed."""

    name: str
    workflow: Workflow
    steps: str
    end: str = "completed"
    contact: dict[str, Any] = field(default_factory=dict)


def at(hours: float, name: str, **properties: Any) -> SimulatedEvent:
    return SimulatedEvent(NOW + timedelta(hours=hours), name, properties)


CASES = (
    Case("a mail", wf("start -> mail"), "mail.sent"),
    Case(
        "no consent, no marketing",
        wf("start -> mail"),
        "mail.skipped(unsubscribed)",
        contact={"consent": {"email:marketing": "denied"}},
    ),
    Case(
        "transactional needs no consent",
        wf(
            "start -> mail",
            nodes={"mail": ("email_send", {"template_id": "hello", "purpose": "transactional"})},
        ),
        "mail.sent",
        contact={"consent": {"email:marketing": "denied"}},
    ),
    Case("a split", wf("start -> if", "if.true -> mail", "if.false -> exit"), "if.true mail.sent"),
    Case(
        "its other side ends",
        wf("start -> if", "if.true -> mail", "if.false -> exit"),
        "if.false exit.exit_node",
        "exit_node",
        {"traits": {"score": 3}},
    ),
    Case("a delay", wf("start -> wait", "wait -> mail"), "wait.next+24 mail.sent+24"),
    Case(
        "a wait that is matched",
        wf("start -> until", "until.bought -> exit", "until.timed_out -> mail", nodes={"until": UNTIL}),
        "until.bought+5 exit.exit_node+5",
        "exit_node",
        {"events": (at(5, "purchase"),)},
    ),
    Case(
        "and one that times out",
        wf("start -> until", "until.bought -> exit", "until.timed_out -> mail", nodes={"until": UNTIL}),
        "until.timed_out+72 mail.sent+72",
        contact={"events": (at(80, "purchase"),)},
    ),
    Case(
        "a machine's click is nobody's",
        wf("start -> until", "until.bought -> exit", "until.timed_out -> mail", nodes={"until": UNTIL}),
        "until.timed_out+72 mail.sent+72",
        contact={"events": (SimulatedEvent(NOW + timedelta(hours=5), "purchase", machine=True),)},
    ),
    Case(
        "two waits until nine are two mornings",
        wf(
            "start -> wait_1",
            "wait_1 -> wait_2",
            "wait_2 -> mail",
            nodes={"wait_1": MORNING, "wait_2": MORNING},
        ),
        "wait_1.next+23 wait_2.next+47 mail.sent+47",
    ),
    Case(
        "a loop",
        wf("start -> loop", "loop.body -> act", "act -> loop", "loop.done -> mail"),
        "loop.body act.next loop.body act.next loop.body act.next loop.done mail.sent",
    ),
    Case(
        "branches side by side",
        wf(
            "start -> par",
            "par.branch_1 -> act",
            "par.branch_2 -> mail",
            "act -> merge",
            "mail.sent -> merge",
        ),
        "par.split act.next mail.sent merge.merged",
    ),
    Case(
        "an exit criterion acts inside a wait",
        wf("start -> wait", "wait -> mail", settings={"exit_criteria": [{"event": "cancel"}]}),
        "",
        "exit_criteria",
        {"events": (at(3, "cancel"),)},
    ),
    Case(
        "so does unsubscribing",
        wf("start -> wait", "wait -> mail"),
        "",
        "unsubscribed",
        {"events": (at(3, "email_unsubscribed"),)},
    ),
    Case(
        "the end of texts ends no journey that mails as well",
        wf("start -> wait", "wait -> mail"),
        "wait.next+24 mail.sent+24",
        "completed",
        {"events": (at(3, "sms_unsubscribed"),)},
    ),
    Case(
        "a goal that ends",
        wf("start -> wait", "wait -> mail", settings={"goals": [{"event": "purchase", "ends": True}]}),
        "",
        "goal",
        {"events": (at(3, "purchase"),)},
    ),
    Case(
        "a best time that the past tells",
        wf("start -> mail", nodes={"mail": ("email_send", TIMED)}),
        "mail_best_time.next+10.25 mail.sent+10.25",
        contact={"events": tuple(at(10 - 24 * day, "page_view") for day in range(1, 30))},
    ),
    Case(
        "a best time that quiet hours leave no room for",
        wf(
            "start -> mail",
            nodes={"mail": ("email_send", TIMED)},
            settings={"quiet_hours": {"start": "19:00", "end": "22:00"}},
        ),
        "mail_best_time.next+8.75 mail.sent+8.75",
        contact={"events": tuple(at(10 - 24 * day, "page_view") for day in range(1, 30))},
    ),
    Case(
        "a best time of which nothing is known",
        wf("start -> mail", nodes={"mail": ("email_send", TIMED)}),
        "mail_best_time.next mail.sent",
    ),
    Case(
        "a control group",
        wf("start -> mail", nodes={"mail": ("email_send", {**TIMED, "send_time_control": 90})}),
        "mail_best_time.next mail.sent",
        contact={"events": tuple(at(10 - 24 * day, "page_view") for day in range(1, 30))},
    ),
    Case(
        "a filter at the door",
        wf("start -> mail", settings={"filter": "score > 90"}),
        "start.filtered",
        "filtered",
    ),
    Case(
        "a forced failure",
        wf(
            "start -> call",
            "call.failed -> mail",
            nodes={"call": ("api_call", {"url": "https://api.example.com/x"})},
        ),
        "call.failed mail.sent",
        contact={"faults": {"call": ["failed"]}},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_what_a_contact_meets(case: Case) -> None:
    given = {"traits": KNOWN, "consent": {"email:marketing": "granted"}, "trigger": "signup", **case.contact}
    given["traits"] = {**KNOWN, **given["traits"]}
    journey = simulate(case.workflow, SimulatedContact(PROFILE, **given), NOW, tenant="acme")
    told = []
    for step in journey.steps:
        hours = (step.at - NOW) / timedelta(hours=1)
        reason = f"({step.reason})" if step.reason else ""
        told.append(f"{step.node}.{step.outcome}{reason}" + (f"+{hours:g}" if hours else ""))
    assert " ".join(told) == case.steps
    assert journey.end_reason == case.end
    assert all(step.explanation for step in journey.steps)


def test_messages_and_goals_are_told_apart_from_the_steps() -> None:
    workflow = wf("start -> mail", "mail.sent -> wait", settings={"goals": [{"event": "purchase"}]})
    contact = SimulatedContact(PROFILE, KNOWN, events=(at(3, "purchase"),), trigger="signup")
    journey = simulate(workflow, contact, NOW)
    assert [(m.node, m.template, m.at) for m in journey.messages] == [("mail", "hello", NOW)]
    assert journey.goals == (("purchase", NOW + timedelta(hours=3)),)
    assert (journey.end_reason, journey.ended_at) == ("completed", NOW + timedelta(days=1))


def test_watching_stops_in_time() -> None:
    journey = simulate(wf("start -> wait", "wait -> mail"), SimulatedContact(PROFILE, KNOWN), NOW, max_days=0)
    assert (journey.steps, journey.end_reason, journey.ended_at) == ((), "", None)


def test_a_trigger_that_does_not_exist() -> None:
    with pytest.raises(InvalidInput, match="no trigger"):
        simulate(wf("start -> mail"), SimulatedContact(PROFILE), NOW, trigger="other")
