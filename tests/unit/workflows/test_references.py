"""`{{references}}` are filled from the contact and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stepwell.workflows.references import fill, fill_text, lookup, references_in

from tests.unit.workflows.graphs import PROFILE, member, moment

WHO = member(
    {
        "email": "a@b.c",
        "a": {"b": [1, 2]},
        "dotted.name": 1,
        "since": datetime(2026, 1, 1, tzinfo=UTC),
        "vip": True,
    },
    context={"name": "order", "message_id": "m", "properties": {"name": "own", "total": 5}},
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("email", "a@b.c"),
        ("profile.email", "a@b.c"),
        ("contact.a.b", [1, 2]),
        ("dotted.name", 1),
        ("profile.id", PROFILE),
        ("event.total", 5),
        ("event.name", "own"),
        ("event.message_id", "m"),
        ("event.properties.total", 5),
        ("enrollment.id", f"{PROFILE}.0.1"),
        ("enrollment.entered_at", "2026-03-02T10:00:00.000Z"),
        ("enrollment.secret", None),
        ("workspace.name", "Acme"),
        ("email.x", None),
        ("event", None),
        ("__class__", None),
        ("email.__class__", None),
    ],
)
def test_lookup(path, value):
    assert lookup(path, WHO, moment()) == value


def test_a_whole_reference_keeps_its_type_and_a_part_becomes_text():
    assert fill("{{ event.total }}", WHO, moment()) == 5
    assert fill("{{nope}}", WHO, moment()) is None
    assert fill("{{since}}", WHO, moment()) == "2026-01-01T00:00:00.000Z"
    assert fill_text("n={{event.total}} v={{vip}} x={{nope}}.", WHO, moment()) == "n=5 v=true x=."
    assert fill({"a": ["{{email}}", 1]}, WHO, moment()) == {"a": ["a@b.c", 1]}


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{{a|upper}}", "{% if x %}", "{{a()}}", "{{ }}", "{{a b}}"])
def test_nothing_is_evaluated(text):
    assert fill(text, WHO, moment()) == text


def test_a_value_that_looks_like_a_reference_is_not_filled_again():
    assert fill_text("{{x}}", member({"x": "{{email}}"}), moment()) == "{{email}}"


def test_finding_references():
    assert list(references_in({"a": ["x {{b.c}}", {"d": "{{e}}"}], "f": 1})) == ["b.c", "e"]
