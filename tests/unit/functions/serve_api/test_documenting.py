"""The OpenAPI document is what clients are generated from: every answer has a type, every name reads well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from replies.forms import Listed, Reply
from replies.workflows import WorkflowSummary
from routes.app import openapi
from routes.documenting import descriptions

DOCUMENT = json.loads(openapi())
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = {
    operation["operationId"]: operation
    for path, methods in DOCUMENT["paths"].items()
    for operation in methods.values()
    if path.startswith("/api/")
}
# JSON Schema is what it answers: its form is not ours to say.
FREE = {"readSchema"}


def _answer(operation: dict[str, Any]) -> dict[str, Any]:
    (code,) = [code for code in operation["responses"] if code.startswith("2")]
    found: dict[str, Any] = operation["responses"][code]["content"]["application/json"]["schema"]
    return found


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_answer_has_a_type(operation: str) -> None:
    answer = _answer(OPERATIONS[operation])
    if operation in FREE:
        assert answer["type"] == "object"
        return
    schema = SCHEMAS[answer["$ref"].rpartition("/")[2]]
    assert schema["properties"], operation


@pytest.mark.parametrize("operation", sorted(name for name in OPERATIONS if name.startswith("list")))
def test_lists_have_one_shape(operation: str) -> None:
    schema = SCHEMAS[_answer(OPERATIONS[operation])["$ref"].rpartition("/")[2]]
    assert {"items", "cursor", "total"} <= set(schema["required"])
    assert "$ref" in schema["properties"]["items"]["items"]


def test_names_read_well() -> None:
    assert all(name.isidentifier() and "_" not in name and name[0].isupper() for name in SCHEMAS)
    assert all(name.isidentifier() and "_" not in name and name[0].islower() for name in OPERATIONS)
    assert {"WorkflowSummaryList", "ScoringModelDocument", "ScoringRule"} <= set(SCHEMAS)


def test_references_lead_somewhere() -> None:
    assert set(_references(DOCUMENT)) - {"Failure"} <= set(SCHEMAS)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "$ref":
                yield part.rpartition("/")[2]
            else:
                yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def test_fields_are_described_as_the_types_say() -> None:
    draft = SCHEMAS["WorkflowDraft"]["properties"]
    assert draft["rev"]["description"].startswith("Grows with each change")
    assert "title" not in draft["rev"]
    assert "additionalProperties" not in SCHEMAS["WorkflowDraft"]
    assert SCHEMAS["WorkflowSummaryList"]["properties"]["cursor"]["description"]


def test_what_is_described_is_there() -> None:
    fields = {name: set(schema.get("properties", ())) for name, schema in SCHEMAS.items()}
    for name, (text, described) in descriptions().items():
        assert text or name.startswith("_"), name
        if name in fields and name not in ("Listed", "Reply"):
            assert set(described) <= fields[name], name


def test_times_are_date_times() -> None:
    assert SCHEMAS["WorkflowSummary"]["properties"]["updated_at"]["format"] == "date-time"


def test_every_failure_has_one_form() -> None:
    for name, operation in OPERATIONS.items():
        assert operation["responses"]["4XX"] == {"$ref": "#/components/responses/Failure"}, name
        assert "500" not in operation["responses"]


def test_types_of_answers_declare_what_they_inherit() -> None:
    assert Reply.__annotations__ == {}
    assert set(Listed.__annotations__) == {"items", "cursor", "total"}
    assert "status" in WorkflowSummary.__annotations__
