"""Writes a condition as an expression over the columns of a row; never null, and equal to the condition's closure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from stepwell.conditions import Condition
from stepwell.conditions.models import (
    And,
    Anniversary,
    Between,
    Compare,
    Contains,
    Count,
    Day,
    Did,
    FieldRef,
    InSegment,
    Last,
    Membership,
    Moment,
    Not,
    Now,
    Operand,
    Or,
    Presence,
    Relative,
    Scalar,
    TextMatch,
    Today,
    Value,
    Within,
)
from stepwell.conditions.values import as_number, falls_on, zone_named
from stepwell.lake.algebra import Algebra, Order
from stepwell.lake.columns import FIELD, PROPERTY, day_number, micros
from stepwell.lake.views import MISSING, View, of_engagement, of_number, of_path, of_time

_MICROSECOND = timedelta(microseconds=1)


@dataclass
class Asked:
    """What a translation asks of the history, as columns that the query must make.

    Attributes:
        counts: Columns by count.
        lasts: Columns by event name.
        columns: Columns of contacts that the filters of counts read.
    """

    counts: dict[Count, str] = field(default_factory=dict)
    lasts: dict[str, str] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)

    def count(self, count: Count) -> str:
        """Return the column of a count."""
        return self.counts.setdefault(count, f"c{len(self.counts)}")

    def last(self, event: str) -> str:
        """Return the column of a last time."""
        return self.lasts.setdefault(event, f"l{len(self.lasts)}")


@dataclass(frozen=True)
class Translator:
    """Translates conditions for rows of contacts, or of their recent events (`events`).

    Attributes:
        algebra: Builds the expressions.
        now: The moment of evaluation (aware).
        zones: The time zones of the contacts, by the name in column `zone`.
        there: Columns that the rows have.
        asked: Collects what is asked of the history.
        segments: Segments that have a column of their own, by id.
        events: Whether rows are events, inside a `where`.
    """

    algebra: Algebra
    now: datetime
    zones: Mapping[str, tzinfo]
    there: Set[str]
    asked: Asked
    segments: Mapping[str, str] = field(default_factory=dict)
    events: bool = False

    def condition(self, condition: Condition) -> Any:
        """Translate a condition."""
        a = self.algebra
        match condition:
            case And(items=items):
                return a.every([self.condition(item) for item in items])
            case Or(items=items):
                return a.some([self.condition(item) for item in items])
            case Not(item=item):
                return a.opposite(self.condition(item))
            case InSegment(segment=segment):
                if segment in self.segments:
                    return a.sure(self._read(self.segments[segment]))
                return a.sure(a.has_element(self._read("segments"), segment))
            case Did(event=event, where=where, within=within):
                count = self._read(self.asked.count(Count(event=event, where=where, within=within)))
                return a.compare("gt", count, a.literal(0.0))
            case Between(left=left, low=low, high=high):
                return a.every([self._compare("ge", left, low), self._compare("le", left, high)])
            case Compare(op=op, left=left, right=right):
                return self._compare(op, left, right)
            case Membership(op=op, left=left, values=values):
                return self._membership(self._view(left), values, negated=op == "not_in")
            case Contains():
                return self._contains(condition)
            case TextMatch(op=op, left=left, value=value):
                text = self._view(left).text
                test = {"starts_with": a.begins, "ends_with": a.ends}.get(op)
                if text is None:
                    return a.literal(False)
                return a.sure(test(text, value.casefold()) if test else a.fits(text, value.casefold()))
            case Presence(op=op, left=left):
                exists = self._view(left).exists
                found = a.literal(False) if exists is None else a.sure(exists)
                return found if op == "exists" else a.opposite(found)
            case Within():
                return self._within(condition)
            case Anniversary():
                return self._anniversary(condition)

    def _read(self, name: str) -> Any:
        if self.events:
            self.asked.columns.add(name)
        return self.algebra.column(name)

    def _view(self, operand: Operand) -> View:
        a = self.algebra
        match operand:
            case FieldRef(scope="profile", path=path):
                return of_path(FIELD, path, self.there, self._read)
            case FieldRef(scope="engagement", path=path):
                return of_engagement(path[0], micros(self.now), self._read, a)
            case FieldRef(scope="event", path=path) if self.events:
                return self._of_event(path)
            case Count():
                return of_number(a, self._read(self.asked.count(operand)))
            case Last(event=event):
                return of_time(self._read, self.asked.last(event), a)
        return MISSING

    def _of_event(self, path: tuple[str, ...]) -> View:
        a = self.algebra
        if path[0] == "properties":
            if len(path) == 1:
                return View(exists=a.literal(True))
            return of_path(PROPERTY, path[1:], self.there, a.column)
        if path == ("name",):
            return View(exists=a.literal(True), text=a.column("name_folded"))
        if path == ("timestamp",):
            return of_time(a.column, "at", a)
        return MISSING

    def _compare(self, op: Order, left: Operand, right: Operand) -> Any:
        a, view = self.algebra, self._view(left)
        equality = op in ("eq", "ne")
        match right:
            case Value(value=bool() as value):
                return self._with(op, view.flag, a.literal(value)) if equality else a.literal(False)
            case Value(value=str() as value):
                return (
                    self._with(op, view.text, a.literal(value.casefold())) if equality else a.literal(False)
                )
            case Value(value=int() | float() as value):
                return self._with(op, view.number, a.literal(float(value)))
            case Day(value=day):
                return self._with(op, view.day, a.literal(day_number(day)))
            case Today(offset=offset):
                return self._with(op, view.day, self._today(offset))
            case Moment(value=at) if at.tzinfo is None:
                return self._with(
                    op, view.instant, self._by_zone(lambda zone: micros(at.replace(tzinfo=zone)))
                )
            case Moment(value=at):
                return self._with(op, view.instant, a.literal(micros(at)))
            case Now():
                return self._with(op, view.instant, a.literal(micros(self.now)))
            case Relative(duration=duration, direction=direction):
                delta = duration.delta if direction == "from_now" else -duration.delta
                return self._with(op, view.instant, a.literal(micros(self.now + delta)))
        return self._alike(op, view, self._view(right))

    def _with(self, op: Order, left: Any, right: Any) -> Any:
        a = self.algebra
        return a.literal(False) if left is None or right is None else a.sure(a.compare(op, left, right))

    def _alike(self, op: Order, left: View, right: View) -> Any:
        """Compare two observed values by the type that they share; see `conditions.compile`."""
        a = self.algebra
        cases: list[tuple[Any, Any]] = []

        def when(kinds: tuple[tuple[Any, Any], ...], *values: Any) -> None:
            if all(part is not None for part in (*values, *(part for pair in kinds for part in pair))):
                known = a.every([a.sure(a.known(part)) for pair in kinds for part in pair])
                cases.append((known, a.sure(a.compare(op, *values))))

        when(((left.number, right.number),), left.number, right.number)
        when(((left.whole_day, right.whole_day), (left.day, right.day)), left.day, right.day)
        when(((left.instant, right.instant),), left.instant, right.instant)
        if op in ("eq", "ne"):
            when(((left.flag, right.flag),), left.flag, right.flag)
            when(((left.text, right.text),), left.text, right.text)
        return a.choose(cases, a.literal(False)) if cases else a.literal(False)

    def _among(self, view: View, values: tuple[Scalar, ...]) -> list[Any]:
        a = self.algebra
        texts = [value.casefold() for value in values if isinstance(value, str)]
        flags = [value for value in values if isinstance(value, bool)]
        numbers = [float(value) for value in values if as_number(value) is not None]
        found = []
        for part, among in ((view.text, texts), (view.flag, flags), (view.number, numbers)):
            if part is not None and among:
                found.append(a.sure(a.within(part, among)))
        return found

    def _membership(self, view: View, values: tuple[Scalar, ...], *, negated: bool) -> Any:
        a = self.algebra
        among = self._among(view, values)
        inside = a.some(among) if among else a.literal(False)
        if not negated:
            return inside
        parts = [a.known(part) for part in (view.text, view.flag, view.number) if part is not None]
        return a.every([a.some(parts), a.opposite(inside)]) if parts else a.literal(False)

    def _contains(self, condition: Contains) -> Any:
        a, view = self.algebra, self._view(condition.left)
        each = [self._has(view, value) for value in condition.values]
        return a.some(each) if condition.op == "contains_any" else a.every(each)

    def _has(self, view: View, value: Scalar) -> Any:
        a = self.algebra
        found = []
        if isinstance(value, str):
            if view.text is not None:
                found.append(a.sure(a.has_part(view.text, value.casefold())))
            items, element = view.texts, value.casefold()
        elif isinstance(value, bool):
            items, element = view.flags, value  # type: ignore[assignment]
        else:
            items, element = view.numbers, float(value)  # type: ignore[assignment]
        if items is not None:
            found.append(a.sure(a.has_element(items, element)))
        return a.some(found) if found else a.literal(False)

    def _within(self, within: Within) -> Any:
        a, view = self.algebra, self._view(within.left)
        delta = within.duration.delta
        ahead = within.direction == "next"
        now, span = micros(self.now), delta // _MICROSECOND
        bounds = (now, now + span) if ahead else (now - span, now)
        instants = self._between(view.instant, *map(a.literal, bounds))
        if delta.days < 1 or view.whole_day is None:
            return instants
        days = (0, delta.days) if ahead else (-delta.days, 0)
        by_day = self._between(view.day, *(self._today(offset) for offset in days))
        return a.choose([(a.sure(view.whole_day), by_day)], instants)

    def _between(self, value: Any, low: Any, high: Any) -> Any:
        return self.algebra.every([self._with("ge", value, low), self._with("le", value, high)])

    def _anniversary(self, anniversary: Anniversary) -> Any:
        a, found = self.algebra, self._view(anniversary.left).month_day
        if found is None:
            return a.literal(False)
        offset = timedelta(days=anniversary.offset)

        def month_day(zone: tzinfo) -> int:
            day = self.now.astimezone(zone).date() + offset
            return day.month * 100 + day.day

        def leap_day(zone: tzinfo) -> int:
            return 229 if falls_on((2, 29), self.now.astimezone(zone).date() + offset) else 0

        tests = [a.sure(a.compare("eq", found, self._by_zone(of))) for of in (month_day, leap_day)]
        return a.some(tests)

    def _today(self, offset: int) -> Any:
        delta = timedelta(days=offset)
        return self._by_zone(lambda zone: day_number(self.now.astimezone(zone).date() + delta))

    def _by_zone(self, number: Callable[[tzinfo], int]) -> Any:
        if self.events:
            self.asked.columns.add("zone")
        return self.algebra.by_zone({name: number(zone) for name, zone in self.zones.items()})


def zones_of(names: Set[str]) -> dict[str, tzinfo]:
    """Return time zones by name; the snapshot holds known names only."""
    return {name: zone for name in sorted(names) if (zone := zone_named(name)) is not None}
