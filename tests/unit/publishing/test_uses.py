"""What a segment, a score, a form, a workflow or another rule compares with cannot be taken away."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.errors import Conflict
from stepwell.publishing.profile_rules import save_profile_rules
from stepwell.publishing.rules import rebuild
from stepwell.scoring.model import read_model
from stepwell.segments.model import compiled_form, parse_segment

from tests.fakes.segments import MemoryRules

T = "acme"
SCHEMA = {"attributes": [{"name": "seats", "type": "number"}, {"name": "spare"}]}
COMPUTED = [{"name": "visits", "kind": "count", "event": "page_view"}]
STAGES = {"stages": [{"name": "lead"}, {"name": "customer", "condition": "did(purchase)"}]}
SEATS, VISITS, CUSTOMER = "seats > 3", "visits > 3", "lifecycle_stage = 'customer'"


def segment(condition: str) -> dict[str, Any]:
    made = parse_segment({"id": "big", "condition": condition})
    return {"segments": {"big": compiled_form(made, made.condition)}}


def score(condition: str) -> dict[str, Any]:
    rule = {"id": "seen", "event": "page_view", "where": condition, "points": 1}
    model = read_model({"id": "fit", "name": "Fit", "subject": "lead", "rules": [rule]})
    return {"scores": {"fit": {"version": 1, "model": model.model_dump(mode="json")}}}


def graph(condition: str, text: str = "") -> dict[str, Any]:
    return {
        "schema_version": 1,
        "id": "welcome",
        "name": "Welcome",
        "purpose": "transactional",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "page_view"}},
            {
                "id": "call",
                "type": "webhook_call",
                "config": {"method": "POST", "url": f"https://a.example/{text}"},
            },
        ],
        "edges": [{"source": "start", "outcome": "next", "target": "call"}],
        "settings": {"filter": condition},
    }


def kept(**parts: Any) -> MemoryRules:
    store = MemoryRules()
    save_profile_rules(store, T, schema=SCHEMA, computed=COMPUTED, lifecycle=STAGES)
    rebuild(store, T, **parts)
    return store


def refused(store: MemoryRules, users: list[str], graphs: Any = None, **changes: Any) -> None:
    before = store.read(T)
    with pytest.raises(Conflict) as caught:
        save_profile_rules(store, T, graphs=graphs, **changes)
    assert caught.value.code == "attribute_used" and caught.value.details["used_by"] == users
    assert store.read(T) == before


TAKEN = [
    (SEATS, {"schema": {"attributes": [{"name": "spare"}]}}),
    (SEATS, {"schema": {"attributes": [{"name": "seats", "type": "text"}, {"name": "spare"}]}}),
    (VISITS, {"computed": []}),
    (CUSTOMER, {"lifecycle": {"stages": [{"name": "lead"}]}}),
    ("lifecycle_stage in ['customer', 'x']", {"lifecycle": {}}),
]


@pytest.mark.parametrize(("condition", "change"), TAKEN)
def test_what_a_segment_a_score_or_a_workflow_asks_for_stays(condition: str, change: dict[str, Any]) -> None:
    refused(kept(**segment(condition)), ["segment/big"], **change)
    refused(kept(**score(condition)), ["scoring/fit"], **change)
    refused(kept(), ["workflow/welcome"], {"welcome": graph(condition)}, **change)
    save_profile_rules(kept(), T, graphs={"welcome": graph("")}, **change)


def test_a_text_of_a_workflow_and_a_field_of_a_form_are_uses() -> None:
    gone = {"schema": {"attributes": [{"name": "spare"}]}}
    refused(kept(), ["workflow/welcome"], {"welcome": graph("", "{{profile.seats}}")}, **gone)
    refused(
        kept(forms={"sign_up": {"id": "sign_up", "fields": [{"name": "seats"}]}}), ["form/sign_up"], **gone
    )


def test_a_stage_and_a_computed_attribute_are_users_themselves() -> None:
    store = kept()
    stages = {"stages": [{"name": "lead"}, {"name": "customer", "condition": SEATS}]}
    save_profile_rules(store, T, lifecycle=stages)
    refused(store, ["lifecycle/customer"], schema={})
    counted = [{"name": "visits", "kind": "count", "event": "page_view", "where": "profile.seats > 3"}]
    save_profile_rules(store, T, lifecycle=STAGES, computed=counted)
    refused(store, ["computed-attribute/visits"], schema={})


def test_what_nobody_uses_and_what_stays_the_same_may_change() -> None:
    store = kept(**segment(SEATS))
    schema = {"attributes": [{"name": "seats", "type": "number", "pii": True}]}
    assert save_profile_rules(store, T, schema=schema)["schema"]["attributes"][0]["pii"]
    save_profile_rules(store, T, computed=[], lifecycle={})
