"""Conditions in both forms, known events, the next runs of a schedule."""

from __future__ import annotations

from typing import Literal

from replies.forms import Json, Reply, Time


class ConditionProblem(Reply):
    """Something that is wrong with a condition.

    Attributes:
        path: Where in the tree, such as `items[1].left`; empty: the whole of it.
        position: 0-based offset into the text where reading stopped; null: the text can be read.
        severity: An error keeps it from being used.
    """

    code: str
    message: str
    path: str
    position: int | None
    severity: Literal["error", "warning"]


class ConditionForm(Reply):
    """A condition as text and as a tree.

    Attributes:
        text: As the printer writes it; as it was given where it cannot be read.
        tree: The stored form; null: it cannot be read.
    """

    text: str
    tree: Json | None
    problems: list[ConditionProblem]


class EventKind(Reply):
    """An event with a known meaning.

    Attributes:
        family: Where it comes from; `catalog` and `contact` are the platform's own.
        when: When it happens, for people.
        properties: Type of each property; others may come along.
        synonyms: Other names of the same event.
    """

    name: str
    family: Literal["website", "email", "sms", "push", "social", "ads", "offline", "catalog", "contact"]
    when: str
    properties: dict[str, Literal["text", "number", "boolean", "date", "list", "object"]]
    synonyms: list[str]


class ScheduleRuns(Reply):
    """When a schedule would fire.

    Attributes:
        expression: `at(…)`, `rate(…)` or `cron(…)`; empty: the schedule cannot be read.
        time_zone: The zone of its clock.
        next: The next firings; those of a rate count from now.
        problem: Why it cannot be read; may be empty.
    """

    expression: str
    time_zone: str
    next: list[Time]
    problem: str
