"""YAML and JSON hold a workflow whole, and faults name their place."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stepwell.errors import InvalidInput, ValidationFailed
from stepwell.workflows.documents import (
    dump_json,
    dump_yaml,
    from_document,
    load_json,
    load_yaml,
    to_document,
)
from stepwell.workflows.model import Edge, Node, Workflow

from tests.unit.workflows.graphs import wf

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
HARD = st.sampled_from(
    [
        "",
        "09:00",
        "no",
        "on",
        "null",
        "~",
        "1_000",
        "0x1f",
        "1e3",
        "2027-09-01",
        "true",
        "- a",
        "a: b",
        "=",
        "<<",
        "'",
        '"',
        " x ",
        "#",
        "\n",
        "a\nb\n",
        "\u2028",
        "\ufeff",
        "\x85",
        "\t",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | HARD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | HARD, inner, max_size=3),
    max_leaves=6,
)
IDS = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
WORKFLOWS = st.builds(
    Workflow,
    id=IDS,
    name=TEXT,
    description=TEXT | HARD,
    nodes=st.lists(
        st.builds(Node, id=IDS, type=IDS, name=TEXT, config=st.dictionaries(TEXT | HARD, VALUES, max_size=3)),
        max_size=3,
    ).map(tuple),
    edges=st.lists(st.builds(Edge, source=IDS, outcome=IDS, target=IDS), max_size=3).map(tuple),
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORKFLOWS)
def test_round_trip(workflow):
    assert load_yaml(dump_yaml(workflow)) == workflow
    assert load_json(dump_json(workflow)) == workflow
    assert load_yaml(dump_json(workflow, indent=None)) == workflow
    assert from_document(to_document(workflow)) == workflow


@given(WORKFLOWS)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_writing_is_deterministic(workflow):
    again = load_yaml(dump_yaml(workflow))
    assert dump_yaml(again) == dump_yaml(workflow)
    assert dump_json(again) == dump_json(workflow)


def test_edges_are_written_short_and_read_both_ways():
    workflow = wf("start -> if", "if.true -> act")
    assert "  - if.true -> act\n" in dump_yaml(workflow)
    long = "id: w\nedges:\n  - {source: a, outcome: true, target: b}\n  - {source: b, target: c}\n"
    assert load_yaml(long).edges == (
        Edge(source="a", outcome="true", target="b"),
        Edge(source="b", target="c"),
    )


def test_yaml_is_read_by_its_new_rules():
    read = load_yaml(
        "id: w\nnodes:\n  - {id: a, type: x, config: {at: 09:00, answer: no, day: 2027-09-01}}\n"
    )
    assert read.nodes[0].config == {"at": "09:00", "answer": "no", "day": "2027-09-01"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: w\nnodes: [\n", {"code": "yaml", "line": 3}),
        ("id: w\nid: v\n", {"code": "yaml", "line": 2, "column": 1}),
        ("a: &x 1\nb: *x\n", {"code": "yaml", "line": 2}),
        ("id: w\nextra: 1\n", {"place": "extra", "line": 2, "column": 8}),
        ("id: w\nnodes:\n  - id: Bad\n    type: exit\n", {"place": "nodes[0].id", "node": "Bad", "line": 3}),
        ("id: w\nschema_version: 9\n", {"code": "schema_version"}),
        ("just text", {"code": "document"}),
        ("", {"code": "document"}),
        ("id: w\nedges: [a => b]\n", {"place": "edges[0]", "line": 2}),
        ("x: !!python/object/apply:os.system [ls]\n", {"code": "yaml"}),
    ],
)
def test_faults_name_their_place(text, expected):
    with pytest.raises(ValidationFailed) as caught:
        load_yaml(text)
    assert expected.items() <= caught.value.violations[0].items()


def test_json_faults_name_their_place():
    with pytest.raises(ValidationFailed) as caught:
        load_json('{"id": "w",}')
    assert caught.value.violations[0]["line"] == 1
    with pytest.raises(ValidationFailed):
        load_json(b"\xff")


def test_all_faults_come_at_once():
    with pytest.raises(ValidationFailed) as caught:
        from_document({"id": "BAD", "nodes": [{"id": "X", "type": "exit"}], "more": 1})
    assert {violation["place"] for violation in caught.value.violations} == {"id", "nodes[0].id", "more"}


def test_too_large_a_document_is_refused_before_it_is_read():
    with pytest.raises(InvalidInput):
        load_yaml("x" * 1_000_001)


def test_older_documents_are_upgraded(monkeypatch):
    from stepwell.workflows import documents

    def named(document):
        return {("name" if key == "title" else key): value for key, value in document.items()}

    monkeypatch.setattr(documents, "UPGRADES", {0: named})
    read = load_json(json.dumps({"schema_version": 0, "id": "w", "title": "Old"}))
    assert (read.schema_version, read.name) == (1, "Old")


def test_characters_that_yaml_takes_only_escaped_survive():
    drawn = Workflow(id="odd", description="a\ufffeb")
    assert load_yaml(dump_yaml(drawn)) == drawn


def test_a_raw_special_character_is_told_with_its_place():
    with pytest.raises(ValidationFailed, match="line 2, column 7"):
        load_yaml("id: odd\nname: \ufffe\n")
