"""One minimal violating graph a rule; what else such a graph breaks is listed too, so that no rule is noisy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.conditions import FieldSchema, FieldType
from stepwell.errors import ValidationFailed
from stepwell.workflows.checks import CheckContext, Limits, Violation, ensure_valid, rules, run_checks
from stepwell.workflows.checks.base import Drawing
from stepwell.workflows.model import Edge, Node, RetryPolicy, Workflow

from tests.unit.workflows.graphs import wf

KNOWN = CheckContext(
    templates=frozenset({"hello", "welcome_email", "hello_text", "hello_push"}),
    channels={"hello": "email", "welcome_email": "email", "hello_text": "sms", "hello_push": "push"},
    teams=frozenset({"sales_team"}),
    models=frozenset({"lead"}),
    fields=FieldSchema(
        profile={"score": FieldType.NUMBER, "plan": FieldType.TEXT, "first_name": FieldType.TEXT},
        events={"signup": {"total": FieldType.NUMBER}, "email_opened": {}},
        segments=frozenset({"vips"}),
    ),
    now=datetime(2026, 3, 2, tzinfo=UTC),
)


@dataclass
class Case:
    """A graph and what must be said of it, as ``code@node`` (and ``!field`` where it matters)."""

    name: str
    workflow: Workflow
    expected: set[str]
    context: CheckContext = field(default_factory=CheckContext)


def node(kind: str, **config: Any) -> tuple[str, dict[str, Any]]:
    return kind, config


def case(name: str, expected: str, *edges: str, context: CheckContext | None = None, **more: Any) -> Case:
    return Case(name, wf(*edges, **more), set(expected.split()), context or CheckContext())


SEND = ("start -> mail",)
PAR = ("start -> par", "par.branch_1 -> act1", "par.branch_2 -> act2", "act1 -> merge", "act2 -> merge")

CASES = [
    Case(
        "duplicate id",
        Workflow(
            id="w",
            nodes=(
                Node(id="t", type="manual_trigger"),
                Node(id="a", type="exit"),
                Node(id="a", type="exit"),
            ),
            edges=(Edge(source="t", target="a"),),
        ),
        {"duplicate_id@a"},
    ),
    case("reserved id", "reserved_id@finish", "start -> finish", nodes={"finish": node("exit")}),
    case(
        "a part's id is taken",
        "duplicate_id@hi_email_1",
        "start -> hi",
        "hi -> hi_email_1",
        nodes={"hi": node("welcome_sequence", steps=["a"]), "hi_email_1": node("exit")},
    ),
    case("unknown type", "unknown_type@a", "start -> a", nodes={"a": node("email_sent")}),
    case("missing field", "missing_field@a!config.cases", "start -> a", nodes={"a": node("switch_case")}),
    case(
        "empty field",
        "missing_field@t!config.event",
        "t -> act",
        nodes={"t": node("event_trigger", event="")},
    ),
    case(
        "no message",
        "missing_template@a!config.template_id",
        "start -> a",
        nodes={"a": node("email_send")},
    ),
    case(
        "empty message",
        "missing_template@a!config.template_id",
        "start -> a",
        nodes={"a": node("email_send", template_id="")},
    ),
    case(
        "one of several messages is empty",
        "missing_template@a!config.steps.1",
        "start -> a",
        nodes={"a": node("welcome_sequence", steps=["hello", ""])},
    ),
    case(
        "no name of a message",
        "config@a!config.template_id",
        "start -> a",
        nodes={"a": node("email_send", template_id="Hello there")},
    ),
    case(
        "unknown setting",
        "unknown_setting@a!config.templat",
        "start -> a",
        nodes={"a": node("email_send", template_id="hello", templat="x")},
    ),
    case(
        "bad duration",
        "config@a!config.duration",
        "start -> a",
        nodes={"a": node("delay_action", duration="2 moons")},
    ),
    case(
        "wait too long",
        "wait_too_long@a!config.duration",
        "start -> a",
        nodes={"a": node("delay_action", duration="9999_days")},
    ),
    case("long wait", "long_wait@a", "start -> a", nodes={"a": node("delay_action", duration="400_days")}),
    case(
        "unbounded wait",
        "unbounded_wait@a!config.time_limit",
        "start -> a",
        "a.matched -> exit",
        nodes={"a": node("wait_until", ways=[{"event": "x"}])},
    ),
    case(
        "bad cron",
        "config@t!config.schedule",
        "t -> exit",
        nodes={"t": node("time_based_trigger", schedule={"cron": "0 9 * * MON *"})},
    ),
    case(
        "bad zone of a trigger",
        "config@t!config.time_zone",
        "t -> exit",
        nodes={"t": node("time_based_trigger", schedule={"rate": "1 day"}, time_zone="Mars/Base")},
    ),
    case("bad zone of the workflow", "time_zone@", "start -> exit", settings={"time_zone": "Mars/Base"}),
    case(
        "an own rule of a type",
        "query_read_only@a!config.statement",
        "start -> a",
        nodes={"a": node("database_query", statement="DELETE FROM t")},
    ),
    Case(
        "edge to nowhere",
        wf("start -> act").model_copy(
            update={"edges": (Edge(source="start", target="act"), Edge(source="act", target="gone"))}
        ),
        {"edge_to_nowhere@act"},
    ),
    case("edge into trigger", "edge_into_trigger@act cycle@start", "start -> act", "act -> start"),
    case("unknown outcome", "unknown_outcome@act", "start -> act", "act.sent -> exit"),
    Case(
        "outcome twice",
        Workflow(
            id="w",
            nodes=(Node(id="t", type="manual_trigger"), Node(id="a", type="exit"), Node(id="b", type="exit")),
            edges=(Edge(source="t", target="a"), Edge(source="t", target="b")),
        ),
        {"outcome_twice@t"},
    ),
    case("missing outcome", "missing_outcome@if!outcomes.false", "start -> if", "if.true -> act"),
    case("trigger leads nowhere", "missing_outcome@start", nodes={"start": node("event_trigger", event="x")}),
    case(
        "timed_out must be wired for what may never come",
        "missing_outcome@a!outcomes.timed_out",
        "start -> a",
        "a.matched -> act",
        nodes={"a": node("wait_until", ways=[{"event": "x"}], time_limit="1_days")},
    ),
    case(
        "a time of day comes for certain",
        "",
        "start -> a",
        "a.matched -> act",
        nodes={"a": node("wait_until", ways=[{"time_of_day": "09:00"}], time_limit="2_days")},
    ),
    Case(
        "retry of what cannot fail",
        wf("start -> if", "if.true -> exit", "if.false -> exit").model_copy(
            update={
                "nodes": (
                    Node(id="start", type="event_trigger", config={"event": "x"}),
                    Node(id="if", type="if_condition", config={"condition": "a > 1"}, retry=RetryPolicy()),
                    Node(id="exit", type="exit"),
                )
            }
        ),
        {"retry_without_effect@if"},
    ),
    case("no trigger", "no_trigger@", nodes={"a": node("exit")}),
    case(
        "ambiguous triggers",
        "ambiguous_triggers@start",
        "start -> act",
        "t -> act",
        nodes={"t": node("behavioral_trigger", events=["signup", "visit"])},
    ),
    case("unreachable", "unreachable@act", "start -> exit", nodes={"act": node("exit")}),
    case("cycle", "cycle@act1", "start -> act1", "act1 -> act2", "act2 -> act1"),
    case(
        "no way out",
        "no_way_out@start no_way_out@loop no_way_out@act1 no_way_out@act2 jump_into_loop@loop",
        "start -> loop",
        "loop.body -> act1",
        "act1 -> act2",
        "act2 -> loop",
        "loop.done -> act2",
    ),
    case(
        "cycle over done",
        "cycle@loop",
        "start -> loop",
        "loop.body -> act1",
        "act1 -> loop",
        "loop.done -> act2",
        "act2 -> loop",
    ),
    case(
        "jump into a loop",
        "jump_into_loop@if",
        "start -> if",
        "if.true -> loop",
        "if.false -> act2",
        "loop.body -> act1",
        "act1 -> act2",
        "act2 -> loop",
        "loop.done -> exit",
    ),
    case("open loop body", "loop_body_open@loop", "start -> loop", "loop.body -> exit", "loop.done -> exit"),
    case(
        "parallel without merge",
        "parallel_without_merge@par",
        "start -> par",
        "par.branch_1 -> act1",
        "par.branch_2 -> act2",
    ),
    case("merge without parallel", "merge_without_parallel@merge", "start -> merge"),
    case(
        "a branch ends before the merge",
        "branch_misses_merge@act2",
        "start -> par",
        "par.branch_1 -> act1",
        "par.branch_2 -> act2",
        "act1 -> merge",
    ),
    case(
        "branches meet early",
        "branches_meet_early@act1 branches_meet_early@act2",
        "start -> par",
        "par.branch_1 -> act1",
        "par.branch_2 -> act2",
        "act1 -> act3",
        "act2 -> act3",
        "act3 -> merge",
    ),
    case(
        "a jump into a branch",
        "jump_into_parallel@if",
        "start -> if",
        "if.true -> par",
        "if.false -> act1",
        *PAR[1:],
    ),
    case(
        "exit in parallel",
        "exit_in_parallel@exit",
        "start -> par",
        "par.branch_1 -> if",
        "par.branch_2 -> act2",
        "if.true -> exit",
        "if.false -> merge",
        "act2 -> merge",
    ),
    case(
        "ending goal in parallel",
        "exit_in_parallel@g",
        "start -> par",
        "par.branch_1 -> g",
        "par.branch_2 -> merge",
        "g -> merge",
        nodes={"g": node("goal", ends=True)},
    ),
    case(
        "condition syntax",
        "condition_syntax@if!config.condition",
        "start -> if",
        "if.true -> act",
        "if.false -> act",
        nodes={"if": node("if_condition", condition="score >>= 5")},
    ),
    case(
        "filter syntax", "condition_syntax@!settings.filter", "start -> act", settings={"filter": "score is"}
    ),
    case(
        "type error in a condition",
        "type_mismatch@if!config.condition",
        "start -> if",
        "if.true -> exit",
        "if.false -> exit",
        nodes={"if": node("if_condition", condition='score > "many"')},
        context=KNOWN,
    ),
    case(
        "unknown field in a condition",
        "unknown_field@if!config.condition",
        "start -> if",
        "if.true -> exit",
        "if.false -> exit",
        nodes={"if": node("if_condition", condition="scor > 5")},
        context=KNOWN,
    ),
    case(
        "unknown segment",
        "unknown_segment@if",
        "start -> if",
        "if.true -> exit",
        "if.false -> exit",
        nodes={"if": node("if_condition", condition='in segment "vip"')},
        context=KNOWN,
    ),
    case(
        "unknown template",
        "unknown_template@a!config.template_id",
        "start -> a",
        nodes={"a": node("email_send", template_id="helo")},
        context=KNOWN,
    ),
    case(
        "unknown template of a composite",
        "unknown_template@a!config.steps.1",
        "start -> a",
        nodes={"a": node("welcome_sequence", steps=["hello", "bye"])},
        context=KNOWN,
    ),
    case(
        "mail in a text message",
        "wrong_channel@a!config.template_id",
        "start -> a",
        nodes={"a": node("sms_send", template_id="hello")},
        context=KNOWN,
    ),
    case(
        "text message in a notification",
        "wrong_channel@a!config.template_id",
        "start -> a",
        nodes={"a": node("web_push", template_id="hello_text")},
        context=KNOWN,
    ),
    case(
        "notification in a mail of a composite",
        "wrong_channel@a!config.steps.1",
        "start -> a",
        nodes={"a": node("welcome_sequence", steps=["hello", "hello_push"])},
        context=KNOWN,
    ),
    case(
        "text message at the best time, by its own channel",
        "",
        "start -> a",
        nodes={"a": node("sms_send", template_id="hello_text", send_time_optimization="ai_powered")},
        context=KNOWN,
    ),
    case(
        "mail at the best time of a text message",
        "wrong_channel@a!config.template_id",
        "start -> a",
        nodes={"a": node("sms_send", template_id="hello", send_time_optimization="ai_powered")},
        context=KNOWN,
    ),
    case(
        "unknown personalization field",
        "unknown_field@a!config.personalization.0",
        "start -> a",
        nodes={"a": node("email_send", template_id="hello", personalization=["frist_name"])},
        context=KNOWN,
    ),
    case(
        "new field",
        "new_field@a!config.set.tier",
        "start -> a",
        nodes={"a": node("data_update", set={"tier": "gold"})},
        context=KNOWN,
    ),
    case(
        "unknown reference",
        "unknown_reference@a!config.set",
        "start -> a",
        nodes={"a": node("data_update", set={"plan": "{{event.amount}}"})},
        context=KNOWN,
    ),
    case(
        "unknown team",
        "unknown_team@a",
        "start -> a",
        nodes={"a": node("notification_send", recipients=["sale_team"])},
        context=KNOWN,
    ),
    case(
        "unknown scoring model",
        "unknown_scoring_model@a",
        "start -> a",
        nodes={"a": node("scoring_update", score_increment=5, model="led")},
        context=KNOWN,
    ),
    case(
        "known scoring model",
        "",
        "start -> a",
        nodes={"a": node("scoring_update", score_increment=5, model="lead")},
        context=KNOWN,
    ),
    case("no purpose", "no_purpose@mail", *SEND, purpose=None),
    case(
        "unsafe re-entry",
        "unsafe_reentry@",
        *SEND,
        settings={"reentry": {"rule": "any_time", "interval_minutes": 0}},
    ),
    case("frequent re-entry", "frequent_reentry@", *SEND, settings={"reentry": {"rule": "any_time"}}),
    case(
        "keyed entry is safe",
        "",
        *SEND,
        settings={"reentry": {"rule": "any_time", "interval_minutes": 0}, "entry_key": "event.order_id"},
    ),
    case(
        "own mail triggers",
        "self_trigger@t",
        "t -> mail",
        nodes={"t": node("behavioral_trigger", events=["email_open"])},
        settings={"reentry": {"rule": "after_exit"}},
    ),
    case(
        "own notification triggers",
        "self_trigger@t",
        "t -> n",
        nodes={"t": node("behavioral_trigger", events=["push_open"]), "n": node("web_push", title="x")},
        settings={"reentry": {"rule": "after_exit"}},
    ),
    case(
        "own exit event triggers",
        "self_trigger@start",
        "start -> e",
        nodes={"e": node("exit", emit="signup")},
        settings={"reentry": {"rule": "after_exit"}},
    ),
    case(
        "channel missing",
        "channel_missing@a",
        "start -> a",
        nodes={"a": node("crm_create", fields={"name": "x"})},
    ),
    case(
        "a post about one contact",
        "personal_post@a",
        "start -> a",
        nodes={"a": node("social_post", platforms=["x"], content="Hi {{ first_name }}")},
    ),
    case(
        "a post about one contact's event",
        "personal_post@a",
        "start -> a",
        nodes={"a": node("social_post", platforms=["linkedin"], content="{% if event.total %}Hi{% endif %}")},
    ),
    case(
        "a post that is no template",
        "bad_template@a",
        "start -> a",
        nodes={"a": node("social_post", platforms=["linkedin"], content="{{ oops")},
    ),
    case(
        "date has passed",
        "schedule_past@t",
        "t -> act",
        nodes={"t": node("time_based_trigger", schedule={"at": "2026-03-05T09:00"}, lead_time="9_days")},
        context=CheckContext(now=KNOWN.now),
    ),
    case(
        "bad goal window",
        "duration@!settings.goals.0.within",
        "start -> act",
        settings={"goals": [{"event": "x", "within": "soon"}]},
    ),
    case("too many nodes", "too_many_nodes@", "start -> act", context=CheckContext(limits=Limits(nodes=1))),
    case(
        "definition too large",
        "definition_too_large@",
        "start -> act",
        context=CheckContext(limits=Limits(definition_bytes=500)),
    ),
    case(
        "too many outcomes",
        "too_many_outcomes@if",
        "start -> if",
        "if.true -> exit",
        "if.false -> exit",
        context=CheckContext(limits=Limits(outcomes=1)),
    ),
    case("machine name", "machine_name@", "start -> act", context=CheckContext(machine_prefix="p" * 80)),
    case(
        "large configs",
        "document_too_large@",
        "start -> a",
        nodes={"a": node("data_update", set={"text": "x" * 400_000})},
    ),
]


def written(violation: Violation, wanted: set[str]) -> str:
    short = f"{violation.code}@{violation.node}"
    long = f"{short}!{violation.place}"
    return long if long in wanted else short


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_minimal_graph_breaks_its_rule_and_no_other(case):
    found = run_checks(case.workflow, case.context)
    assert {written(violation, case.expected) for violation in found} == case.expected
    for violation in found:
        assert violation.message.rstrip().endswith((".", "?")), violation.message


def test_every_rule_has_a_case():
    drawings = [Drawing(case.workflow, case.context) for case in CASES]
    quiet = [name for name, rule in rules().items() if not any(list(rule(drawing)) for drawing in drawings)]
    assert quiet == []
    assert len(rules()) >= 30


@pytest.mark.parametrize(
    "edges",
    [
        ("start -> act",),
        ("start -> if", "if.true -> mail", "if.false -> exit"),
        PAR,
        (
            "start -> par1",
            "par1.branch_1 -> par2",
            "par1.branch_2 -> wait",
            "par2.branch_1 -> act1",
            "par2.branch_2 -> act2",
            "act1 -> merge2",
            "act2 -> merge2",
            "merge2.merged -> merge1",
            "wait -> merge1",
        ),
        (
            "start -> par",
            "par.branch_1 -> loop",
            "loop.body -> wait",
            "wait -> loop",
            "loop.done -> merge",
            "par.branch_2 -> if",
            "if.true -> merge",
            "if.false -> merge",
        ),
        (
            "start -> loop",
            "loop.body -> par",
            "par.branch_1 -> wait",
            "par.branch_2 -> act",
            "wait -> merge",
            "act -> merge",
            "merge.merged -> loop",
            "loop.done -> exit",
        ),
    ],
)
def test_sound_graphs_break_nothing(edges):
    assert run_checks(wf(*edges)) == []


def test_all_violations_come_at_once():
    workflow = wf(
        "start -> if",
        "if.true -> a",
        "a -> b",
        "b -> a",
        nodes={"a": node("email_send"), "b": node("nonsense"), "c": node("exit")},
    )
    codes = {violation.code for violation in run_checks(workflow)}
    assert codes >= {"missing_template", "unknown_type", "cycle", "missing_outcome", "unreachable"}


def test_a_syntax_fault_names_its_position():
    workflow = wf(
        "start -> if",
        "if.true -> exit",
        "if.false -> exit",
        nodes={"if": node("if_condition", condition="score >")},
    )
    (violation,) = run_checks(workflow)
    assert violation.position == 7
    assert violation.document()["position"] == 7


def test_the_word_threshold_is_known_where_it_means_the_setting():
    workflow = wf("start -> a", nodes={"a": node("re_engagement")})
    assert run_checks(workflow, CheckContext(fields=KNOWN.fields)) == []


def test_saving_minds_less_than_publishing():
    missing = [Violation("channel_missing", "No.", "a", publish_only=True)]
    ensure_valid(missing, publishing=False)
    ensure_valid([Violation("new_field", "New.", "a", severity="warning")], publishing=True)
    with pytest.raises(ValidationFailed) as caught:
        ensure_valid(missing, publishing=True)
    assert caught.value.violations[0]["code"] == "channel_missing"
