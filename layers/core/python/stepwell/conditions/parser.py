"""Reads the text of a condition by recursive descent; the grammar is in docs/reference/conditions.md.

`and` binds tighter than `or`, `not` tighter than both. Text goes in, models come out: nothing is ever
evaluated.
"""

from __future__ import annotations

from typing import Literal, cast

from pydantic import ValidationError

from .cursor import Cursor
from .errors import ConditionSyntaxError
from .lexer import Token, tokenize
from .models import (
    And,
    Anniversary,
    Between,
    Compare,
    Condition,
    Contains,
    Count,
    Did,
    Duration,
    FieldRef,
    InSegment,
    Last,
    Membership,
    Not,
    Now,
    Observed,
    Operand,
    Or,
    Presence,
    Relative,
    TextMatch,
    Today,
    Value,
    Within,
)
from .names import EVENT_KEYS, KEYWORDS, SCOPES, UNITS, Scope
from .nesting import MAX_LEVELS, levels

MAX_DEPTH = 100
"""Nested parentheses and `not`, the redundant ones included."""
_COMPARISONS: dict[str, Literal["eq", "ne", "lt", "le", "gt", "ge"]] = {
    "=": "eq", "==": "eq", "!=": "ne", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
    "before": "lt", "after": "gt", "on": "eq",
}  # fmt: skip
_DAYS: dict[str, Literal[-1, 0, 1]] = {"yesterday": -1, "today": 0, "tomorrow": 1}


def parse(text: str) -> Condition:
    """Read a condition, such as `score >= 50 and not did(purchase, 90 days)`.

    Raises:
        ConditionSyntaxError: The text is not a condition; `position` says where.
    """
    parser = _Parser(tokenize(text))
    try:
        condition = parser.expression()
    except ValidationError as error:
        # A literal that the grammar admits and the model refuses, such as a name of 300 characters.
        raise ConditionSyntaxError(error.errors()[0]["msg"], parser.token.position) from error
    if parser.token.kind != "end":
        raise parser.error("expected `and`, `or` or the end")
    if levels(condition) > MAX_LEVELS:
        raise ConditionSyntaxError(f"a condition nests at most {MAX_LEVELS} levels deep", 0)
    return condition


