"""What a condition is: frozen models, told apart by `op`, that are stored as JSON.

The models say nothing about evaluation: `compile.py` gives them meaning, `parser.py` and `printer.py` text.
`left` is always something observed (a field, a count, a last time); `right` may also be a literal.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from stepwell.contracts.event_catalogue import canonical_event

from .event_names import canonical_names
from .names import EVENT_KEYS, SECONDS, Scope, Unit

MAX_TEXT = 2_000
MAX_ITEMS = 500
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Dates outside these years are refused, which keeps all date arithmetic free of overflow."""

MAX_SECONDS = 36_500 * SECONDS["days"]

_Int = Annotated[int, Field(strict=True, ge=-(2**63), le=2**63)]
_Float = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_Text = Annotated[str, Field(strict=True, max_length=MAX_TEXT)]
_Name = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
_Event = Annotated[_Name, AfterValidator(canonical_event)]
_Bool = Annotated[bool, Field(strict=True)]
Scalar: TypeAlias = _Text | _Bool | _Int | _Float


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Duration(_Node):
    """A length of time such as `7 days`; a day is 24 hours."""

    amount: Annotated[int, Field(strict=True, ge=1, le=MAX_SECONDS)]
    unit: Unit

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.amount * SECONDS[self.unit] > MAX_SECONDS:
            raise ValueError("a duration is at most 100 years")
        return self

    @property
    def delta(self) -> timedelta:
        """The length as a timedelta."""
        return timedelta(seconds=self.amount * SECONDS[self.unit])


class FieldRef(_Node):
    """A value of one of the four scopes; `path` leads into nested objects."""

    op: Literal["field"] = "field"
    scope: Scope
    path: Annotated[tuple[_Name, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _canonical(self) -> Self:
        of_event = self.path if self.scope == "event" else ()
        if self.scope == "enrollment" and self.path[0] == "event":
            of_event = self.path[1:]
        if of_event and of_event[0] not in EVENT_KEYS:
            raise ValueError(f"an event has no key {of_event[0]!r}: put `properties` before it")
        return self


def _flat(where: Condition | None) -> Condition | None:
    if where is not None and _counts_events(where):
        raise ValueError("a count, did or last cannot stand inside `where`")
    return where


_Where: TypeAlias = Annotated["Condition | None", AfterValidator(_flat)]


class Count(_Node):
    """How often an event happened, optionally filtered by its properties and within a window up to now."""

    op: Literal["count"] = "count"
    event: _Event
    where: _Where = None
    within: Duration | None = None


class Last(_Node):
    """When an event happened last; missing when it never did."""

    op: Literal["last"] = "last"
    event: _Event


class Value(_Node):
    """A literal text, number or boolean."""

    op: Literal["value"] = "value"
    value: Scalar


def _year(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"a date lies between the years {FIRST_YEAR} and {LAST_YEAR}")
    return value


def _moment(value: datetime) -> datetime:
    _year(value)
    if value.tzinfo is None:
        return value
    in_utc = value.astimezone(UTC)
    _year(in_utc)
    return in_utc


class Day(_Node):
    """A calendar day in the contact's time zone."""

    op: Literal["day"] = "day"
    value: Annotated[date, AfterValidator(_year)]


class Moment(_Node):
    """An instant; without an offset it is read in the contact's time zone."""

    op: Literal["moment"] = "moment"
    value: Annotated[datetime, AfterValidator(_moment)]


class Relative(_Node):
    """An instant at a distance from now: `7 days ago`, `3 days from now`."""

    op: Literal["relative"] = "relative"
    duration: Duration
    direction: Literal["ago", "from_now"]


class Now(_Node):
    """The instant of evaluation."""

    op: Literal["now"] = "now"


class Today(_Node):
    """The contact's current calendar day, or the one before or after it."""

    op: Literal["today"] = "today"
    offset: Literal[-1, 0, 1] = 0


Observed: TypeAlias = Annotated[FieldRef | Count | Last, Field(discriminator="op")]
Operand: TypeAlias = Annotated[
    FieldRef | Count | Last | Value | Day | Moment | Relative | Now | Today, Field(discriminator="op")
]


class And(_Node):
    """True when every item is."""

    op: Literal["and"] = "and"
    items: Annotated[tuple[Condition, ...], Field(min_length=2, max_length=MAX_ITEMS)]


class Or(_Node):
    """True when any item is."""

    op: Literal["or"] = "or"
    items: Annotated[tuple[Condition, ...], Field(min_length=2, max_length=MAX_ITEMS)]


class Not(_Node):
    """True when the item is false; a missing value makes the item false and so this true."""

    op: Literal["not"] = "not"
    item: Condition


class Compare(_Node):
    """Equality or order of two values."""

    op: Literal["eq", "ne", "lt", "le", "gt", "ge"]
    left: Observed
    right: Operand

    _synonyms = model_validator(mode="before")(canonical_names)


class Between(_Node):
    """`low <= left <= high`."""

    op: Literal["between"] = "between"
    left: Observed
    low: Operand
    high: Operand


class Membership(_Node):
    """Whether a single value is one of a list."""

    op: Literal["in", "not_in"]
    left: Observed
    values: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=MAX_ITEMS)]

    _synonyms = model_validator(mode="before")(canonical_names)


class Contains(_Node):
    """Whether a list has an element, or a text a part."""

    op: Literal["contains", "contains_any", "contains_all"]
    left: Observed
    values: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=MAX_ITEMS)]

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.op == "contains" and len(self.values) != 1:
            raise ValueError("`contains` takes one value; use contains_any or contains_all")
        return self


class TextMatch(_Node):
    """Start, end or glob (`*` any run of characters, `?` one) of a text, whatever its case."""

    op: Literal["starts_with", "ends_with", "matches"]
    left: Observed
    value: _Text


class Presence(_Node):
    """Whether a value is there; null counts as missing, an empty text does not."""

    op: Literal["exists", "missing"]
    left: Observed


class Within(_Node):
    """Whether a date lies in the next or last stretch of time, both ends included."""

    op: Literal["within"] = "within"
    left: Observed
    direction: Literal["next", "last"]
    duration: Duration


class Anniversary(_Node):
    """Whether month and day of a date are those of today plus `offset` days in the contact's zone."""

    op: Literal["anniversary"] = "anniversary"
    left: Observed
    offset: Annotated[int, Field(strict=True, ge=-1, le=366)] = 0


class Did(_Node):
    """Whether an event happened, optionally filtered and within a window up to now."""

    op: Literal["did"] = "did"
    event: _Event
    where: _Where = None
    within: Duration | None = None


class InSegment(_Node):
    """Whether the contact belongs to a segment."""

    op: Literal["in_segment"] = "in_segment"
    segment: _Name


Leaf: TypeAlias = (
    Compare | Between | Membership | Contains | TextMatch | Presence | Within | Anniversary | Did | InSegment
)
Condition: TypeAlias = Annotated[And | Or | Not | Leaf, Field(discriminator="op")]


def _counts_events(condition: Condition) -> bool:
    if isinstance(condition, And | Or):
        return any(_counts_events(item) for item in condition.items)
    if isinstance(condition, Not):
        return _counts_events(condition.item)
    if isinstance(condition, Did | InSegment):
        return isinstance(condition, Did)
    sides = (getattr(condition, name, None) for name in ("left", "right", "low", "high"))
    return any(isinstance(side, Count | Last) for side in sides)
