"""Takes Jinja2 out of a text for the time in which a compiler of markup has it, and puts it back unchanged.

To such a compiler ``{% if a < b %}`` is a broken tag and ``{{ x }}`` an odd width. It gets words instead, which it
carries to where they belong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TEXT = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
# A quote that is never closed must not hide the end of its expression: then the plain form is taken.
JINJA = re.compile(
    rf"\{{#.*?#\}}|\{{%-?\s*raw\s*-?%\}}.*?\{{%-?\s*endraw\s*-?%\}}"
    rf"|\{{\{{(?:{_TEXT}|(?!\}}\}}).)*?\}}\}}|\{{%(?:{_TEXT}|(?!%\}}).)*?%\}}",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without Jinja2.

    Attributes:
        text: Words stand where Jinja2 stood; lines are counted by `lines`, for a word is one line.
        pieces: What each word stands for.
        lines: 1-based line of each word in the text as it was written.
        word: Finds the words.
    """

    text: str
    pieces: Mapping[str, str]
    lines: Mapping[str, int]
    word: re.Pattern[str]

    def restore(self, text: str) -> str:
        """Put Jinja2 back into a text with its words."""
        return self.word.sub(lambda found: self.pieces[found.group()], text)

    def lost(self, text: str) -> list[str]:
        """Return the words that a text no longer has, in order."""
        kept = set(self.word.findall(text))
        return [word for word in self.pieces if word not in kept]

    def line(self, position: int) -> int:
        """Return the line, as it was written, of a position in `text`."""
        before = self.text[:position]
        hidden = sum(self.pieces[word].count("\n") for word in self.word.findall(before))
        return 1 + before.count("\n") + hidden


def mask(source: str) -> Masked:
    """Put a word for each expression, statement and comment."""
    opening = "jx"
    while opening in source:
        opening += "x"
    pieces: dict[str, str] = {}
    lines: dict[str, int] = {}

    def word(found: re.Match[str]) -> str:
        name = f"{opening}{len(pieces)}z"
        pieces[name] = found.group()
        lines[name] = 1 + source.count("\n", 0, found.start())
        return name

    return Masked(JINJA.sub(word, source), pieces, lines, re.compile(rf"{opening}\d+z"))
