"""Actions say what they want done, as data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError
from stepwell.conditions import Activity
from stepwell.workflows.nodes import node_type
from stepwell.workflows.nodes.base import (
    CallHttp,
    End,
    Nothing,
    NotifyTeam,
    PatchProfile,
    QueryDatabase,
    SendEmail,
)

from tests.unit.workflows.graphs import NOW, PROFILE, member, moment

WHO = member(
    {"email": "ann@example.com", "user_id": "u/1", "address": {"city": "Ulm"}},
    context={"name": "order", "message_id": "m1", "properties": {"total": 9.5, "id": "A&B", "items": [1]}},
)


def act(kind, config, who=WHO, **circumstances):
    found = node_type(kind)
    return found.act(found.config.model_validate(config), who, moment(**circumstances))


def faults(kind, config):
    found = node_type(kind)
    return [fault.code for fault in found.checks(found.config.model_validate(config))]


def test_a_mail_takes_the_workflow_s_purpose_unless_it_has_its_own():
    sent = act("email_send", {"template_id": "hi", "variables": {"sum": "{{event.total}}"}, "tag": "news"})
    assert sent == SendEmail("hi", "marketing", variables={"sum": 9.5}, tag="news")
    assert act("email_send", {"template_id": "hi", "purpose": "transactional"}).purpose == "transactional"
    assert faults("email_send", {"template_id": "hi", "purpose": "marketing", "at_least_once": True})
    with pytest.raises(ValidationError):
        act("email_send", {"template_id": "../hi"})


def test_fields_are_set_from_literals_and_references():
    patch = act(
        "data_update",
        {
            "set": {
                "plan": "pro",
                "sum": "{{ event.total }}",
                "note": "to {{address.city}}",
                "gone": "{{event.nope}}",
                "no": None,
            },
            "add": {"orders": 1, "spent": "{{event.total}}", "bad": "{{event.id}}"},
            "remove": ["trial"],
        },
    )
    assert patch == PatchProfile(
        set={"plan": "pro", "sum": 9.5, "note": "to Ulm", "no": None},
        add={"orders": 1, "spent": 9.5},
        remove=("trial",),
    )
    assert faults("data_update", {}) == ["nothing_to_do"]
    assert faults("data_update", {"set": {"a": 1}, "remove": ["a"]}) == ["field_twice"]
    assert faults("data_update", {"add": {"a": "x"}}) == ["not_a_number"]


def test_a_score_is_added_within_bounds():
    assert act("scoring_update", {"score_increment": -5}) == PatchProfile(
        add={"score": -5}, clamp={"score": (0, 1000)}
    )
    assert act("scoring_update", {"score_increment": 25, "model": "lead"}) == PatchProfile(
        points={"lead": 25}
    )


def test_a_call_fills_references_and_keeps_them_in_their_place():
    call = act(
        "api_call",
        {
            "url": "https://api.example.com/{{user_id}}?q={{event.id}}",
            "headers": {"X-City": "{{address.city}}", "Authorization": "secret:api"},
            "body": {"total": "{{event.total}}", "list": ["{{event.items}}"]},
            "save": {"plan": "customer.plan"},
        },
    )
    assert isinstance(call, CallHttp)
    assert call.url == "https://api.example.com/u%2F1?q=A%26B"
    assert call.headers == {"X-City": "Ulm", "Authorization": "secret:api"}
    assert call.body == {"total": 9.5, "list": [[1]]}
    assert act("api_call", {"url": "https://x.example", "method": "GET", "body": {"a": 1}}).body is None


def test_a_value_cannot_add_a_header():
    evil = member({"city": "Ulm\r\nX-Admin: 1"})
    call = act("api_call", {"url": "https://x.example", "headers": {"X-City": "{{city}}"}}, evil)
    assert "\r" not in call.headers["X-City"]
    assert "\n" not in call.headers["X-City"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://x.example", "url"),
        ("/path", "url"),
        ("https://{{event.host}}/x", "url_host"),
        ("https://u:p@x.example", "url_credentials"),
    ],
)
def test_addresses_that_are_refused(url, code):
    for kind in ("api_call", "external_api", "webhook_call"):
        assert faults(kind, {"url": url}) == [code]


def test_an_external_service_gets_its_secret_and_a_webhook_its_contact():
    call = act("external_api", {"url": "https://x.example", "secret": "crm"})
    assert call.headers == {"Authorization": "secret:crm"}
    hook = act("webhook_call", {"url": "https://x.example", "sign": "hook"})
    assert hook.sign == "hook"
    assert hook.body["contact"] == PROFILE
    assert hook.body["event"]["properties"]["total"] == 9.5
    assert act("webhook_call", {"url": "https://x.example", "body": {"a": 1}}).body == {"a": 1}


def test_a_query_keeps_values_out_of_its_text():
    query = act(
        "database_query",
        {
            "statement": "SELECT plan FROM t WHERE id = ?",
            "parameters": ["{{user_id}}"],
            "save": {"plan": "plan"},
        },
    )
    assert query == QueryDatabase("athena", "SELECT plan FROM t WHERE id = ?", ("u/1",), {"plan": "plan"})
    keyed = act(
        "database_query", {"source": "dynamodb", "statement": "t", "parameters": {"pk": "{{profile.id}}"}}
    )
    assert keyed.parameters == {"pk": PROFILE}


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"statement": "DROP TABLE t"}, "query_read_only"),
        ({"statement": "SELECT 1; DELETE FROM t"}, "query_read_only"),
        ({"statement": "SELECT '{{x}}'"}, "query_reference"),
        ({"statement": "SELECT ?"}, "query_parameters"),
        ({"statement": "t", "source": "dynamodb"}, "query_key"),
    ],
)
def test_queries_that_are_refused(config, code):
    assert code in faults("database_query", config)


def test_a_team_is_told():
    told = act(
        "notification_send", {"recipients": ["sales"], "subject": "{{address.city}}\n!", "message": "Hi"}
    )
    assert told == NotifyTeam(("sales",), "Ulm !", "Hi")


def test_an_exit_ends_with_its_reason():
    assert act("exit", {}) == End("exit_node")
    assert act("exit", {"reason": "too_cold", "emit": "cooled"}) == End("too_cold", "cooled")


def test_a_goal_is_met_by_coming_by_an_event_or_by_a_condition():
    assert act("goal", {}) == Nothing(reason="goal_met")
    assert act("goal", {"ends": True}) == End("goal")
    assert act("goal", {"condition": "score > 5", "ends": True}) == Nothing(reason="goal_missed")
    activity = Activity()
    activity.add("order", NOW + timedelta(hours=1))
    history, recent = activity.to_profile()
    bought = member(history=history, recent=recent)
    assert act("goal", {"event": "order", "ends": True}, bought) == End("goal")
    later = member(history=history, recent=recent, entered_at=NOW + timedelta(hours=2))
    assert act("goal", {"event": "order", "ends": True}, later) == Nothing(reason="goal_missed")


def test_texts_need_exactly_one_body():
    assert faults("sms_send", {}) == ["sms_body"]
    assert faults("sms_send", {"text": "a", "template_id": "b"}) == ["sms_body"]
    assert faults("crm_create", {}) == ["nothing_to_do"]
