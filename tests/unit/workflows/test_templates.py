"""The templates are as the specification has them, pass the checks, expand and compile."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput, NotFound, ValidationFailed
from stepwell.profiles.fold import Fold
from stepwell.scoring.defaults import LEAD
from stepwell.triggers.rules import Told
from stepwell.workflows.checks import run_checks
from stepwell.workflows.checks.limits import BYTES_A_NODE, BYTES_AN_OUTCOME
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.expansion import expand
from stepwell.workflows.facts import compiled, profile_facts
from stepwell.workflows.graph import Graph
from stepwell.workflows.nodes._fields import marked
from stepwell.workflows.nodes.email_sequence import Config as Sequence
from stepwell.workflows.nodes.time_based_trigger import Config as Schedule
from stepwell.workflows.templates import load_library, load_template

FOLDER = Path(__file__).parents[3] / "statemachines" / "templates"
LIBRARY = load_library(FOLDER)
TARGETS = CompileTargets("acme", 1, {name: name for name in NODE_FUNCTIONS})
NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
MAILS = {
    "back_in_stock",
    "behind_scenes",
    "demo_offer",
    "early_access",
    "educational_guide",
    "email_confirmation",
    "executive_outreach",
    "feature_tour",
    "feedback_request",
    "getting_started_guide",
    "new_content",
    "newsletter",
    "post_launch_follow_up",
    "premium_content",
    "price_drop",
    "quick_win_setup",
    "re_engagement",
    "sharing_thanks",
    "sms_account_alert",
    "sms_appointment_reminder",
    "sms_cart_reminder",
    "sms_feedback_request",
    "sms_opt_in",
    "sms_order_confirmation",
    "sms_promotion",
    "sms_re_engagement",
    "sms_shipping_update",
    "sms_support_ticket",
    "teaser",
    "webinar_invitation",
    "welcome_email",
}


TEXTS = sorted(name for name in LIBRARY if name.startswith("sms_"))
PUSHES = [
    "push_expirations_v1",
    "push_feature_usage_v1",
    "push_inactivity_v1",
    "push_new_content_v1",
    "push_page_abandonment_v1",
    "push_price_changes_v1",
    "push_reminders_v1",
    "push_stock_updates_v1",
    "push_updates_v1",
]


def steps(template: str) -> list[tuple[str, dict]]:
    return [(node.type, node.config) for node in LIBRARY[template].nodes]


def test_the_library():
    assert list(LIBRARY) == [
        "back_in_stock_v1",
        "customer_onboarding_v1",
        "lead_qualification_v1",
        "lead_score_daily_v1",
        "lead_score_high_v1",
        "lead_score_low_v1",
        "lead_score_medium_v1",
        "lead_score_weekly_v1",
        "lead_welcome_v1",
        "new_content_v1",
        "newsletter_resend_v1",
        "price_drop_v1",
        "pricing_interest_v1",
        "product_launch_drip_v1",
        *PUSHES,
        "sms_account_alerts_v1",
        "sms_appointment_reminders_v1",
        "sms_cart_abandonment_v1",
        "sms_double_opt_in_v1",
        "sms_feedback_requests_v1",
        "sms_order_confirmation_v1",
        "sms_promotion_v1",
        "sms_re_engagement_v1",
        "sms_shipping_updates_v1",
        "sms_support_tickets_v1",
        "social_escalation_v1",
        "social_thank_you_v1",
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


BANDS = {
    "lead_score_high_v1": ("low", "high", "up"),
    "lead_score_medium_v1": ("low", "medium", "up"),
    "lead_score_low_v1": ("medium", "low", "down"),
}


@pytest.mark.parametrize("template", BANDS)
def test_bands_of_the_default_model_start_their_own_template_and_no_other(template):
    where = LIBRARY[template].nodes[0].config["where"]
    for other, (before, band, direction) in BANDS.items():
        properties = {"model": "lead", "from_band": before, "band": band, "direction": direction}
        event = {"name": "score_threshold_crossed", "properties": properties}
        assert compiled(where).test(profile_facts(Profile("p"), event=event), NOW) is (other == template)
        stranger = {**event, "properties": {**properties, "model": "product"}}
        assert not compiled(where).test(profile_facts(Profile("p"), event=stranger), NOW)


def test_the_actions_and_notifications_of_the_default_model_have_templates():
    bands = {band["id"]: band for band in LEAD["bands"]}
    named = {
        band: {node.id for node in LIBRARY[f"lead_score_{band}_v1"].nodes}
        for band in ("high", "medium", "low")
    }
    for band, nodes in named.items():
        assert set(bands[band]["actions"]) <= nodes
    told = {
        name: [n.config["recipients"] for n in LIBRARY[name].nodes if n.type == "notification_send"]
        for name in ("lead_score_high_v1", "lead_score_daily_v1", "lead_score_weekly_v1")
    }
    assert [[list(teams) for teams in one] for one in told.values()] == [
        [["sales_team"]],
        [["sales_team"]],
        [["marketing_team"]],
    ]


@pytest.mark.parametrize(
    ("template", "state", "events", "expected"),
    [
        ("lead_score_daily_v1", 300.0, 1, True),
        ("lead_score_daily_v1", 300.0, 0, False),
        ("lead_score_daily_v1", 150.0, 1, False),
        ("lead_score_weekly_v1", 150.0, 1, True),
        ("lead_score_weekly_v1", 300.0, 1, False),
    ],
)
def test_whom_the_digests_list(template, state, events, expected):
    at = NOW - timedelta(hours=1)
    scores = {"lead": [1, int(at.timestamp()), 1, "100/0/1000/0.95/2592000", {"~": [state - 90, 1]}]}
    folding = Fold(Profile("p", scores=scores))
    for _ in range(events):
        told = Told("score_threshold_crossed", int(at.timestamp() * 1000), {})
        folding.add_derived(told.name, told.at, told.properties)
    profile = folding.result()
    audience = LIBRARY[template].nodes[0].config["audience"]
    assert compiled(audience).test(profile_facts(profile, now=NOW), NOW) is expected


@pytest.mark.parametrize(
    "template",
    [
        "customer_onboarding_v1",
        "lead_welcome_v1",
        *BANDS,
        "lead_score_daily_v1",
        "lead_score_weekly_v1",
        "pricing_interest_v1",
        *TEXTS,
        *PUSHES,
        "product_launch_drip_v1",
        "social_escalation_v1",
        "social_thank_you_v1",
    ],
)
def test_a_template_whose_channels_are_there_compiles(template):
    graph = Graph(expand(LIBRARY[template]))
    machine = compile_workflow(graph, TARGETS)
    assert set(graph.nodes) - set(graph.triggers) <= set(machine.asl["States"])


@pytest.mark.parametrize("template", ["lead_qualification_v1"])
def test_a_template_whose_channels_come_later_compiles_and_says_so(template):
    machine = compile_workflow(Graph(expand(LIBRARY[template])), TARGETS)
    assert any("this release" in state.get("Comment", "") for state in machine.asl["States"].values())


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
