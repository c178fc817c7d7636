"""What a workflow reads of contacts: its conditions, and the fields that its nodes and texts name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stepwell.conditions import Condition, ConditionError
from stepwell.workflows.checks.base import CheckContext, Drawing
from stepwell.workflows.checks.content import conditions_of, setting_conditions
from stepwell.workflows.facts import read_condition
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes._fields import marked
from stepwell.workflows.references import ROOTS, references_in


@dataclass(frozen=True, slots=True)
class Reads:
    """What a workflow reads.

    Attributes:
        conditions: All that can be read, of nodes and settings.
        fields: Profile fields, as dotted paths, that are named outside of conditions.
    """

    conditions: tuple[Condition, ...]
    fields: frozenset[str]


def reads(workflow: Workflow) -> Reads:
    """Return what a workflow reads."""
    drawing = Drawing(workflow, CheckContext())
    return Reads(tuple(_conditions(drawing)), frozenset(_fields(drawing)))


def _conditions(drawing: Drawing) -> Iterator[Condition]:
    texts = [text for _, part in drawing.parts for _, text in conditions_of(part)]
    texts += [text for _, text, _ in setting_conditions(drawing)]
    for text in texts:
        if text:
            try:
                yield read_condition(text)
            except ConditionError:
                continue


def _fields(drawing: Drawing) -> Iterator[str]:
    for _, part in drawing.parts:
        for widget in ("field", "field_write"):
            yield from (name for _, name in marked(part.config, widget))
        for path in references_in(part.node.config):
            root, _, rest = path.partition(".")
            if root not in ROOTS:
                yield path
            elif root in ("profile", "contact") and rest:
                yield rest
