"""Walks the tokens and reads literals; the grammar of conditions is built on it in `parser.py`."""

from __future__ import annotations

from datetime import date, datetime

from .errors import ConditionSyntaxError
from .lexer import Token
from .models import Day, Duration, Moment, Scalar
from .names import UNITS


class Cursor:
    """A place in the tokens; what it reads, it moves past."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def token(self) -> Token:
        """The token at hand."""
        return self._tokens[self._at]

    def error(self, message: str, token: Token | None = None) -> ConditionSyntaxError:
        """Build the error that points at a token, the one at hand by default."""
        where = token or self.token
        return ConditionSyntaxError(f"{message}, found {where.shown}", where.position)

    def next(self) -> Token:
        """Take the token at hand."""
        token = self.token
        if token.kind != "end":
            self._at += 1
        return token

    def peek(self, ahead: int = 1) -> str:
        """The word some tokens ahead, empty when it is none."""
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)].word

    def accept(self, *words: str) -> bool:
        """Take all the words in order, or none."""
        if all(self.peek(i) == word for i, word in enumerate(words)):
            self._at += len(words)
            return True
        return False

    def expect(self, word: str) -> None:
        """Take a word or fail."""
        if not self.accept(word):
            raise self.error(f"expected `{word}`")

    def date(self) -> Day | Moment:
        """Read a calendar day or an instant."""
        token = self.next()
        try:
            if "T" in token.source:
                return Moment(value=datetime.fromisoformat(token.source))
            return Day(value=date.fromisoformat(token.source))
        except (ValueError, OverflowError) as bad:
            raise self.error("this date does not exist or is out of range (1900 to 2200)", token) from bad

    def duration(self) -> Duration:
        """Read a duration."""
        token = self.token
        unit = UNITS.get(self.peek())
        if token.kind != "number" or unit is None:
            raise self.error("expected a duration such as `7 days` or `2h`")
        self.next()
        self.next()
        try:
            return Duration(amount=int(token.source[:30]), unit=unit)
        except ValueError as bad:
            raise self.error("a duration is a whole number, at most 100 years", token) from bad

    def values(self) -> tuple[Scalar, ...]:
        """Read a list in brackets."""
        self.expect("[")
        values = [self.scalar()]
        while self.accept(","):
            values.append(self.scalar())
        self.expect("]")
        return tuple(values)

    def scalar(self) -> Scalar:
        """Read a literal text, number or boolean."""
        token = self.next()
        if token.kind == "text":
            return token.text
        if token.kind == "number":
            return self._number(token)
        if token.word in ("true", "false"):
            return token.word == "true"
        raise self.error("expected a value: a text in quotes, a number, true or false", token)

    def _number(self, token: Token) -> int | float:
        if len(token.source) > 40:
            raise self.error("this number is too long", token)
        whole = token.source.lstrip("-").isdigit()
        number: int | float = int(token.source) if whole else float(token.source)
        if not -(2.0**63) <= number <= 2.0**63 and (whole or abs(number) == float("inf")):
            raise self.error("this number is too large", token)
        return number

    def quoted(self, expected: str) -> str:
        """Read a text literal or fail with what was expected."""
        if self.token.kind != "text":
            raise self.error(f"expected {expected}")
        return self.next().text
