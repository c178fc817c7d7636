"""Takes Jinja2 out of a text for the time in which a compiler of markup has it, and puts it back unchanged.

To such a compiler ``{% if a < b %}`` is a broken tag and ``{{ x }}`` an odd width. It gets words instead, which it
carries to where they belong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_OPEN = re.compile(r"\{[{#%]")
_CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}
_RAW, _ENDRAW = re.compile(r"\{%-?\s*raw\s*-?%\}"), re.compile(r"\{%-?\s*endraw\s*-?%\}")
_TEXT = re.compile(r"""'(?:\\.|[^'\\])*+'|"(?:\\.|[^"\\])*+\"""", re.DOTALL)
_STOPS = {"{{": re.compile(r"['\"]|\}\}"), "{%": re.compile(r"['\"]|%\}")}


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

    kept, position = [], 0
    for start, end in _places(source):
        name = f"{opening}{len(pieces)}z"
        pieces[name] = source[start:end]
        lines[name] = 1 + source.count("\n", 0, start)
        kept += [source[position:start], name]
        position = end
    text = "".join((*kept, source[position:]))
    return Masked(text, pieces, lines, re.compile(rf"{opening}\d+z"))


def _places(source: str) -> Iterator[tuple[int, int]]:
    """Yield where expressions, statements and comments stand.

    Nothing is looked for twice: the time grows with the source, whatever is left open in it.
    """
    given_up: set[str] = set()

    def first(what: str, at: int) -> int:
        found = -1 if what in given_up else source.find(what, at)
        if found < 0:
            given_up.add(what)
        return found

    def quoted(kind: str, at: int) -> int:
        """Return where a text of a kind of quote ends; 0: nowhere."""
        found = None if kind in given_up else _TEXT.match(source, at)
        if found is None:
            given_up.add(kind)
        return found.end() if found else 0

    def closing(opened: str, at: int) -> int:
        """Return the end of an expression, past what its texts hold."""
        while "texts" not in given_up and (stop := _STOPS[opened].search(source, at)):
            if len(stop.group()) > 1:
                return stop.end()
            at = quoted(stop.group(), stop.start()) or stop.end()
        # A quote that is never closed must not hide the end of its expression: then the plain form is taken.
        given_up.add("texts")
        return 0

    at = 0
    while opened := _OPEN.search(source, at):
        kind, at = opened.group(), opened.end()
        plain = first(_CLOSE[kind], at)
        if plain < 0:
            continue
        end = plain + 2
        if kind != "{#":
            end = closing(kind, at) or end
        if kind == "{%" and "endraw" not in given_up and (raw := _RAW.match(source, opened.start())):
            ending = _ENDRAW.search(source, raw.end())
            if ending is None:
                given_up.add("endraw")
            else:
                end = ending.end()
        yield opened.start(), end
        at = end
