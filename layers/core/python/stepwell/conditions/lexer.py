"""Cuts the text of a condition into tokens with their positions; the parser never looks at characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .errors import ConditionSyntaxError

MAX_SOURCE = 20_000
"""Longest text that is read, in characters."""

Kind = Literal["path", "number", "date", "text", "symbol", "end"]

FIRST_SEGMENT = re.compile(r"[^\W\d][\w$]*(?:-[\w$]+)*|\$[\w$]+(?:-[\w$]+)*")
"""A name that may open a path unquoted; anything else stands in backticks."""
NEXT_SEGMENT = re.compile(r"[\w$]+(?:-[\w$]+)*")
_QUOTED = r"`(?:[^`]|``)+`"
_TOKENS = re.compile(
    rf"""(?P<space>\s+)
    |(?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}
        (?:T[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,6}})?)?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?)?)
    |(?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<path>(?:{FIRST_SEGMENT.pattern}|{_QUOTED})(?:\.(?:{NEXT_SEGMENT.pattern}|{_QUOTED}))*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<symbol><=|>=|!=|<>|==|=|<|>|\(|\)|\[|\]|,)""",
    re.VERBOSE | re.DOTALL,
)
_SEGMENT = re.compile(rf"({_QUOTED})|({NEXT_SEGMENT.pattern})")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    Attributes:
        kind: What it is.
        source: The characters as written.
        position: 0-based offset of its first character.
    """

    kind: Kind
    source: str
    position: int

    @property
    def word(self) -> str:
        """The keyword that this could be: lower case, or empty for anything but a bare name."""
        if self.kind == "symbol":
            return self.source
        return self.source.lower() if self.kind == "path" and "`" not in self.source else ""

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's names without their backticks."""
        found = _SEGMENT.finditer(self.source)
        return tuple(m[2] if m[2] is not None else m[1][1:-1].replace("``", "`") for m in found)

    @property
    def text(self) -> str:
        """The text literal without its quotes and escapes."""
        return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), self.source[1:-1], flags=re.DOTALL)

    @property
    def shown(self) -> str:
        """The token as an error message names it."""
        return "the end" if self.kind == "end" else f"`{self.source[:40]}`"


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens, closed by one of kind `end`.

    Raises:
        ConditionSyntaxError: A character that begins no token, or too long a text.
    """
    if len(text) > MAX_SOURCE:
        raise ConditionSyntaxError(f"a condition has at most {MAX_SOURCE} characters", MAX_SOURCE)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKENS.match(text, at)
        if match is None:
            raise ConditionSyntaxError(_complaint(text[at]), at)
        kind = match.lastgroup
        if kind is not None and kind != "space":
            tokens.append(Token(kind, match[0], at))  # type: ignore[arg-type]
        at = match.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


def _complaint(character: str) -> str:
    if character in "\"'`":
        return f"the {character} is never closed"
    return f"unexpected character {character!r}"
