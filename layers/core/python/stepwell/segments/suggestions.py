"""What could be better about a segment: rules over a sample and the size history, each with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from stepwell.conditions import Condition, Facts, compile_condition, to_text
from stepwell.conditions.history import MAX_DAYS
from stepwell.conditions.models import And, Compare, Count, Did, Or
from stepwell.contracts.segments import SizeOfDay
from stepwell.segments.estimate import Overlap
from stepwell.segments.model import Segment
from stepwell.segments.reading import leaves, operands

ENOUGH = 100
"""Contacts in a sample from which rules speak: below, chance speaks."""
NEARLY_ALL = 0.98
SAME = 0.95
STALE = timedelta(days=30)
RESTLESS = 1.0
"""Entries and exits a day, as a part of the size, above which a segment is restless."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that could be better.

    Attributes:
        code: A stable machine name.
        message: What to do and why.
        place: Where in the document; empty: the whole segment.
        numbers: What led to it.
    """

    code: str
    message: str
    place: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules look at.

    Attributes:
        segment: The segment.
        sample: Facts of sampled contacts.
        answers: Whether each belongs.
        history: The last days on which somebody moved, oldest first.
        overlaps: With other segments, by id.
        now: The moment.
        created_at: When the segment was made.
    """

    segment: Segment
    sample: Sequence[Facts]
    answers: Sequence[bool]
    history: Sequence[SizeOfDay]
    overlaps: Mapping[str, Overlap]
    now: datetime
    created_at: datetime


def suggestions(look: Look) -> list[Suggestion]:
    """Return what could be better, the gravest first."""
    return [*_size(look), *_condition(look), *_overlaps(look), *_movement(look), *_review(look)]


def _size(look: Look) -> Iterator[Suggestion]:
    sampled, members = len(look.answers), sum(look.answers)
    if sampled < ENOUGH:
        return
    share = members / sampled
    numbers = {"sampled": sampled, "members": members}
    if members == 0:
        yield Suggestion("empty", f"None of {sampled} sampled contacts belongs.", "", numbers)
    elif share >= NEARLY_ALL:
        yield Suggestion(
            "covers_nearly_all",
            f"{share:.0%} of the sampled contacts belong: it hardly tells anybody apart.",
            "",
            numbers,
        )


def _condition(look: Look) -> Iterator[Suggestion]:
    condition = look.segment.condition
    if condition is None:
        return
    yield from _windows(condition)
    if len(look.sample) < ENOUGH:
        return
    if isinstance(condition, And | Or):
        whole = sum(look.answers)
        for number, item in enumerate(condition.items):
            test = compile_condition(item)
            true = sum(test(facts, look.now) for facts in look.sample)
            yield from _part(condition, item, f"condition.items[{number}]", true, len(look.sample), whole)


def _part(
    whole: And | Or, item: Condition, place: str, true: int, sampled: int, members: int
) -> Iterator[Suggestion]:
    numbers = {"sampled": sampled, "true": true, "members": members}
    text = to_text(item)
    if isinstance(whole, And) and true == sampled:
        yield Suggestion(
            "part_always_true",
            f"`{text}` is true for all {sampled} sampled contacts: drop it.",
            place,
            numbers,
        )
    elif isinstance(whole, And) and true == 0:
        yield Suggestion(
            "part_never_true",
            f"`{text}` is true for none of {sampled} sampled contacts: it keeps everybody out.",
            place,
            numbers,
        )
    elif isinstance(whole, Or) and true == 0:
        yield Suggestion(
            "part_never_true",
            f"`{text}` is true for none of {sampled} sampled contacts: drop it.",
            place,
            numbers,
        )


def _windows(condition: Condition) -> Iterator[Suggestion]:
    for leaf, place in leaves(condition):
        for operand in operands(leaf):
            if not isinstance(operand, Count | Did) or operand.within is None:
                continue
            days = operand.within.delta.days
            if days > MAX_DAYS:
                yield Suggestion(
                    "window_longer_than_history",
                    f"`{to_text(leaf)}` looks back {days} days; {MAX_DAYS} are kept. Use a computed attribute.",
                    place,
                    {"days": days, "kept": MAX_DAYS},
                )
        if isinstance(leaf, Compare) and isinstance(leaf.left, Count) and leaf.left.where is not None:
            yield Suggestion(
                "filter_sees_recent",
                f"`{to_text(leaf)}` counts among the newest events only. Use a computed attribute.",
                place,
            )


def _overlaps(look: Look) -> Iterator[Suggestion]:
    for other, overlap in sorted(look.overlaps.items()):
        if overlap.first + overlap.second < ENOUGH // 5 or overlap.jaccard < SAME:
            continue
        yield Suggestion(
            "overlaps",
            f"It overlaps {overlap.jaccard:.0%} with `{other}`: one of both may do.",
            "",
            {"segment": other, "both": overlap.both, "first": overlap.first, "second": overlap.second},
        )


def _movement(look: Look) -> Iterator[Suggestion]:
    if not look.history:
        return
    last = look.history[-1]
    if look.now - look.created_at > STALE and look.now.date() - last.day > STALE and last.size:
        days = (look.now.date() - last.day).days
        yield Suggestion(
            "nobody_moves", f"Nobody entered or left for {days} days.", "", {"days": days, "size": last.size}
        )
    moved = sum(day.entered + day.left for day in look.history[-7:])
    size = max(last.size, 1)
    if len(look.history) >= 7 and moved / 7 > RESTLESS * size and last.size >= 10:
        yield Suggestion(
            "restless",
            f"{moved} moves in seven days among {last.size} members: a longer window makes it calmer.",
            "",
            {"moved": moved, "size": last.size},
        )


def _review(look: Look) -> Iterator[Suggestion]:
    review = look.segment.review
    if look.segment.kind != "static" or review is None:
        return
    last = review.last_reviewed_at or look.created_at
    overdue = (look.now - last).days - review.every_days
    if overdue >= 0:
        yield Suggestion(
            "review_due",
            f"The list should be reviewed every {review.every_days} days; the last time was {last:%Y-%m-%d}.",
            "review",
            {"overdue_days": overdue},
        )
