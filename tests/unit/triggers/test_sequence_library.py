"""The ready-made sequences do what their names say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from stepwell.conditions import Facts
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import Event
from stepwell.errors import InvalidInput, ValidationFailed
from stepwell.publishing.sequences import body
from stepwell.triggers.sequence_library import load_examples
from stepwell.triggers.sequences import CompiledSequences

LIBRARY = Path(__file__).resolve().parents[3] / "statemachines" / "templates"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PRICING = {"path": "/pricing", "url": "https://shop.example/pricing?x=1"}

Told = tuple[str, timedelta]


def told(name: str, until: timedelta, *events: tuple[Any, ...]) -> list[Told]:
    """Return what is told of events ``(name, after, properties?)``, asked whenever the sequence wants to be."""
    compiled = CompiledSequences({name: body(load_examples(LIBRARY)[name])})
    states: dict[str, Any] = {}
    found: list[Told] = []

    def settle(now: datetime) -> None:
        due = compiled.next_change(states, 0)
        while due is not None and due <= now.timestamp() * 1000:
            found.extend(
                (emit, datetime.fromtimestamp(due / 1000, UTC) - NOW)
                for emit, _ in compiled.expire(states, due)
            )
            due = compiled.next_change(states, 0)

    for what, after, *more in events:
        at = NOW + after
        settle(at)
        properties = more[0] if more else {}
        one = Event(
            message_id=f"{what}{after}",
            kind="track",
            name=what,
            properties=properties,
            occurred_at=at,
            received_at=at,
        )
        facts = Facts(profile={}, event={"name": what, "properties": properties, "timestamp": at})
        found.extend((emit, after) for emit, _ in compiled.on_event(states, one, facts))
    settle(NOW + until)
    return found


@pytest.mark.parametrize(
    ("name", "events", "expected"),
    [
        ("page_abandonment", [("page_view", 0 * HOUR, PRICING)], [("page_abandonment", HOUR)]),
        ("page_abandonment", [("page_view", 0 * HOUR, {"path": "/"})], []),
        ("page_abandonment", [("page_view", 0 * HOUR, PRICING), ("form_submission", HOUR / 2)], []),
        (
            "page_abandonment",
            [("page_view", 0 * HOUR, PRICING), ("page_view", HOUR / 2, PRICING)],
            [("page_abandonment", 1.5 * HOUR)],
        ),
        ("cart_abandonment", [("product_carted", 0 * HOUR)], [("cart_abandoned", HOUR)]),
        ("cart_abandonment", [("product_carted", 0 * HOUR), ("purchase", HOUR / 2)], []),
        (
            "cart_abandonment",
            [("product_carted", 0 * HOUR), ("product_carted", HOUR / 2)],
            [("cart_abandoned", 1.5 * HOUR)],
        ),
        ("inactivity", [("page_view", 0 * DAY)], [("contact_inactive", 30 * DAY)]),
        (
            "inactivity",
            [("page_view", 0 * DAY), ("email_sent", 5 * DAY), ("email_delivered", 5 * DAY)],
            [("contact_inactive", 30 * DAY)],
        ),
        (
            "inactivity",
            [("page_view", 0 * DAY), ("email_clicked", 20 * DAY), ("login", 60 * DAY)],
            [("contact_inactive", 50 * DAY), ("contact_inactive", 90 * DAY)],
        ),
        ("trial_without_use", [("trial_started", 0 * DAY)], [("trial_unused", 3 * DAY)]),
        ("trial_without_use", [("trial_started", 0 * DAY), ("feature_used", 2 * DAY)], []),
        ("feature_usage_drop", [("feature_used", 0 * DAY)], []),
        (
            "feature_usage_drop",
            [("feature_used", 0 * DAY), ("feature_used", 3 * DAY)],
            [("feature_usage_dropped", 17 * DAY)],
        ),
        (
            "feature_usage_drop",
            [("feature_used", 0 * DAY), ("feature_used", 3 * DAY), ("feature_used", 12 * DAY)],
            [],
        ),
    ],
)
def test_what_each_tells(name: str, events: list[tuple[Any, ...]], expected: list[Told]) -> None:
    assert told(name, 120 * DAY, *events) == expected


def test_all_of_the_catalogue_are_there_and_tell_events_by_the_names_that_triggers_know() -> None:
    found = load_examples(LIBRARY)
    assert list(found) == [
        "cart_abandonment",
        "conversion_after_click",
        "feature_usage_drop",
        "inactivity",
        "page_abandonment",
        "trial_without_use",
    ]
    assert all(one.emit == canonical_event(one.emit) and one.name for one in found.values())


def test_files_that_are_no_sequences_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "sequences"
    folder.mkdir()
    (folder / "x.yaml").write_text("id: x\nsteps: []\n")
    with pytest.raises(ValidationFailed, match=r"x\.yaml"):
        load_examples(tmp_path)
    (folder / "x.yaml").write_text("id: y\nsteps: [{event: a}]\nabsent: [{event: b}]\nfor: 1_days\n")
    with pytest.raises(InvalidInput, match="name the file after it"):
        load_examples(tmp_path)
