"""Composites become plain nodes, and edges follow."""

from __future__ import annotations

import pytest
from stepwell.errors import InvalidInput
from stepwell.workflows.expansion import expand, expand_with_origin, part_id
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import RetryPolicy

from tests.unit.workflows.graphs import wf


def test_a_workflow_without_composites_stays_the_same():
    workflow = wf("start -> act")
    assert expand(workflow) is workflow


def test_edges_lead_into_the_first_part_and_out_of_the_last():
    workflow = wf(
        "start -> hi",
        "hi -> act",
        nodes={"hi": ("welcome_sequence", {"steps": ["a", "b"], "interval": "3_days"})},
    )
    expanded = expand_with_origin(workflow)
    graph = Graph(expanded.workflow)
    assert graph.order == ("start", "hi_email_1", "hi_wait_2", "hi_email_2", "act")
    assert graph["hi_wait_2"].config.model_dump()["duration"] == "3_days"
    assert expanded.origin["hi_wait_2"] == "hi"
    assert expanded.origin["act"] == "act"


def test_a_skipped_mail_of_a_series_goes_on():
    graph = Graph(expand(wf("start -> hi", nodes={"hi": ("welcome_sequence", {"steps": ["a", "b"]})})))
    assert set(graph.targets("hi_email_1").values()) == {"hi_wait_2"}
    assert set(graph.targets("hi_email_2").values()) == {None}


def test_outcomes_of_a_composite_begin_where_its_expansion_says():
    workflow = wf(
        "start -> e", "e.not_engaged -> mail", nodes={"e": ("engagement_check", {"check_after": "7_days"})}
    )
    graph = Graph(expand(workflow))
    assert graph.target("e_check", "false") == "mail"
    assert graph.target("e_check", "true") is None


def test_both_ways_of_an_invitation_meet_again():
    workflow = wf(
        "start -> w", "w -> act", nodes={"w": ("webinar_invitation", {"trigger_condition": "score > 1"})}
    )
    graph = Graph(expand(workflow))
    assert graph.targets("w") == {"true": "w_email", "false": "act"}
    assert graph.target("w_email", "sent") == "act"


def test_composites_in_a_row():
    content = ("content_email", {"content_type": "guide"})
    pair = ("email_sequence", {"emails": ["a", "b"]})
    graph = Graph(expand(wf("start -> one", "one -> two", nodes={"one": content, "two": pair})))
    assert graph.order == ("start", "one", "two_email_1", "two_wait_2", "two_email_2")


@pytest.mark.parametrize(
    ("timeline", "kinds"),
    [
        ("relative", ["email_send", "delay_action", "email_send"]),
        ("pre_launch", ["email_send", "delay_action", "email_send", "delay_action"]),
        ("post_launch", ["delay_action", "email_send", "delay_action", "email_send"]),
    ],
)
def test_timelines_without_a_date(timeline, kinds):
    workflow = wf("start -> s", nodes={"s": ("email_sequence", {"emails": ["a", "b"], "timeline": timeline})})
    assert [node.type for node in expand(workflow).nodes if node.id != "start"] == kinds


def test_a_timeline_before_a_date_waits_for_each_mail_s_own_day():
    config = {"emails": ["a", "b"], "timeline": "pre_launch", "date": "event.starts", "spacing": "2_days"}
    nodes = {
        node.id: node for node in expand(wf("start -> s", nodes={"s": ("email_sequence", config)})).nodes
    }
    assert nodes["s_wait_1"].config["ways"] == [{"date": "event.starts", "offset": "-96_hours"}]
    assert nodes["s_wait_2"].config["ways"] == [{"date": "event.starts", "offset": "-48_hours"}]


def test_wait_first_becomes_a_delay_before_the_wait():
    ways = [{"event": "x"}, {"condition": "score > 1", "name": "keen"}]
    workflow = wf(
        "start -> w",
        "w.matched -> act",
        "w.keen -> mail",
        "w.timed_out -> exit",
        nodes={"w": ("wait_until", {"ways": ways, "time_limit": "9_days", "wait_first": "7_days"})},
    )
    graph = Graph(expand(workflow))
    assert graph["w"].type.name == "delay_action"
    assert graph.targets("w_until") == {"matched": "act", "keen": "mail", "timed_out": "exit"}
    assert graph["w_until"].config.model_dump()["time_limit"] == "9_days"


@pytest.mark.parametrize(
    ("config", "types"),
    [
        ({}, ["manual_trigger"]),
        ({"delay": "2_days"}, ["manual_trigger", "delay_action"]),
        ({"schedule": {"rate": "1 day"}}, ["time_based_trigger"]),
        ({"event": "lead_created", "delay": "1_hours"}, ["event_trigger", "delay_action"]),
    ],
)
def test_a_time_trigger_is_a_trigger_and_perhaps_a_delay(config, types):
    plain = expand(wf("t -> act", nodes={"t": ("time_trigger", config)}))
    assert [node.type for node in plain.nodes if node.id != "act"] == types
    assert Graph(plain).triggers == ("t",)
    assert Graph(plain).order[-1] == "act"


def test_a_taken_id_is_refused():
    nodes = {"hi": ("welcome_sequence", {"steps": ["a"]}), "hi_email_1": ("exit", {})}
    with pytest.raises(InvalidInput, match="hi_email_1"):
        expand(wf("start -> hi", nodes=nodes))


def test_part_ids_fit_and_stay_apart():
    one, other = "a" * 40, "a" * 39 + "b"
    assert len(part_id(one, "email_12")) <= 40
    assert part_id(one, "email_12") != part_id(other, "email_12")
    assert part_id("x", "") == "x"


def test_a_retry_policy_holds_for_every_part():
    workflow = wf("start -> c", nodes={"c": ("content_email", {"content_type": "guide"})})
    composite = next(node for node in workflow.nodes if node.id == "c")
    patient = composite.model_copy(update={"retry": RetryPolicy(max_attempts=5)})
    workflow = workflow.model_copy(update={"nodes": (patient,), "edges": ()})
    assert expand(workflow).nodes[0].retry.max_attempts == 5
