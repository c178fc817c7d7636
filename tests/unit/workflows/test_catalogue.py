"""Every type is complete: names, outcomes, hints, example, behaviour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.errors import NotFound
from stepwell.workflows.expansion import expand
from stepwell.workflows.model import Node, Workflow
from stepwell.workflows.nodes import catalogue, node_type, node_type_names
from stepwell.workflows.schema import example_config

SPECIFICATION = [
    "time_based_trigger",
    "behavioral_trigger",
    "event_trigger",
    "webhook_trigger",
    "manual_trigger",
    "email_send",
    "sms_send",
    "social_post",
    "web_push",
    "delay_action",
    "condition_check",
    "data_update",
    "api_call",
    "if_condition",
    "switch_case",
    "loop_iterator",
    "parallel_execution",
    "merge_branches",
    "crm_update",
    "crm_create",
    "database_query",
    "external_api",
    "webhook_call",
    "time_trigger",
    "content_email",
    "webinar_invitation",
    "scoring_update",
    "notification_send",
    "welcome_sequence",
    "engagement_check",
    "re_engagement",
    "social_media_post",
    "email_sequence",
    "content_distribution",
    "follow_up_sequence",
    "wait_until",
    "send_time_optimization",
    "random_split",
    "exit",
    "goal",
    "ad_audience",
]

TYPES = list(catalogue().values())


def test_every_type_of_the_specification_is_there_and_no_other():
    assert node_type_names() == sorted(SPECIFICATION)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_a_type_is_complete(kind):
    assert kind.name in node_type_names()
    assert kind.hints.label and kind.hints.description.endswith(".")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.hints.icon)
    config = kind.config.model_validate(example_config(kind))
    outcomes = list(kind.outcomes(config))
    assert len(set(outcomes)) == len(outcomes)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_]{0,39}", outcome) for outcome in outcomes)
    assert set(kind.falls_through) <= set(outcomes)
    assert (outcomes == []) == (kind.kind == "end")
    assert list(kind.checks(config)) == []
    names = {info.alias or name for name, info in kind.config.model_fields.items()}
    assert set(kind.hints.widgets) <= names
    assert all(placeholder in names for placeholder in re.findall(r"{(\w+)}", kind.hints.summary))
    for info in kind.config.model_fields.values():
        assert info.title, "a form needs titles"


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_a_type_has_the_behaviour_of_its_kind(kind):
    has = {name for name in ("decide", "act", "ready", "expand", "events") if getattr(kind, name) is not None}
    if kind.kind in ("split", "loop"):
        assert has == {"decide"}
    elif kind.kind in ("parallel", "merge"):
        assert has == set()
    elif kind.kind == "composite":
        assert has == {"expand"}
    elif kind.kind == "trigger":
        assert has <= {"events"}
    elif kind.function is None:
        assert has == set()
        assert kind.missing.endswith(".")
    else:
        assert "act" in has
    if kind.kind in ("trigger", "composite"):
        assert kind.function == ""
    elif kind.function is not None:
        assert kind.function in NODE_FUNCTIONS


@pytest.mark.parametrize("kind", [k for k in TYPES if k.kind == "composite"], ids=lambda kind: kind.name)
def test_a_composite_expands_to_plain_nodes(kind):
    node = Node(id="x", type=kind.name, config=example_config(kind))
    plain = expand(Workflow(id="w", nodes=(node,)))
    assert plain.nodes
    for part in plain.nodes:
        config = node_type(part.type).config.model_validate(part.config)
        assert node_type(part.type).kind != "composite"
        assert list(node_type(part.type).checks(config)) == []


@pytest.mark.parametrize("name", ["nothing", "base", "_fields", "../exit", "", "a.b"])
def test_what_is_no_type_is_not_found(name):
    with pytest.raises(NotFound):
        node_type(name)


def test_a_type_is_one_file_and_no_list_names_it():
    folder = Path(__file__).parents[3] / "layers/core/python/stepwell/workflows/nodes"
    files = {
        path.stem for path in folder.glob("*.py") if not path.stem.startswith("_") and path.stem != "base"
    }
    assert files == set(node_type_names())
