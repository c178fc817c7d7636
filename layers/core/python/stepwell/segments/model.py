"""A segment as people edit it and as it is kept: a list, a rule over facts, or a rule over predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from stepwell.conditions import Condition, ConditionField, to_json, to_text
from stepwell.contracts.faults import violations_of
from stepwell.errors import ValidationFailed

SEGMENT_ID = r"^[a-z][a-z0-9_]{0,39}$"
SegmentId = Annotated[str, StringConstraints(pattern=SEGMENT_ID)]
SegmentKind = Literal["static", "dynamic", "predictive"]
UseCase = Literal["account_based_marketing", "event_targeting", "behavioral_targeting", "personalization"]

ENTERED, LEFT = "segment_entered", "segment_left"
"""Derived events; the property `segment` is the id, `backfill` is true for who belonged before the segment did."""
LIST_ADDED, LIST_REMOVED = "segment_list_added", "segment_list_removed"
"""Trusted events (kind `engagement`) that change static lists; the property `segment` is the id."""

_Tag = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Review(BaseModel):
    """The periodic review of a static list: nobody else notices when it grows old.

    Attributes:
        every_days: How often somebody shall look at the list.
        last_reviewed_at: When somebody did last; None: never.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    every_days: int = Field(default=90, ge=1, le=730)
    last_reviewed_at: AwareDatetime | None = None


class Segment(BaseModel):
    """A segment.

    Attributes:
        id: Name in conditions (`in segment "vip"`) and events; never changes.
        name: For people.
        description: Whom it means and why.
        kind: `static` is a list kept by hand; `dynamic` a condition that is true at every moment; `predictive` a
            condition over predictions.
        condition: Who belongs; None for lists. Text or stored JSON.
        review: Periodic review of a list.
        use_case: What it is for, one of the named ones.
        tags: For lists of segments.
        trigger_existing: Whether contacts that belong already when the condition is saved enter workflows that wait
            for `segment_entered`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: SegmentId
    name: str = Field(default="", max_length=120)
    description: str = Field(default="", max_length=1_000)
    kind: SegmentKind = "dynamic"
    condition: ConditionField | None = None
    review: Review | None = None
    use_case: UseCase | None = None
    tags: tuple[_Tag, ...] = Field(default=(), max_length=20)
    trigger_existing: bool = False

    @property
    def text(self) -> str:
        """The condition as text; empty for lists."""
        return "" if self.condition is None else to_text(self.condition)

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form; the condition as JSON."""
        return self.model_dump(mode="json", exclude_none=True)


def parse_segment(document: Mapping[str, Any]) -> Segment:
    """Read a segment.

    Raises:
        ValidationFailed: It has not the form of one; each violation names its place.
    """
    try:
        return Segment.model_validate(dict(document))
    except ValidationError as error:
        violations = violations_of(error)
        for violation in violations:
            if violation["place"].partition(".")[0] == "condition":
                violation["code"] = "condition_syntax"
        first = violations[0]
        raise ValidationFailed(
            f"This is no segment: {first['place'] or 'document'}: {first['message']}.", violations
        ) from error


def compiled_form(segment: Segment, condition: Condition | None, quiet_until: int = 0) -> dict[str, Any]:
    """Return what the pass needs of a segment (a part of `RULES`).

    Args:
        segment: The segment.
        condition: Its condition.
        quiet_until: Until then (epoch seconds) entries are marked `backfill`; 0: none is.
    """
    form: dict[str, Any] = {"id": segment.id, "kind": segment.kind}
    if condition is not None:
        form["condition"] = to_json(condition)
    if quiet_until:
        form["quiet_until"] = quiet_until
    return form
