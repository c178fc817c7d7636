"""Conditions as forms show them: a text's tree, a tree's text, and what a workspace knows that speaks against them.

The console has no parser and no printer of its own: its visual builder asks these, so that text and picture cannot
differ from what runs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from stepwell.conditions import (
    Condition,
    ConditionError,
    ConditionSyntaxError,
    FieldSchema,
    FieldType,
    check,
    from_json,
    parse,
    to_json,
    to_text,
)
from stepwell.conditions.unknown import unknown_fields
from stepwell.publishing.checking import known_events
from stepwell.publishing.ports import Known


@dataclass(frozen=True, slots=True)
class ConditionProblem:
    """Something that is wrong with a condition.

    Attributes:
        code: A stable machine name.
        message: What is wrong and how to mend it.
        path: Where in the tree, such as `items[1].left`; empty: the whole of it.
        position: 0-based offset into the text where reading stopped; None: the text can be read.
        severity: An error keeps it from being used.
    """

    code: str
    message: str
    path: str = ""
    position: int | None = None
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class ConditionForm:
    """A condition in both forms.

    Attributes:
        text: As the printer writes it; as it was given where it cannot be read.
        tree: The stored form; None: it cannot be read.
        problems: What is wrong with it.
    """

    text: str
    tree: dict[str, Any] | None
    problems: tuple[ConditionProblem, ...]

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return {"text": self.text, "tree": self.tree, "problems": [asdict(one) for one in self.problems]}


def read_text(text: str, known: Known) -> ConditionForm:
    """Read a condition's text and check it against what a workspace knows."""
    try:
        condition = parse(text)
    except ConditionSyntaxError as error:
        fault = ConditionProblem(error.code, error.message, position=error.position)
        return ConditionForm(text, None, (fault,))
    return _form(condition, known)


def read_tree(tree: dict[str, Any], known: Known) -> ConditionForm:
    """Read a condition's stored form, write its text and check it against what a workspace knows."""
    try:
        condition = from_json(tree)
    except ConditionError as error:
        return ConditionForm("", None, (ConditionProblem(error.code, error.message),))
    return _form(condition, known)


def _form(condition: Condition, known: Known) -> ConditionForm:
    schema = FieldSchema(
        profile=None
        if known.fields is None
        else {name: FieldType(kind) for name, kind in known.fields.items()},
        segments=known.segments,
        events=known_events(),
        open_events=True,
    )
    accepted = unknown_fields(condition, schema) if known.open_fields else frozenset()
    problems = tuple(
        ConditionProblem(
            problem.code,
            f"{str(problem).rstrip('.')}.",
            problem.path,
            severity="warning" if problem.code == "unknown_event" or problem.path in accepted else "error",
        )
        for problem in check(condition, schema)
    )
    return ConditionForm(to_text(condition), to_json(condition), problems)