class _Parser(Cursor):
    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self._depth = 0
        self._in_where = False

    def expression(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error("parentheses and `not` are nested too deeply")
        items = [self._conjunction()]
        while self.accept("or"):
            items.append(self._conjunction())
        self._depth -= 1
        return items[0] if len(items) == 1 else Or(items=tuple(items))

    def _conjunction(self) -> Condition:
        items = [self._negation()]
        while self.accept("and"):
            items.append(self._negation())
        return items[0] if len(items) == 1 else And(items=tuple(items))

    def _negation(self) -> Condition:
        if self.accept("not"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise self.error("parentheses and `not` are nested too deeply")
            item = self._negation()
            self._depth -= 1
            return Not(item=item)
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.accept("in", "segment"):
            return InSegment(segment=self.quoted("the segment's name in quotes"))
        if self.token.word == "did" and self.peek() == "(":
            event, where, within = self._event_call()
            return Did(event=event, where=where, within=within)
        return self._predicate(self._observed())

    def _predicate(self, left: Observed) -> Condition:
        if (op := _COMPARISONS.get(self.token.word)) is not None:
            self.next()
            return Compare(op=op, left=left, right=self._operand())
        negated = self.accept("not")
        if self.accept("in"):
            return Membership(op="not_in" if negated else "in", left=left, values=self.values())
        if self.accept("contains"):
            contains = self._contains(left)
            return Not(item=contains) if negated else contains
        if negated:
            raise self.error("expected `in` or `contains` after `not`")
        if self.accept("starts", "with"):
            return TextMatch(op="starts_with", left=left, value=self.quoted("a text in quotes"))
        if self.accept("ends", "with"):
            return TextMatch(op="ends_with", left=left, value=self.quoted("a text in quotes"))
        if self.accept("matches"):
            return TextMatch(op="matches", left=left, value=self.quoted("a pattern in quotes"))
        if self.accept("between"):
            low = self._operand()
            self.expect("and")
            return Between(left=left, low=low, high=self._operand())
        if self.accept("within"):
            self.accept("the")
            direction: Literal["next", "last"] = "next" if self.accept("next") else "last"
            if direction == "last":
                self.expect("last")
            return Within(left=left, direction=direction, duration=self.duration())
        if self.accept("exists"):
            return Presence(op="exists", left=left)
        if self.accept("is"):
            return self._is(left)
        raise self.error("expected a comparison such as `=`, `>`, `contains`, `in`, `exists` or `is true`")

    def _contains(self, left: Observed) -> Condition:
        if self.accept("any"):
            return Contains(op="contains_any", left=left, values=self.values())
        if self.accept("all"):
            return Contains(op="contains_all", left=left, values=self.values())
        return Contains(op="contains", left=left, values=(self.scalar(),))

    def _is(self, left: Observed) -> Condition:
        if self.accept("true") or self.accept("false"):
            return Compare(op="eq", left=left, right=Value(value=self._tokens[self._at - 1].word == "true"))
        if self.accept("missing"):
            return Presence(op="missing", left=left)
        if self.accept("not", "missing"):
            return Presence(op="exists", left=left)
        if (offset := _DAYS.get(self.token.word)) is not None:
            self.next()
            return Anniversary(left=left, offset=offset)
        if self.accept("in"):
            at = self.token
            duration = self.duration()
            if duration.unit != "days" or duration.amount > 366:
                raise self.error("expected up to 366 days after `is in`", at)
            return Anniversary(left=left, offset=duration.amount)
        raise self.error(
            "expected `true`, `false`, `missing`, `not missing`, `today` or `in … days` after `is`; "
            "to compare a value write `=`"
        )

    def _observed(self) -> Observed:
        if self.token.kind != "path":
            raise self.error("expected a field, `count(…)`, `did(…)`, `last(…)`, `in segment` or `not`")
        if self.peek() == "(":
            if self.token.word == "count":
                event, where, within = self._event_call()
                return Count(event=event, where=where, within=within)
            if self.token.word == "last":
                self.next()
                self.next()
                self._refuse_in_where()
                last = Last(event=self._event_name())
                self.expect(")")
                return last
            raise self.error("there is no such function: use `count`, `did` or `last`")
        return self._field()

    def _field(self) -> FieldRef:
        token = self.next()
        path = token.segments
        head = path[0] if "`" not in token.source.split(".")[0] else ""
        if (head == "engagement_score" and len(path) == 1) or (head == "engagement" and len(path) == 1):
            return FieldRef(scope="engagement", path=("score",))
        if head in SCOPES:
            if len(path) == 1:
                raise self.error(f"expected a field of it, such as `{head}.name`", token)
            return FieldRef(scope=cast(Scope, head), path=_canonical(head, path[1:]))
        if head.lower() in KEYWORDS:
            raise self.error("expected a field (for one of that name write `profile.` before it)", token)
        if self._in_where:
            nested = head == "properties" and len(path) > 1
            return FieldRef(scope="event", path=path if nested else ("properties", *path))
        return FieldRef(scope="profile", path=path)

    def _refuse_in_where(self) -> None:
        if self._in_where:
            raise self.error("`count`, `did` and `last` cannot stand inside `where`")

    def _event_call(self) -> tuple[str, Condition | None, Duration | None]:
        self._refuse_in_where()
        self.next()
        self.expect("(")
        event = self._event_name()
        where = None
        if self.accept("where"):
            self._in_where = True
            where = self.expression()
            self._in_where = False
        within = self.duration() if self.accept(",") else None
        self.expect(")")
        return event, where, within

    def _event_name(self) -> str:
        if self.token.kind == "text":
            return self.next().text
        if self.token.kind == "path" and len(self.token.segments) == 1:
            return self.next().segments[0]
        raise self.error("expected an event's name (in quotes when it has spaces)")

    def _operand(self) -> Operand:
        token = self.token
        if token.word in _DAYS:
            self.next()
            return Today(offset=_DAYS[token.word])
        if self.accept("now"):
            return Now()
        if self.accept("in"):
            return Relative(duration=self.duration(), direction="from_now")
        if token.kind == "number" and self.peek() in UNITS:
            duration = self.duration()
            if self.accept("from", "now"):
                return Relative(duration=duration, direction="from_now")
            if not self.accept("ago"):
                raise self.error("expected `ago` or `from now`")
            return Relative(duration=duration, direction="ago")
        if token.kind == "date":
            return self.date()
        if token.kind == "path" and token.word not in ("true", "false"):
            return self._observed()
        return Value(value=self.scalar())


def _canonical(scope: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """Write `event.total` and `event.properties.total` as one path, so that both are stored alike."""
    if scope == "event" and path[0] not in EVENT_KEYS:
        return ("properties", *path)
    if scope == "enrollment" and path[0] == "event" and len(path) > 1:
        return ("event", *_canonical("event", path[1:]))
    return path
