"""What a workspace says about its contacts' fields decides what checks say about conditions over them."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.publishing.checking import validate
from stepwell.publishing.known_fields import known_fields
from stepwell.publishing.ports import Known
from stepwell.publishing.segments import problems
from stepwell.segments.model import parse_segment

from tests.fakes.publishing import TENANT, Office
from tests.fakes.segments import segment_ports

RULES = {
    "schema": {"attributes": [{"name": "seats", "type": "number"}, {"name": "since", "type": "date"}]},
    "computed": [{"name": "visits", "kind": "count", "event": "page_view"}],
}


def office(unknown: str) -> Office:
    made = Office()
    rules = {**RULES, "schema": {**RULES["schema"], "unknown": unknown}}  # type: ignore[dict-item]
    fields, is_open = known_fields(rules, {"lead"})
    made.inventory.what = Known(fields=fields, open_fields=is_open)
    return made


def of_segment(unknown: str, condition: str) -> list[tuple[str, str]]:
    made = office(unknown)
    segment = parse_segment({"id": "a", "condition": condition})
    return [(p.code, p.severity) for p in problems(segment_ports(made.ports, made.members), TENANT, segment)]


def of_workflow(unknown: str, condition: str, url: str = "https://a.example") -> list[tuple[str, str]]:
    call = {"method": "POST", "url": url}
    document: dict[str, Any] = {
        "id": "w",
        "name": "W",
        "purpose": "transactional",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "page_view"}},
            {"id": "call", "type": "webhook_call", "config": call},
        ],
        "edges": ["start.next -> call"],
        "settings": {"filter": condition},
    }
    told = validate(office(unknown).ports, TENANT, document)
    return [(v["code"], v["severity"]) for v in told["violations"]]


BOTH = pytest.mark.parametrize("of", [of_segment, of_workflow])


@BOTH
@pytest.mark.parametrize("unknown", ["accept", "reject"])
@pytest.mark.parametrize(
    "condition",
    [
        "seats > 3",
        "visits >= 2",
        "since > 2020-01-01",
        "lead_score > 5",
        "lifecycle_stage = 'lead'",
        "age > 1",
    ],
)
def test_own_and_computed_attributes_are_known(of: Any, unknown: str, condition: str) -> None:
    assert of(unknown, condition) == []


@BOTH
def test_a_field_that_nobody_described_is_told_as_the_registry_treats_it(of: Any) -> None:
    assert of("accept", "seets > 3") == [("unknown_field", "warning")]
    assert of("reject", "seets > 3") == [("unknown_field", "error")]


@BOTH
@pytest.mark.parametrize("unknown", ["accept", "reject"])
def test_types_are_compared(of: Any, unknown: str) -> None:
    assert of(unknown, "seats = 'many'") == [("type_mismatch", "error")]


def test_references_follow_the_registry_too() -> None:
    url = "https://a.example/{{profile.seets}}"
    assert of_workflow("accept", "", url) == [("unknown_reference", "warning")]
    assert of_workflow("reject", "", url) == [("unknown_reference", "error")]
    assert of_workflow("reject", "", "https://a.example/{{profile.seats}}") == []


@pytest.mark.parametrize("unknown", ["accept", "reject"])
def test_the_score_that_workflows_count_in_is_a_field(unknown: str) -> None:
    assert not {"unknown_field", "new_field"} & {code for code, _ in of_workflow(unknown, "score >= 50")}
