"""How fast compiled conditions are, against the same twenty rules in JsonLogic over the same facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from json_logic import jsonLogic
from stepwell.conditions import Condition, Facts, compile_condition, parse
from stepwell.conditions.models import (
    And,
    Compare,
    Contains,
    FieldRef,
    Membership,
    Not,
    Operand,
    Or,
    Value,
)

from bench.results import Result
from bench.speed import best

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAR = 30.0
TURNS, ALIKE = 10, 30
# What both languages can say: JsonLogic knows neither events that were nor days.
TEXTS = (
    "event.total > 100",
    'event.total >= 50 and plan == "pro"',
    'event.total > 20 and event.total < 80 and country == "de"',
    'plan == "free" or plan == "trial"',
    'country in ["de", "at", "ch"]',
    'event.path contains "/pricing"',
    'event.path contains "/blog" and not (plan == "pro")',
    "lead_score >= 300",
    "lead_score >= 150 and lead_score < 300",
    "age >= 18 and age < 30",
    'age >= 65 or plan == "senior"',
    'event.currency == "eur" and event.total > 10',
    'industry == "retail" and size > 100',
    'industry in ["retail", "media"] and lead_score > 50',
    'not (country in ["us", "ca"]) and event.total > 5',
    'title contains "head" or title contains "chief"',
    'plan == "pro" and (country == "de" or country == "fr") and age > 20',
    "orders >= 3 and event.total > 30",
    "orders == 1",
    'event.label == "upgrade" and plan == "free" and lead_score > 100',
)
PEOPLE: tuple[Mapping[str, Any], ...] = tuple(
    {
        "plan": ("free", "pro", "trial")[n % 3],
        "country": ("de", "fr", "us", "ch")[n % 4],
        "age": 17 + n * 3,
        "lead_score": n * 25,
        "industry": ("retail", "media", "energy")[n % 3],
        "size": n * 20,
        "title": ("head of sales", "engineer", "chief buyer")[n % 3],
        "orders": n % 5,
    }
    for n in range(20)
)
EVENTS: tuple[Mapping[str, Any], ...] = tuple(
    {
        "total": n * 7,
        "path": ("/pricing", "/blog/why", "/")[n % 3],
        "currency": "eur",
        "label": ("upgrade", "more")[n % 2],
    }
    for n in range(20)
)
_OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def json_logic(condition: Condition) -> Any:
    """Write a condition as JsonLogic.

    Raises:
        ValueError: JsonLogic cannot say it.
    """
    match condition:
        case And(items=items):
            return {"and": [json_logic(item) for item in items]}
        case Or(items=items):
            return {"or": [json_logic(item) for item in items]}
        case Not(item=item):
            return {"!": [json_logic(item)]}
        case Compare(op=op, left=left, right=right):
            return {_OPERATORS[op]: [_operand(left), _operand(right)]}
        case Membership(op="in", left=left, values=values):
            return {"in": [_operand(left), list(values)]}
        case Contains(left=left, values=(value,)):
            return {"in": [value, _operand(left)]}
    raise ValueError(f"not in JsonLogic: {condition}")


def _operand(operand: Operand) -> Any:
    match operand:
        case FieldRef(scope="event", path=("properties", *path)):
            return {"var": ".".join(["event", *path])}
        case FieldRef(scope="profile", path=path):
            return {"var": ".".join(path)}
        case Value(value=value):
            return value
    raise ValueError(f"not in JsonLogic: {operand}")


def rules() -> list[Result]:
    """Time twenty rules over twenty contacts, both ways."""
    conditions = [parse(text) for text in TEXTS]
    tests = [compile_condition(condition) for condition in conditions]
    logic = [json_logic(condition) for condition in conditions]
    facts = [
        Facts(person, {"name": "x", "properties": event})
        for person, event in zip(PEOPLE, EVENTS, strict=True)
    ]
    data = [{**person, "event": event} for person, event in zip(PEOPLE, EVENTS, strict=True)]

    # Rule by rule over all contacts, as a cohort is asked.
    def ours() -> list[bool]:
        return [test(one, NOW) for test in tests for one in facts]

    def theirs() -> list[bool]:
        return [jsonLogic(rule, one) for rule in logic for one in data]

    if ours() != [bool(answer) for answer in theirs()]:
        raise ValueError("the two answer differently")
    asked = len(facts) * len(tests)
    mine, other = (asked / seconds for seconds in _seconds(ours, theirs))
    note = "20 rules x 20 contacts, the same answers; against json-logic-modernized 1.0.1; processor time"
    return [
        Result("rules_per_s", mine, "rules/s", baseline=other, note=note, better="above"),
        Result("rules_vs_json_logic", mine / other, "x", note=note, bar=BAR, better="above"),
    ]


def _seconds(quick: Callable[[], object], slow: Callable[[], object]) -> tuple[float, float]:
    """Return the least processor time of each; in turns and about as long, so that a busy machine slows both alike."""

    def many() -> None:
        for _ in range(ALIKE):
            quick()

    times = [(best(many) / ALIKE, best(slow)) for _ in range(TURNS)]
    return min(mine for mine, _ in times), min(other for _, other in times)
