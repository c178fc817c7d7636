"""Clicks by link, from the event to the map."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stepwell.contracts.events import Event
from stepwell.contracts.link_marks import links_of, marked
from stepwell.publishing.click_map import click_map
from stepwell.triggers.tallying import Tally, tally_engagement

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HTML = (
    '<a data-link="hero" href="https://x.example/a">A</a>'
    '<a href="https://x.example/b?x=1&amp;y=2">B</a><a href="mailto:a@x.example">m</a>'
)


def click(link: str, *, machine: bool = False, name: str = "email_clicked", **told: Any) -> Event:
    properties = {"workflow": "welcome", "node": "say", "version": 3, "link_id": link, **told}
    return Event(
        message_id="m",
        kind="engagement",
        name=name,
        profile="a" * 16,
        properties=properties,
        occurred_at=NOW,
        received_at=NOW,
        machine=machine,
    )


class Counted:
    def __init__(self, tally: Tally) -> None:
        self.tally = tally

    def read(self, tenant: str, workflow: str, version: int) -> Mapping[str, Mapping[str, int]]:
        nodes: dict[str, dict[str, int]] = {}
        for (node, outcome), n in self.tally.counts[workflow, version].items():
            nodes.setdefault(node, {})[outcome] = n
        return nodes


def test_clicks_are_counted_by_link_and_machines_are_not() -> None:
    tally = Tally()
    other = links_of(HTML)[1][0]
    for event in (click("hero"), click("hero"), click(other), click("gone"), click("hero", machine=True)):
        tally_engagement(event, tally)
    tally_engagement(click("hero", name="email_opened"), tally)
    tally_engagement(click("", name="email_clicked"), tally)
    assert tally.counts["welcome", 3]["say", "clicked"] == 5
    (message,) = click_map(Counted(tally), "acme", "welcome", 3, {"say": HTML})
    assert message["clicks"] == 4
    assert [(one["link"], one["clicks"], one["url"], one["position"]) for one in message["links"]] == [
        ("hero", 2, "https://x.example/a", 1),
        (other, 1, "https://x.example/b?x=1&y=2", 2),
        ("gone", 1, "", 0),
    ]
    assert sum(one["share"] for one in message["links"]) == 1


def test_a_message_that_nobody_clicked_shows_its_links() -> None:
    (message,) = click_map(Counted(Tally()), "acme", "welcome", 3, {"say": HTML})
    assert [one["clicks"] for one in message["links"]] == [0, 0]


def test_ids_are_those_that_ses_is_told() -> None:
    for link, _ in links_of(HTML):
        assert f"link:{link};" in marked(HTML)
