"""Messages at the best time: what became of them is counted by group, each contact's first open and click."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from stepwell.contracts.ids import profile_id
from stepwell.timing.arms import arms
from stepwell.timing.choosing import in_control
from stepwell.triggers.index import workflow_entry
from stepwell.triggers.timing import read_timed, timed_messages
from stepwell.workflows.expansion import expand
from stepwell.workflows.graph import Graph

from tests.unit.workflows.graphs import wf

from .stage import TENANT, Stage, workflow

TIMED = {
    "template_id": "hello",
    "purpose": "marketing",
    "send_time_optimization": "ai_powered",
    "send_time_control": 50,
}


def graph(**more: Any) -> Graph:
    return Graph(expand(wf("start -> mail", nodes={"mail": ("email_send", {**TIMED, **more})})))


def test_a_message_behind_a_wait_is_known_with_its_groups() -> None:
    assert timed_messages(graph()) == {"mail": ["mail_best_time", 50]}
    assert timed_messages(graph(send_time_control=0)) == {}
    assert "timed" not in workflow_entry(graph(send_time_control=0), 3, "active")
    part = workflow_entry(graph(), 3, "active")
    assert read_timed({"test": part, "other": {"version": 1}}) == {
        ("test", 3): {"mail": ("mail_best_time", 50)}
    }


def test_a_wait_that_is_drawn_counts_for_the_message_behind_it() -> None:
    drawn = wf("start -> best", "best -> mail", nodes={"best": ("send_time_optimization", {"control": 20})})
    assert timed_messages(Graph(expand(drawn))) == {"mail": ["best", 20]}


def test_opens_and_clicks_are_counted_by_group_once_a_contact() -> None:
    stage = Stage()
    stage.publish(graph().workflow.model_dump(mode="json") | {"id": "timed"})
    home = {"workflow": "timed", "version": 1, "node": "mail"}
    expected: Counter[str] = Counter()
    for number in range(40):
        user = f"user{number}"
        stage.take(stage.event("signup", user, traits={"email": f"{user}@x.example"}))
        contact = profile_id(TENANT, "user", user)
        arm = "control" if in_control(50, (TENANT, "timed", "mail_best_time", contact)) else "best"
        told = [
            ("email_sent", False),
            ("email_opened", True),
            ("email_opened", False),
            ("email_opened", False),
        ]
        told += [("email_clicked", False)] if number % 2 else []
        for name, machine in told:
            event = stage.event(
                name, None, kind="engagement", profile=contact, properties=home, machine=machine
            )
            stage.take(event)
            stage.take(event)  # delivered again
            stage.world.clock.advance(timedelta(minutes=1))
        expected[arm, "sent"] += 1
        expected[arm, "opened"] += 1
        expected[arm, "clicked"] += number % 2
    counts = {
        what: n for (node, what), n in stage.counters.counts[TENANT, "timed", 1].items() if node == "mail"
    }
    best, control = arms(counts)
    for arm, found in (("best", best), ("control", control)):
        assert found.sent == expected[arm, "sent"] > 5
        assert found.opened == expected[arm, "opened"]
        assert found.clicked == expected[arm, "clicked"]


def test_other_workflows_count_nothing_more() -> None:
    stage = Stage()
    stage.publish(workflow())
    stage.take(stage.event("signup", traits={"email": "ann@x.example"}))
    event = stage.event(
        "email_opened",
        None,
        kind="engagement",
        profile=profile_id(TENANT, "user", "ann"),
        properties={"workflow": "welcome", "version": 1, "node": "nudge"},
    )
    stage.take(event)
    counted = stage.counters.counts[TENANT, "welcome", 1]
    assert {what for node, what in counted if node == "nudge"} == {"opened"}
