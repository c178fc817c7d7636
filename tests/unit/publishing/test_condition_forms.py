"""Both forms of a condition: reading what was written changes nothing, so a form may save at every keystroke."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from stepwell.conditions.models import Condition
from stepwell.conditions.storage import to_json
from stepwell.publishing.condition_forms import read_text, read_tree
from stepwell.publishing.ports import Known

from tests.unit.conditions.strategies import conditions


@given(conditions)
def test_text_and_tree_lead_to_each_other(condition: Condition) -> None:
    written = read_tree(to_json(condition), Known())
    read = read_text(written.text, Known())
    assert (read.tree, read.text) == (written.tree, written.text)
    assert read_tree(read.tree or {}, Known()).text == written.text


@given(conditions)
def test_problems_are_the_same_for_both_forms(condition: Condition) -> None:
    known = Known(fields={"score": "number"}, segments=frozenset({"vip"}))
    written = read_tree(to_json(condition), known)
    assert read_text(written.text, known).problems == written.problems


def test_open_fields_are_only_worth_a_warning() -> None:
    fields = {"score": "number"}
    (closed,) = read_text("plan = 'pro'", Known(fields=fields)).problems
    (opened,) = read_text("plan = 'pro'", Known(fields=fields, open_fields=True)).problems
    assert (closed.code, closed.severity) == ("unknown_field", "error")
    assert (opened.code, opened.severity) == ("unknown_field", "warning")


PAIRS = Path(__file__).parents[3] / "console/src/kit/conditions/testing/pairs.json"


@pytest.mark.parametrize("pair", json.loads(PAIRS.read_text()), ids=lambda pair: pair["text"])
def test_the_consoles_tests_know_what_the_server_says(pair: dict[str, Any]) -> None:
    read = read_text(pair["text"], Known())
    assert (read.text, read.tree) == (pair["text"], pair["tree"])
