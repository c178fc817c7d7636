"""Graphs that the benchmarks run: the reference journey of ten nodes, and long ones for the compiler."""

from __future__ import annotations

from typing import Any

from stepwell.workflows.model import Workflow

REFERENCE_NODES = 10


def reference(*, field_update: bool = False) -> Workflow:
    """Return the reference journey: every contact visits ten nodes, gets two e-mails and waits six days.

    Args:
        field_update: Whether the sides of the split change a profile field each, instead of looking at a goal.
    """
    sides: list[dict[str, Any]] = [
        {"id": "active", "type": "goal", "config": {"event": "page_view", "name": "looked around"}},
        {"id": "quiet", "type": "goal", "config": {"event": "email_opened", "name": "opened"}},
    ]
    if field_update:
        sides = [
            {"id": "active", "type": "scoring_update", "config": {"score_increment": 10}},
            {"id": "quiet", "type": "data_update", "config": {"set": {"stage": "quiet"}}},
        ]
    nodes: list[dict[str, Any]] = [
        {"id": "signed_up", "type": "event_trigger", "config": {"event": "customer_signup"}},
        {"id": "welcome", "type": "email_send", "config": {"template_id": "hello"}},
        {"id": "two_days", "type": "delay_action", "config": {"duration": "2_days"}},
        {
            "id": "looked_around",
            "type": "if_condition",
            "config": {"condition": "count(page_view, 7 days) >= 3"},
        },
        *sides,
        {"id": "draw", "type": "random_split", "config": {"weights": {"a": 50, "b": 50}}},
        {"id": "offer_a", "type": "email_send", "config": {"template_id": "news", "subject": "An offer"}},
        {"id": "offer_b", "type": "email_send", "config": {"template_id": "news", "subject": "Your offer"}},
        {"id": "four_days", "type": "delay_action", "config": {"duration": "4_days"}},
        {"id": "reachable", "type": "if_condition", "config": {"condition": "score >= 0"}},
        {"id": "bought", "type": "goal", "config": {"event": "Order Completed", "name": "bought"}},
        {"id": "over", "type": "exit", "config": {}},
    ]
    edges = [
        ("signed_up", "next", "welcome"),
        ("welcome", "sent", "two_days"),
        ("two_days", "next", "looked_around"),
        ("looked_around", "true", "active"),
        ("looked_around", "false", "quiet"),
        ("active", "next", "draw"),
        ("quiet", "next", "draw"),
        ("draw", "a", "offer_a"),
        ("draw", "b", "offer_b"),
        ("offer_a", "sent", "four_days"),
        ("offer_b", "sent", "four_days"),
        ("four_days", "next", "reachable"),
        ("reachable", "true", "bought"),
        ("reachable", "false", "over"),
        ("bought", "next", "over"),
    ]
    return _workflow("reference", nodes, edges)


def chain(nodes: int) -> Workflow:
    """Return a journey with this many nodes: conditions, updates, e-mails and delays in turn."""
    made: list[dict[str, Any]] = [{"id": "start", "type": "event_trigger", "config": {"event": "go"}}]
    edges: list[tuple[str, str, str]] = []
    ends = [("start", "next")]
    number = 0

    def add(type_: str, config: dict[str, Any], sources: list[tuple[str, str]]) -> str:
        nonlocal number
        number += 1
        made.append({"id": f"n{number}", "type": type_, "config": config})
        edges.extend((source, outcome, f"n{number}") for source, outcome in sources)
        return f"n{number}"

    while number + 6 <= nodes:
        split = add("if_condition", {"condition": f"score >= {number % 100}"}, ends)
        yes = add("scoring_update", {"score_increment": 5}, [(split, "true")])
        no = add("data_update", {"set": {"stage": f"s{number}"}}, [(split, "false")])
        mail = add("email_send", {"template_id": "hello"}, [(yes, "next"), (no, "next")])
        wait = add("delay_action", {"duration": "1_day"}, [(mail, "sent")])
        more = add("data_update", {"add": {"orders": 1}}, [(wait, "next")])
        ends = [(more, "next")]
    while number < nodes:
        ends = [(add("data_update", {"set": {"last": number}}, ends), "next")]
    return _workflow(f"chain_{nodes}", made, edges)


def _workflow(name: str, nodes: list[dict[str, Any]], edges: list[tuple[str, str, str]]) -> Workflow:
    return Workflow.model_validate(
        {
            "schema_version": 1,
            "id": name,
            "name": name,
            "purpose": "marketing",
            "nodes": nodes,
            "edges": [{"source": s, "outcome": o, "target": t} for s, o, t in edges],
        }
    )
