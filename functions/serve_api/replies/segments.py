"""Segments, their members, estimates, growth, overlap."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias

from replies.forms import Day, Json, Reply, Time
from replies.workspace import FieldKind

SegmentKind: TypeAlias = Literal["static", "dynamic", "predictive"]


class SegmentReview(Reply):
    """Periodic review of a list."""

    every_days: int
    last_reviewed_at: NotRequired[Time]


class SegmentHead(Reply):
    """What is said of a segment wherever one is shown; what it does not have is left out.

    Attributes:
        kind: `static`: a list kept by hand; `dynamic`: a condition; `predictive`: a condition over predictions.
        condition: Who belongs, as stored JSON; absent: it is a list.
        text: The condition as text; empty: it is a list.
        use_case: What it is for, one of the named ones.
        trigger_existing: Whether contacts that belong already when the condition is saved enter workflows that wait
            for `segment_entered`.
        rev: Grows with each change; send it back with the next one.
        settled: Whether everybody who belonged when the condition was saved has been asked.
    """

    id: str
    name: str
    description: str
    kind: SegmentKind
    condition: NotRequired[Json]
    review: NotRequired[SegmentReview]
    use_case: NotRequired[str]
    tags: list[str]
    trigger_existing: bool
    text: str
    rev: int
    settled: bool
    created_at: Time
    updated_at: Time
    updated_by: str


class SegmentSummary(SegmentHead):
    """A segment with its size.

    Attributes:
        size: Its members.
    """

    size: int


class SegmentListed(SegmentSummary):
    """A segment as lists show it.

    Attributes:
        used_by: Segments (`segment/x`) and live workflows (`workflow/x`) that name it.
    """

    used_by: list[str]


class Segment(SegmentListed):
    """A segment with what uses it.

    Attributes:
        asked: Contacts that were asked so far whether they belong; null: nobody is being asked.
    """

    asked: int | None


class SegmentProblem(Reply):
    """Something that is wrong with a segment.

    Attributes:
        place: Where in the document, such as `condition.items[1].left`.
        severity: An error keeps the segment from being saved.
    """

    code: str
    message: str
    place: str
    severity: Literal["error", "warning"]


class SegmentValidation(Reply):
    """What the checks say of a segment.

    Attributes:
        text: The condition as text.
    """

    valid: bool
    text: str
    problems: list[SegmentProblem]


class SegmentHint(Reply):
    """A criterion to build conditions from.

    Attributes:
        type: Type of the profile field of this name; null: no field, look at the example.
        example: A condition to begin from.
        note: What it means; may be empty.
    """

    name: str
    family: Literal[
        "demographic", "firmographic", "behavioral", "technographic", "psychographic", "predictive"
    ]
    type: FieldKind | None
    example: str
    note: str


class Estimate(Reply):
    """How many belong, as a random sample tells.

    Attributes:
        sampled: Contacts that were asked.
        members: Of these, how many belong.
        total: Contacts of the workspace.
        size: Members in the workspace.
        low: With 95 % certainty not fewer.
        high: With 95 % certainty not more.
        exact: Whether everybody was asked.
    """

    sampled: int
    members: int
    total: int
    size: int
    low: int
    high: int
    exact: bool


class SampleContact(Reply):
    """Somebody who belongs."""

    profile: str
    email: str
    name: str


class EstimatePreview(Reply):
    """How many belong, and some who do."""

    estimate: Estimate
    sample: list[SampleContact]


class SegmentMember(SampleContact):
    """A member.

    Attributes:
        since: When it entered.
    """

    since: Time


class Settling(Reply):
    """Everybody is asked again.

    Attributes:
        job: The job that asks; empty: a list has nothing to ask.
        size: Members, counted anew.
        corrected: By how much the size was wrong.
    """

    job: str
    size: int
    corrected: int


class ListChange(Reply):
    """What was asked of a list.

    Attributes:
        asked: Contacts that were found; they enter or leave in a moment.
        unknown: References that name nobody.
    """

    asked: int
    unknown: list[str]


class SegmentDay(Reply):
    """A segment's numbers on one day (UTC).

    Attributes:
        corrected: By how much a recount corrected the size.
        size: Members at the end of the day; of today: now.
    """

    day: Day
    entered: int
    left: int
    corrected: int
    size: int


class SegmentGrowth(Reply):
    """How a segment grew.

    Attributes:
        days: Over how many days.
        net_a_day: Entries less exits, a day.
    """

    days: int
    entered: int
    left: int
    net_a_day: float


class Engagement(Reply):
    """How contacts react to mail, over their whole lives.

    Attributes:
        sampled: Contacts that were asked.
        engagement_score: The mean, 0 to 1; null: nobody.
        open_rate: Of the mail delivered, 0 to 1; null: none was.
        click_rate: Of the mail delivered, 0 to 1; null: none was.
    """

    sampled: int
    engagement_score: float | None
    delivered: int
    open_rate: float | None
    click_rate: float | None


class SegmentAnalytics(Reply):
    """A segment's size, growth, and how its members differ from everybody.

    Attributes:
        history: Days on which somebody moved, oldest first.
    """

    segment: str
    size: int
    settled: bool
    estimate: Estimate
    growth: SegmentGrowth
    history: list[SegmentDay]
    members: Engagement
    everybody: Engagement


class SegmentSuggestion(Reply):
    """Something that could be better.

    Attributes:
        message: What to do and why.
        place: Where in the document; empty: the whole segment.
        numbers: What led to it.
    """

    code: str
    message: str
    place: str
    numbers: Json


class SegmentOverlap(Reply):
    """How two segments overlap, in a sample.

    Attributes:
        first: Members of the first one in the sample.
        second: Members of the second one.
        both: Members of both.
        of_first: Which part of the first one is in the second one too, 0 to 1.
        of_second: Which part of the second one is in the first one too, 0 to 1.
        jaccard: Members of both among the members of either, 0 to 1.
    """

    sampled: int
    first: int
    second: int
    both: int
    of_first: float
    of_second: float
    jaccard: float
