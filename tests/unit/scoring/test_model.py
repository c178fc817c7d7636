"""Reading scoring models: all faults at once, with their places."""

from __future__ import annotations

import pytest
from stepwell.errors import ValidationFailed
from stepwell.scoring.defaults import LEAD, default_models
from stepwell.scoring.model import read_model


def test_all_faults_are_told_with_code_and_place():
    with pytest.raises(ValidationFailed) as caught:
        read_model(
            {
                "id": "Lead Score",
                "name": "x",
                "base_score": 2000,
                "rules": [
                    {"id": "a", "event": "x", "points": 1},
                    {"id": "a", "event": "x", "points": 1, "where": "enrollment.loop > 1"},
                ],
                "bands": [{"id": "low", "threshold": 0}, {"id": "top", "threshold": 1001}],
            }
        )
    assert [(v["code"], v["place"]) for v in caught.value.violations] == [
        ("id", "id"),
        ("bounds", "base_score"),
        ("duplicate", "rules.1.id"),
        ("unreachable", "bands.0.threshold"),
        ("unreachable", "bands.1.threshold"),
        ("scope", "rules.1.where"),
    ]


def test_a_condition_that_is_none_is_told_at_its_place():
    with pytest.raises(ValidationFailed) as caught:
        read_model(
            {"id": "x", "name": "x", "rules": [{"id": "a", "event": "x", "points": 1, "where": "total >"}]}
        )
    assert caught.value.violations[0]["place"].startswith("rules.0.where")


def test_rules_keep_their_codes_and_new_ones_get_free_ones():
    first = read_model(LEAD)
    codes = {rule.id: rule.code for rule in first.rules}
    assert len(set(codes.values())) == len(first.rules)
    rules = [rule.model_dump(mode="json") for rule in first.rules[3:]]
    second = read_model({**LEAD, "rules": [{"id": "new", "event": "x", "points": 1}, *rules]})
    assert {rule.id: rule.code for rule in second.rules[1:]} == {k: codes[k] for k in list(codes)[3:]}
    assert second.rules[0].code not in {rule.code for rule in second.rules[1:]}


def test_a_workspace_begins_with_the_specified_lead_model():
    [lead] = default_models()
    assert (lead.base_score, lead.maximum_score, lead.decay_rate) == (100, 1000, 0.95)
    assert [(band.id, band.threshold) for band in lead.bands] == [
        ("low", 100),
        ("medium", 300),
        ("high", 500),
    ]
