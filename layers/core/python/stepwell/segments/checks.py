"""Finds what is wrong with a segment among the others of its workspace, all at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from stepwell.conditions import Condition, FieldSchema, FieldType, check, referenced
from stepwell.conditions.history import MAX_RECENT
from stepwell.conditions.models import Count, Did, FieldRef, InSegment
from stepwell.conditions.unknown import unknown_fields
from stepwell.segments.hints import FIELD_TYPES, PREDICTIONS
from stepwell.segments.model import Segment
from stepwell.segments.ordering import in_order
from stepwell.segments.reading import fields, leaves, operands

MAX_SEGMENTS = 200
"""Segments of a workspace: the pass evaluates all of them for each contact that did something."""


@dataclass(frozen=True, slots=True)
class SegmentProblem:
    """Something that is wrong with a segment.

    Attributes:
        code: A stable machine name.
        message: What is wrong and how to mend it.
        place: Where in the document, such as `condition.items[1].left`.
        severity: An error keeps the segment from being saved; a warning explains.
    """

    code: str
    message: str
    place: str
    severity: Literal["error", "warning"] = "error"

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return {"code": self.code, "message": self.message, "place": self.place, "severity": self.severity}


def field_schema(known: Mapping[str, FieldType] | None, segments: frozenset[str]) -> FieldSchema:
    """Return what conditions of segments may name.

    Args:
        known: Registered profile fields by type; None: none are, any is accepted.
        segments: Ids of the workspace's segments.
    """
    # A prediction is a field once a model writes it; before that a segment may be prepared.
    predicted = {name: FIELD_TYPES[name] for name in PREDICTIONS}
    return FieldSchema(profile=None if known is None else {**predicted, **known}, segments=segments)


def check_segment(
    segment: Segment,
    others: Mapping[str, Condition | None],
    schema: FieldSchema,
    *,
    open_fields: bool = False,
) -> list[SegmentProblem]:
    """Check a segment.

    Args:
        segment: The segment as it shall be saved.
        others: Conditions of the workspace's segments by id (None: a list); its own former one is ignored.
        schema: See `field_schema`.
        open_fields: Whether contacts may have other fields, too: a condition over one gets a warning.
    """
    found = list(_form(segment))
    if len({*others, segment.id}) > MAX_SEGMENTS:
        found.append(
            SegmentProblem("too_many_segments", f"A workspace has at most {MAX_SEGMENTS} segments.", "id")
        )
    if segment.condition is not None:
        known = None if schema.segments is None else schema.segments | {segment.id}
        found += _condition(segment.condition, schema.model_copy(update={"segments": known}), open_fields)
        found += _cycle(segment.id, segment.condition, others)
    return found


def _form(segment: Segment) -> Iterator[SegmentProblem]:
    if segment.kind == "static":
        if segment.condition is not None:
            yield SegmentProblem(
                "condition_on_list",
                "A static segment is a list and has no condition: make it dynamic or leave the condition out.",
                "condition",
            )
        return
    if segment.review is not None:
        yield SegmentProblem(
            "review_of_rule", "A rule is true at every moment: only static lists are reviewed.", "review"
        )
    if segment.condition is None:
        yield SegmentProblem("condition_missing", f"A {segment.kind} segment needs a condition.", "condition")
        return
    if segment.kind == "predictive":
        read = {field.path[0] for field, _ in fields(segment.condition) if field.scope == "profile"}
        if not read & PREDICTIONS:
            names = ", ".join(f"`{name}`" for name in sorted(PREDICTIONS))
            yield SegmentProblem(
                "no_prediction", f"A predictive segment reads at least one of {names}.", "condition"
            )


def _condition(condition: Condition, schema: FieldSchema, is_open: bool) -> Iterator[SegmentProblem]:
    accepted = unknown_fields(condition, schema) if is_open else frozenset()
    for problem in check(condition, schema):
        place = f"condition.{problem.path}" if problem.path else "condition"
        message = f"{str(problem).rstrip('.')}."
        severity: Literal["error", "warning"] = "error"
        if problem.code == "unknown_event" or problem.path in accepted:
            severity = "warning"
        yield SegmentProblem(problem.code, message, place, severity)
    for field, place in fields(condition):
        if field.scope in ("event", "enrollment"):
            yield _out_of_scope(field, place)
    for leaf, place in leaves(condition):
        for operand in operands(leaf):
            if isinstance(operand, Count | Did) and operand.where is not None:
                yield SegmentProblem(
                    "filter_sees_recent",
                    f"A `where` sees the {MAX_RECENT} newest events of a contact: for older ones register a "
                    "computed attribute and compare that.",
                    place,
                    "warning",
                )
                for field, _ in fields(operand.where):
                    if field.scope == "enrollment":
                        yield _out_of_scope(field, place)


def _out_of_scope(field: FieldRef, place: str) -> SegmentProblem:
    what = "an event" if field.scope == "event" else "an enrollment"
    return SegmentProblem(
        f"reads_{field.scope}",
        f"A segment is true without {what} at hand: `{field.scope}.{'.'.join(field.path)}` has no value. "
        "Use `did(…)`, `count(…)` or a profile field.",
        place,
    )


def _cycle(
    segment: str, condition: Condition, others: Mapping[str, Condition | None]
) -> Iterator[SegmentProblem]:
    references = {
        other: referenced(known).segments if known is not None else frozenset()
        for other, known in {**others, segment: condition}.items()
    }
    _, circle = in_order(references)
    if segment not in circle:
        return
    at = circle.index(segment)
    circle = [*circle[at:-1], *circle[:at], segment]
    names = " → ".join(f"`{name}`" for name in circle)
    for leaf, place in leaves(condition):
        if isinstance(leaf, InSegment) and leaf.segment == circle[1]:
            yield SegmentProblem(
                "segment_cycle", f"Segments cannot refer to each other in a circle: {names}.", place
            )
