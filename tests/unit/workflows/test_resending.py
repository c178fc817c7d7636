"""A newsletter goes again to who got it and neither opened it nor clicked; a machine's open is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from stepwell.workflows.graph import Graph
from stepwell.workflows.nodes.base import Member, Moment
from stepwell.workflows.templates import load_template

from tests.unit.runtime.kitchen import Kitchen

FOLDER = Path(__file__).parents[3] / "statemachines" / "templates"


@pytest.mark.parametrize(
    ("name", "node", "machine", "ready"),
    [
        ("email_opened", "newsletter_to_all", False, "opened"),
        ("email_clicked", "newsletter_to_all", False, "clicked"),
        ("email_opened", "newsletter_to_all", True, None),
        ("email_opened", "another", False, None),
        ("email_delivered", "newsletter_to_all", False, None),
    ],
)
def test_who_read_it_waits_no_longer(name: str, node: str, machine: bool, ready: str | None) -> None:
    graph = Graph(load_template(FOLDER, "newsletter_resend_v1"))
    waits = graph["opened"]
    kitchen = Kitchen()
    member: Member = kitchen.member()
    moment: Moment = kitchen.context("first").moment
    event = {"name": name, "machine": machine, "properties": {"node": node}, "occurred_at": moment.now}
    assert waits.type.ready is not None
    assert waits.type.ready(waits.config, member, moment, event) == ready


def test_who_did_not_get_it_gets_no_second_one() -> None:
    graph = Graph(load_template(FOLDER, "newsletter_resend_v1"))
    assert graph.target("newsletter_to_all", "skipped") == "not_sent"
    assert graph.target("newsletter_to_all", "failed") == "not_sent"
    assert graph.target("opened", "timed_out") == "again"
    assert graph["again"].config.subject.startswith("In case you missed it")
