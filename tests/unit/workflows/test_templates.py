"""The four templates are as the specification has them, pass the checks, expand and compile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.errors import InvalidInput, NotFound, ValidationFailed
from stepwell.workflows.checks import run_checks
from stepwell.workflows.checks.limits import BYTES_A_NODE, BYTES_AN_OUTCOME
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.expansion import expand
from stepwell.workflows.graph import Graph
from stepwell.workflows.nodes._fields import marked
from stepwell.workflows.nodes.email_sequence import Config as Sequence
from stepwell.workflows.nodes.time_based_trigger import Config as Schedule
from stepwell.workflows.templates import load_library, load_template

FOLDER = Path(__file__).parents[3] / "statemachines" / "templates"
LIBRARY = load_library(FOLDER)
TARGETS = CompileTargets("acme", 1, {name: name for name in NODE_FUNCTIONS})
MAILS = {
    "behind_scenes",
    "early_access",
    "educational_guide",
    "email_confirmation",
    "feature_tour",
    "feedback_request",
    "getting_started_guide",
    "newsletter",
    "post_launch_follow_up",
    "quick_win_setup",
    "re_engagement",
    "teaser",
    "webinar_invitation",
    "welcome_email",
}


def steps(template: str) -> list[tuple[str, dict]]:
    return [(node.type, node.config) for node in LIBRARY[template].nodes]


def test_the_library():
    assert list(LIBRARY) == [
        "customer_onboarding_v1",
        "lead_qualification_v1",
        "lead_welcome_v1",
        "product_launch_drip_v1",
    ]
    assert LIBRARY["lead_welcome_v1"].duration == "14_days"
    assert LIBRARY["customer_onboarding_v1"].duration == "30_days"


def test_lead_welcome():
    assert steps("lead_welcome_v1") == [
        ("time_trigger", {"delay": "0_hours", "event": "lead_created"}),
        (
            "email_send",
            {"template_id": "welcome_email", "personalization": ["first_name", "company", "industry"]},
        ),
        ("delay_action", {"duration": "2_days"}),
        ("content_email", {"content_type": "educational_guide"}),
        ("delay_action", {"duration": "3_days"}),
        ("webinar_invitation", {"trigger_condition": "engagement_score > 0.7"}),
    ]


def test_lead_qualification():
    found = steps("lead_qualification_v1")
    assert found[0] == ("behavioral_trigger", {"events": ["page_view", "email_open", "content_download"]})
    assert found[1:4] == [
        ("scoring_update", {"score_increment": 10}),
        ("condition_check", {"condition": "score >= 50"}),
        ("crm_update", {"lead_status": "qualified"}),
    ]
    assert found[4][1]["recipients"] == ["sales_team"]
    assert "form_submission" in LIBRARY["lead_qualification_v1"].settings.filter


def test_customer_onboarding():
    found = steps("customer_onboarding_v1")
    assert found[0] == ("event_trigger", {"event": "customer_signup"})
    assert found[1][1]["steps"] == [
        "email_confirmation",
        "getting_started_guide",
        "feature_tour",
        "quick_win_setup",
    ]
    assert found[2:] == [
        ("engagement_check", {"check_after": "7_days"}),
        ("re_engagement", {"trigger_condition": "engagement < threshold"}),
    ]


def test_product_launch_starts_its_mails_so_that_they_end_at_the_launch():
    workflow = LIBRARY["product_launch_drip_v1"]
    configs = {node.id: node.config for node in workflow.nodes}
    trigger = Schedule.model_validate(configs["product_launch_date"])
    drip = Sequence.model_validate(configs["drip"])
    assert trigger.date_name == "product_launch_date"
    assert (drip.timeline, drip.emails) == ("pre_launch", ("teaser", "behind_scenes", "early_access"))
    assert trigger.lead.days == 3 * len(drip.emails)
    assert configs["announce"] == {
        "platforms": ["twitter", "linkedin", "facebook"],
        "content": "launch_announcement",
    }
    assert configs["distribute"] == {"channels": ["blog", "newsletter", "community"]}
    assert configs["follow_up"] == {"trigger": "post_launch"}


@pytest.mark.parametrize("template", LIBRARY)
def test_a_template_breaks_no_rule_but_missing_channels(template):
    found = run_checks(LIBRARY[template])
    assert {violation.code for violation in found} <= {"channel_missing"}


@pytest.mark.parametrize("template", LIBRARY)
def test_a_template_expands(template):
    graph = Graph(expand(LIBRARY[template]))
    assert len(graph.triggers) == 1
    assert graph.reachable(graph.triggers[0]) == set(graph.nodes)
    for this in graph.nodes.values():
        assert this.type.function is None or this.type.function in ("", *NODE_FUNCTIONS)


@pytest.mark.parametrize("template", ["customer_onboarding_v1", "lead_welcome_v1"])
def test_a_template_whose_channels_are_there_compiles(template):
    graph = Graph(expand(LIBRARY[template]))
    compiled = compile_workflow(graph, TARGETS)
    assert set(graph.nodes) - set(graph.triggers) <= set(compiled.asl["States"])


@pytest.mark.parametrize("template", ["lead_qualification_v1", "product_launch_drip_v1"])
def test_a_template_whose_channels_come_later_compiles_and_says_so(template):
    compiled = compile_workflow(Graph(expand(LIBRARY[template])), TARGETS)
    assert any("this release" in state.get("Comment", "") for state in compiled.asl["States"].values())


def test_the_estimated_size_of_a_definition_is_an_upper_bound():
    for template in ("customer_onboarding_v1", "lead_welcome_v1"):
        graph = Graph(expand(LIBRARY[template]))
        outcomes = sum(len(this.outcomes) for this in graph.nodes.values())
        size = len(json.dumps(compile_workflow(graph, TARGETS).asl).encode())
        assert size <= BYTES_A_NODE * len(graph.nodes) + BYTES_AN_OUTCOME * outcomes <= 1.5 * size


def test_the_mails_that_templates_need():
    found = set()
    for workflow in LIBRARY.values():
        for node in Graph(expand(workflow)).nodes.values():
            found |= {template for _, template in marked(node.config, "template")}
    assert found == MAILS


def test_one_by_name():
    assert load_template(FOLDER, "lead_welcome_v1") == LIBRARY["lead_welcome_v1"]
    for name in ("nothing", "../templates/lead_welcome_v1"):
        with pytest.raises(NotFound):
            load_template(FOLDER, name)


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "a.yaml").write_text("id: b\n")
    with pytest.raises(InvalidInput, match=r"a\.yaml"):
        load_library(tmp_path)
    (tmp_path / "a.yaml").write_text("id: [\n")
    with pytest.raises(ValidationFailed, match=r"a\.yaml"):
        load_library(tmp_path)
