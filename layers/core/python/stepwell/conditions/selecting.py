"""Many rules about one event: those that its own texts rule out are found once, not rule by rule.

Most rules begin with what the event says (`event.path starts with "/pricing"`), and events repeat what they say: the
same few pages, forms and buttons. So each rule is cut at its outermost `and` into the part that only looks at texts
of the event and the rest, and which of the first parts hold is kept by these texts. What remains to be asked is
the rest of the rules that are left, mostly none; of it, first what costs least and what seldom holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from .compile import compile_condition
from .facts import Facts
from .models import (
    And,
    Compare,
    Condition,
    Contains,
    Count,
    FieldRef,
    InSegment,
    Membership,
    Not,
    Operand,
    Or,
    Presence,
    TextMatch,
    Value,
)
from .read import Test

Rule = TypeVar("Rule")
KEPT = 512
SELDOM = 5
"""More events than that most contacts have not had, which a total tells at once."""
LONGEST = 300
_TEXTS = (str, type(None))


class EventRules(Generic[Rule]):
    """Rules that an event may meet.

    Args:
        rules: Each with the conditions that must all hold.
    """

    __slots__ = ("_first", "_keys", "_known", "_rest")

    _known: dict[Any, tuple[list[Rule] | None, list[tuple[Rule, tuple[Test, ...]]]]]

    def __init__(self, rules: Iterable[tuple[Rule, Iterable[Condition]]]) -> None:
        keys: dict[str, None] = {}
        self._first: list[tuple[int, Test]] = []
        self._rest: list[tuple[Rule, tuple[Test, ...]]] = []
        for number, (rule, conditions) in enumerate(rules):
            rest: list[tuple[int, Test]] = []
            for condition in _parts(conditions):
                texts = texts_of(condition)
                test = compile_condition(condition)
                if texts is None:
                    rest.append((_cost(condition), test))
                else:
                    keys.update(dict.fromkeys(sorted(texts)))
                    self._first.append((number, test))
            # Conditions change nothing and never fail: their order is ours.
            self._rest.append((rule, tuple([test for _, test in sorted(rest, key=_first)])))
        self._keys = tuple(keys)
        # By the event's texts: the rules that hold whatever else is the case, where that is all there is to say,
        # and those whose rest is to be asked.
        self._known = {}
        if not self._keys:
            self._known[()] = _settled(self._rest)

    def hits(self, properties: Mapping[str, Any], facts: Facts, now: datetime) -> list[Rule]:
        """Return the rules that hold, in their order; the list is not the caller's to change.

        Args:
            properties: The event's, as they are in the facts.
            facts: What is known of the contact, with the event.
            now: The moment.
        """
        keys = self._keys
        get = properties.get
        told = get(keys[0]) if len(keys) == 1 else tuple([get(key) for key in keys])
        try:
            settled, left = self._known[told]
        except (KeyError, TypeError):
            settled, left = self._left(told, properties, facts, now)
        if settled is not None:
            return settled
        found = []
        for rule, tests in left:
            for test in tests:
                if not test(facts, now):
                    break
            else:
                found.append(rule)
        return found

    def _left(
        self, told: Any, properties: Mapping[str, Any], facts: Facts, now: datetime
    ) -> tuple[list[Rule] | None, list[tuple[Rule, tuple[Test, ...]]]]:
        """Find out which rules the event's texts leave, and keep that by them."""
        out = {number for number, test in self._first if not test(facts, now)}
        left = _settled([rule for number, rule in enumerate(self._rest) if number not in out])
        # Equal keys must be equal texts: 1 and true are the same key.
        values = map(properties.get, self._keys)
        if all(isinstance(value, _TEXTS) and len(value or "") <= LONGEST for value in values):
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[told] = left
        return left


def _settled(
    left: list[tuple[Rule, tuple[Test, ...]]],
) -> tuple[list[Rule] | None, list[tuple[Rule, tuple[Test, ...]]]]:
    return None if any(tests for _, tests in left) else [rule for rule, _ in left], left


def _cost(condition: Condition) -> int:
    """Say how late to ask a condition."""
    match condition:
        case Compare(op="ge" | "gt", left=Count(where=None), right=Value(value=int() as least)) if (
            least > SELDOM
        ):
            return 0
        case Compare(left=FieldRef(scope="profile" | "event")) | Membership(left=FieldRef()) | InSegment():
            return 1
    return 2


def _first(part: tuple[int, Test]) -> int:
    return part[0]


def _parts(conditions: Iterable[Condition]) -> Iterable[Condition]:
    for condition in conditions:
        if isinstance(condition, And):
            yield from _parts(condition.items)
        else:
            yield condition


def texts_of(condition: Condition) -> frozenset[str] | None:
    """Return the event properties whose texts alone decide a condition; None: something else matters too."""
    match condition:
        case And(items=items) | Or(items=items):
            found = [texts_of(item) for item in items]
            return None if None in found else frozenset().union(*(part for part in found if part is not None))
        case Not(item=item):
            return texts_of(item)
        case Compare(op="eq" | "ne", left=left, right=Value(value=str())):
            return _text(left)
        case Membership(left=left, values=values) | Contains(left=left, values=values):
            return _text(left) if all(isinstance(value, str) for value in values) else None
        case TextMatch(left=left) | Presence(left=left):
            return _text(left)
    return None


def _text(operand: Operand) -> frozenset[str] | None:
    match operand:
        case FieldRef(scope="event", path=("properties", key)):
            return frozenset({key})
    return None
