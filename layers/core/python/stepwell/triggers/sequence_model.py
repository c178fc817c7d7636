"""Event sequences as people edit them: "A then B within an hour, without C", "A, then no B for a day"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from stepwell.conditions import Condition, ConditionField, referenced
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import PLATFORM_EVENTS
from stepwell.contracts.faults import violations_of
from stepwell.errors import ValidationFailed
from stepwell.workflows.model import parse_duration

SEQUENCE_ID = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
MAX_WITHIN = timedelta(days=90)
MAX_SEQUENCES = 50
DERIVED = frozenset({"segment_entered", "segment_left", "score_threshold_crossed", "lifecycle_stage_changed"})


def _duration(text: str) -> str:
    try:
        parse_duration(text)
    except OverflowError as error:
        raise ValueError("that is too long") from error
    return text


_Duration = Annotated[str, AfterValidator(_duration)]
_Event = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(canonical_event)]


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Pattern(_Document):
    """Events that a step waits for.

    Attributes:
        event: Event name; `*` any.
        where: Condition over the event and the profile; None: each such event.
    """

    event: _Event
    where: ConditionField | None = None


class Step(Pattern):
    """One of the events that must happen in order.

    Attributes:
        within: At most this long after the step before; empty: no limit of its own.
    """

    within: _Duration | None = None


class Sequence(_Document):
    """Something that contacts do in several events, or begin and do not finish.

    Attributes:
        id: Name; in the derived event as `sequence`.
        name: For people.
        steps: What must happen, in order, each a later event than the one before.
        within: All steps at most this long after the first.
        without: What must not happen between the first and the last step: it starts the sequence anew.
        absent: What must not happen after the last step for `for_`; with it the sequence is complete when the
            time is over, without it at the last step.
        for_: How long `absent` must stay away (in documents `for`).
        same: An event property that all steps, `without` and `absent` must share, such as `cart_id`.
        emit: Name of the derived event.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True)

    id: str
    name: Annotated[str, Field(max_length=80)] = ""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=5)]
    within: _Duration | None = None
    without: Annotated[tuple[Pattern, ...], Field(max_length=5)] = ()
    absent: Annotated[tuple[Pattern, ...], Field(max_length=5)] = ()
    for_: _Duration | None = Field(None, alias="for")
    same: str = Field("", max_length=64)
    emit: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,79}$"), AfterValidator(canonical_event)] = (
        "sequence_completed"
    )


def read_sequence(document: dict[str, Any]) -> Sequence:
    """Read a sequence that somebody wrote.

    Raises:
        ValidationFailed: It breaks rules: all of them, each with code, place and how to mend it.
    """
    try:
        sequence = Sequence.model_validate(document)
    except ValidationError as error:
        violations = violations_of(error, code="invalid_field")
        raise ValidationFailed("The sequence has faults.", violations) from error
    faults = list(_faults(sequence))
    if faults:
        raise ValidationFailed("The sequence has faults.", faults)
    return sequence


def _faults(sequence: Sequence) -> Iterator[dict[str, str]]:
    if not SEQUENCE_ID.match(sequence.id):
        yield _fault("id", "id", "Use lower-case letters, digits and _, at most 40, beginning with a letter.")
    if len(sequence.steps) == 1 and not sequence.absent:
        yield _fault(
            "one_step",
            "steps",
            "One event alone is no sequence: add a step, or `absent` with `for`; else use an event trigger.",
        )
    if bool(sequence.absent) != (sequence.for_ is not None):
        yield _fault(
            "absent", "for", "`absent` and `for` belong together: what must not happen, and how long."
        )
    if sequence.steps[0].within is not None:
        yield _fault("first_within", "steps.0.within", "The first step has nothing before it: leave it out.")
    if len(sequence.steps) > 1 and sequence.within is None:
        for number, step in enumerate(sequence.steps[1:], 1):
            if step.within is None:
                yield _fault(
                    "unbounded", f"steps.{number}.within", "Say within which time, here or for the whole."
                )
    if sequence.emit in PLATFORM_EVENTS | DERIVED:
        yield _fault("reserved", "emit", "The platform itself tells events of this name: choose another.")
    for place, text in _durations(sequence):
        if not timedelta() < parse_duration(text) <= MAX_WITHIN:
            yield _fault("duration", place, "Choose a time of more than nothing and at most 90 days.")
    for place, condition in _conditions(sequence):
        if any(field.startswith("enrollment.") for field in referenced(condition).fields):
            yield _fault("scope", place, "A sequence belongs to no enrollment: ask for event and profile.")


def _durations(sequence: Sequence) -> Iterator[tuple[str, str]]:
    if sequence.within is not None:
        yield "within", sequence.within
    if sequence.for_ is not None:
        yield "for", sequence.for_
    for number, step in enumerate(sequence.steps):
        if step.within is not None:
            yield f"steps.{number}.within", step.within


def _conditions(sequence: Sequence) -> Iterator[tuple[str, Condition]]:
    for field, patterns in (
        ("steps", sequence.steps),
        ("without", sequence.without),
        ("absent", sequence.absent),
    ):
        for number, pattern in enumerate(patterns):
            if pattern.where is not None:
                yield f"{field}.{number}.where", pattern.where


def _fault(code: str, place: str, message: str) -> dict[str, str]:
    return {"code": code, "place": place, "message": message}
