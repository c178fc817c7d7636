"""The reference page of scores: its examples are computed, its documents are read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from stepwell.conditions import Facts
from stepwell.contracts.events import Event
from stepwell.contracts.scores import new_state, value_of
from stepwell.scoring.compiled import CompiledModels
from stepwell.scoring.defaults import LEAD, default_rules
from stepwell.scoring.model import read_model
from stepwell.triggers.sequence_model import read_sequence

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "scoring.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
EXAMPLES = re.findall(r"^\| ([^|]+) \| (today|\d+ days ago) \| (\d+) \|$", PAGE, re.MULTILINE)
EVENTS = {rule["id"]: rule["event"] for rule in LEAD["rules"]}
HAPPENED: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "nothing": [],
    "trial sign-up": [(EVENTS["trial_signup"], {"form_type": "trial"})],
    "demo request and 3 views of the pricing page": [
        (EVENTS["demo_request"], {"form_type": "demo"}),
        *[(EVENTS["pricing_page"], {"path": "/pricing"})] * 3,
    ],
    "demo request; unsubscribed": [
        (EVENTS["demo_request"], {"form_type": "demo"}),
        (EVENTS["unsubscribes"], {}),
    ],
    "10 trial sign-ups": [(EVENTS["trial_signup"], {"form_type": "trial"})] * 10,
}


def test_all_examples_are_found() -> None:
    assert {what for what, _, _ in EXAMPLES} == HAPPENED.keys()


@pytest.mark.parametrize(("what", "when", "score"), EXAMPLES)
def test_a_worked_example(what: str, when: str, score: str) -> None:
    at = NOW - timedelta(days=0 if when == "today" else int(when.split()[0]))
    compiled = CompiledModels(default_rules())
    states: dict[str, Any] = {}
    for name, properties in HAPPENED[what]:
        one = Event(
            message_id=name, kind="track", name=name, properties=properties, occurred_at=at, received_at=at
        )
        told = {"name": name, "properties": properties, "timestamp": at}
        compiled.on_event(states, one, Facts(profile={}, event=told))
    state = states.get("lead") or new_state(1, NOW.timestamp())
    assert value_of(state, NOW.timestamp()) == int(score)


def test_the_documents_on_the_page_have_no_faults() -> None:
    found = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    assert [read_model(one).id for one in found if "rules" in one] == ["product"]
    assert [read_sequence(one).id for one in found if "steps" in one] == ["left_pricing", "tour_then_trial"]


def test_weights_and_bands_on_the_page_are_those_of_the_default() -> None:
    for rule in LEAD["rules"]:
        assert re.search(rf"\b{abs(int(rule['points']))}\b", PAGE), rule["id"]
    for band in LEAD["bands"]:
        row = f"| `{band['id']}` | {band['threshold']} | {', '.join(band['actions'])} | {band['notification']} |"
        assert row in PAGE
