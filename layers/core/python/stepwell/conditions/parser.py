"""Reads the text of a condition by recursive descent; the grammar is in docs/reference/conditions.md.

`and` binds tighter than `or`, `not` tighter than both. Text goes in, models come out: nothing is ever evaluated.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NoReturn, cast

from pydantic import ValidationError

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
    Day,
    Did,
    Duration,
    FieldRef,
    InSegment,
    Last,
    Membership,
    Moment,
    Not,
    Now,
    Observed,
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
from .names import EVENT_KEYS, KEYWORDS, SCOPES, UNITS, Scope

MAX_DEPTH = 60
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
        parser.fail("expected `and`, `or` or the end")
    return condition


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._in_where = False

    @property
    def token(self) -> Token:
        return self._tokens[self._at]

    def fail(self, message: str, token: Token | None = None) -> NoReturn:
        where = token or self.token
        raise ConditionSyntaxError(f"{message}, found {where.shown}", where.position)

    def _next(self) -> Token:
        token = self.token
        if token.kind != "end":
            self._at += 1
        return token

    def _peek(self, ahead: int = 1) -> str:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)].word

    def _accept(self, *words: str) -> bool:
        """Take all the words in order, or none."""
        if all(self._peek(i) == word for i, word in enumerate(words)):
            self._at += len(words)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            self.fail(f"expected `{word}`")

    def expression(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail("parentheses and `not` are nested too deeply")
        items = [self._conjunction()]
        while self._accept("or"):
            items.append(self._conjunction())
        self._depth -= 1
        return items[0] if len(items) == 1 else Or(items=tuple(items))

    def _conjunction(self) -> Condition:
        items = [self._negation()]
        while self._accept("and"):
            items.append(self._negation())
        return items[0] if len(items) == 1 else And(items=tuple(items))

    def _negation(self) -> Condition:
        if self._accept("not"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                self.fail("parentheses and `not` are nested too deeply")
            item = self._negation()
            self._depth -= 1
            return Not(item=item)
        if self._accept("("):
            inner = self.expression()
            self._expect(")")
            return inner
        if self._accept("in", "segment"):
            return InSegment(segment=self._quoted("the segment's name in quotes"))
        if self.token.word == "did" and self._peek() == "(":
            event, where, within = self._event_call()
            return Did(event=event, where=where, within=within)
        return self._predicate(self._observed())

    def _predicate(self, left: Observed) -> Condition:
        if (op := _COMPARISONS.get(self.token.word)) is not None:
            self._next()
            return Compare(op=op, left=left, right=self._operand())
        negated = self._accept("not")
        if self._accept("in"):
            return Membership(op="not_in" if negated else "in", left=left, values=self._values())
        if self._accept("contains"):
            contains = self._contains(left)
            return Not(item=contains) if negated else contains
        if negated:
            self.fail("expected `in` or `contains` after `not`")
        if self._accept("starts", "with"):
            return TextMatch(op="starts_with", left=left, value=self._quoted("a text in quotes"))
        if self._accept("ends", "with"):
            return TextMatch(op="ends_with", left=left, value=self._quoted("a text in quotes"))
        if self._accept("matches"):
            return TextMatch(op="matches", left=left, value=self._quoted("a pattern in quotes"))
        if self._accept("between"):
            low = self._operand()
            self._expect("and")
            return Between(left=left, low=low, high=self._operand())
        if self._accept("within"):
            self._accept("the")
            direction: Literal["next", "last"] = "next" if self._accept("next") else "last"
            if direction == "last":
                self._expect("last")
            return Within(left=left, direction=direction, duration=self._duration())
        if self._accept("exists"):
            return Presence(op="exists", left=left)
        if self._accept("is"):
            return self._is(left)
        self.fail("expected a comparison such as `=`, `>`, `contains`, `in`, `exists` or `is true`")

    def _contains(self, left: Observed) -> Condition:
        if self._accept("any"):
            return Contains(op="contains_any", left=left, values=self._values())
        if self._accept("all"):
            return Contains(op="contains_all", left=left, values=self._values())
        return Contains(op="contains", left=left, values=(self._scalar(),))

    def _is(self, left: Observed) -> Condition:
        if self._accept("true") or self._accept("false"):
            return Compare(op="eq", left=left, right=Value(value=self._tokens[self._at - 1].word == "true"))
        if self._accept("missing"):
            return Presence(op="missing", left=left)
        if self._accept("not", "missing"):
            return Presence(op="exists", left=left)
        if (offset := _DAYS.get(self.token.word)) is not None:
            self._next()
            return Anniversary(left=left, offset=offset)
        if self._accept("in"):
            at = self.token
            duration = self._duration()
            if duration.unit != "days" or duration.amount > 366:
                self.fail("expected up to 366 days after `is in`", at)
            return Anniversary(left=left, offset=duration.amount)
        self.fail(
            "expected `true`, `false`, `missing`, `not missing`, `today` or `in … days` after `is`; "
            "to compare a value write `=`"
        )

    def _observed(self) -> Observed:
        if self.token.kind != "path":
            self.fail("expected a field, `count(…)`, `did(…)`, `last(…)`, `in segment` or `not`")
        if self._peek() == "(":
            if self.token.word == "count":
                event, where, within = self._event_call()
                return Count(event=event, where=where, within=within)
            if self.token.word == "last":
                self._next()
                self._next()
                self._refuse_in_where()
                last = Last(event=self._event_name())
                self._expect(")")
                return last
            self.fail("there is no such function: use `count`, `did` or `last`")
        return self._field()

    def _field(self) -> FieldRef:
        token = self._next()
        path = token.segments
        head = path[0] if "`" not in token.source.split(".")[0] else ""
        if head == "engagement_score" and len(path) == 1 or head == "engagement" and len(path) == 1:
            return FieldRef(scope="engagement", path=("score",))
        if head in SCOPES:
            if len(path) == 1:
                self.fail(f"expected a field of it, such as `{head}.name`", token)
            return FieldRef(scope=cast(Scope, head), path=_canonical(head, path[1:]))
        if head.lower() in KEYWORDS:
            self.fail("expected a field (for one of that name write `profile.` before it)", token)
        if self._in_where:
            nested = head == "properties" and len(path) > 1
            return FieldRef(scope="event", path=path if nested else ("properties", *path))
        return FieldRef(scope="profile", path=path)

    def _refuse_in_where(self) -> None:
        if self._in_where:
            self.fail("`count`, `did` and `last` cannot stand inside `where`")

    def _event_call(self) -> tuple[str, Condition | None, Duration | None]:
        self._refuse_in_where()
        self._next()
        self._expect("(")
        event = self._event_name()
        where = None
        if self._accept("where"):
            self._in_where = True
            where = self.expression()
            self._in_where = False
        within = self._duration() if self._accept(",") else None
        self._expect(")")
        return event, where, within

    def _event_name(self) -> str:
        if self.token.kind == "text":
            return self._next().text
        if self.token.kind == "path" and len(self.token.segments) == 1:
            return self._next().segments[0]
        self.fail("expected an event's name (in quotes when it has spaces)")

    def _operand(self) -> Operand:
        token = self.token
        if token.word in _DAYS:
            self._next()
            return Today(offset=_DAYS[token.word])
        if self._accept("now"):
            return Now()
        if self._accept("in"):
            return Relative(duration=self._duration(), direction="from_now")
        if token.kind == "number" and self._peek() in UNITS:
            duration = self._duration()
            if self._accept("from", "now"):
                return Relative(duration=duration, direction="from_now")
            if not self._accept("ago"):
                self.fail("expected `ago` or `from now`")
            return Relative(duration=duration, direction="ago")
        if token.kind == "date":
            return self._date()
        if token.kind == "path" and token.word not in ("true", "false"):
            return self._observed()
        return Value(value=self._scalar())

    def _date(self) -> Day | Moment:
        token = self._next()
        try:
            if "T" in token.source:
                return Moment(value=datetime.fromisoformat(token.source))
            return Day(value=date.fromisoformat(token.source))
        except (ValueError, OverflowError):
            self.fail("this date does not exist or is out of range (1900 to 2200)", token)

    def _duration(self) -> Duration:
        token = self.token
        unit = UNITS.get(self._peek())
        if token.kind != "number" or unit is None:
            self.fail("expected a duration such as `7 days` or `2h`")
        self._next()
        self._next()
        try:
            return Duration(amount=int(token.source[:30]), unit=unit)
        except ValueError:
            self.fail("a duration is a whole number, at most 100 years", token)

    def _values(self) -> tuple[Scalar, ...]:
        self._expect("[")
        values = [self._scalar()]
        while self._accept(","):
            values.append(self._scalar())
        self._expect("]")
        return tuple(values)

    def _scalar(self) -> Scalar:
        token = self._next()
        if token.kind == "text":
            return token.text
        if token.kind == "number":
            return self._number(token)
        if token.word in ("true", "false"):
            return token.word == "true"
        self.fail("expected a value: a text in quotes, a number, true or false", token)

    def _number(self, token: Token) -> int | float:
        if len(token.source) > 40:
            self.fail("this number is too long", token)
        whole = token.source.lstrip("-").isdigit()
        number: int | float = int(token.source) if whole else float(token.source)
        if not -(2.0**63) <= number <= 2.0**63 and (whole or abs(number) == float("inf")):
            self.fail("this number is too large", token)
        return number

    def _quoted(self, expected: str) -> str:
        if self.token.kind != "text":
            self.fail(f"expected {expected}")
        return self._next().text


def _canonical(scope: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """Write `event.total` and `event.properties.total` as one path, so that both are stored alike."""
    if scope == "event" and path[0] not in EVENT_KEYS:
        return ("properties", *path)
    if scope == "enrollment" and path[0] == "event" and len(path) > 1:
        return ("event", *_canonical("event", path[1:]))
    return path
