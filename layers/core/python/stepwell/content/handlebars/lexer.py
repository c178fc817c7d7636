"""Cuts a Handlebars source into tokens; the rules and their order are those of Handlebars' lexer (handlebars.l)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stepwell.content.handlebars.tree import HandlebarsError

_ID = r"[^\s!\"#%-,\./;->@\[-\^`\{-~]+"
_END = r"(?=[=~}\s/.)|])"
_LITERAL_END = r"(?=[~}\s)])"
# The first that fits wins.
_RULES = (
    ("OPEN_SEXPR", r"\("),
    ("CLOSE_SEXPR", r"\)"),
    ("OPEN_RAW_BLOCK", r"\{\{\{\{"),
    ("CLOSE_RAW_BLOCK", r"\}\}\}\}"),
    ("OPEN_PARTIAL", r"\{\{~?>"),
    ("OPEN_PARTIAL_BLOCK", r"\{\{~?#>"),
    ("OPEN_BLOCK", r"\{\{~?#\*?"),
    ("OPEN_ENDBLOCK", r"\{\{~?/"),
    ("INVERSE", r"\{\{~?\^\s*~?\}\}|\{\{~?\s*else\s*~?\}\}"),
    ("OPEN_INVERSE", r"\{\{~?\^"),
    ("OPEN_INVERSE_CHAIN", r"\{\{~?\s*else\b"),
    ("OPEN_UNESCAPED", r"\{\{~?\{"),
    ("OPEN_PLAIN", r"\{\{~?&"),
    ("LONG_COMMENT", r"\{\{~?!--"),
    ("COMMENT", r"\{\{~?!"),
    ("OPEN", r"\{\{~?\*?"),
    ("EQUALS", r"="),
    ("UP", r"\.\."),
    ("HERE", rf"\.{_END}"),
    ("SEP", r"[/.]"),
    ("SPACE", r"\s+"),
    ("CLOSE_UNESCAPED", r"\}~?\}\}"),
    ("CLOSE", r"~?\}\}"),
    ("STRING", r'"(?:\\"|[^"])*"|\'(?:\\\'|[^\'])*\''),
    ("DATA", r"@"),
    ("BOOLEAN", rf"(?:true|false){_LITERAL_END}"),
    ("UNDEFINED", rf"undefined{_LITERAL_END}"),
    ("NULL", rf"null{_LITERAL_END}"),
    ("NUMBER", rf"-?[0-9]+(?:\.[0-9]+)?{_LITERAL_END}"),
    ("OPEN_BLOCK_PARAMS", r"as\s+\|"),
    ("CLOSE_BLOCK_PARAMS", r"\|"),
    ("ID", rf"{_ID}{_END}"),
    ("SEGMENT", r"\[(?:\\\]|[^\]])*\]"),
)
_TAG = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _RULES))
_LONG_END = re.compile(r"--~?\}\}")
_RAW_END = re.compile(rf"\{{\{{\{{\{{/({_ID})(?=[=}}\s/.])\}}\}}\}}\}}")
_NAMES = {"UP": "ID", "HERE": "ID", "SEGMENT": "ID", "OPEN_PLAIN": "OPEN"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the source."""

    kind: str
    text: str
    line: int


class _Lexer:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.found: list[Token] = []
        self._line = 1
        self._counted = 0

    def line(self) -> int:
        self._line += self.source.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def take(self, kind: str, end: int, text: str | None = None) -> None:
        line = self.line()
        self.found.append(Token(kind, self.source[self.at : end] if text is None else text, line))
        self.at = end

    def run(self) -> list[Token]:
        source = self.source
        while self.at < len(source):
            tag = source.find("{{", self.at)
            if tag < 0:
                self.take("CONTENT", len(source))
                break
            before = source[self.at : tag]
            escaped = before.endswith("\\") and not before.endswith("\\\\")
            text = before.removesuffix("\\")
            if text:
                self.take("CONTENT", tag, text)
            self.at = tag
            if escaped:
                self.escaped()
            else:
                self.tag()
        self.found.append(Token("EOF", "", self.line()))
        return self.found

    def escaped(self) -> None:
        end = self.source.find("{{", self.at + 2)
        if end < 0:
            end = len(self.source)
        for _ in range(2):
            if end - 1 >= self.at + 2 and end < len(self.source) and self.source[end - 1] == "\\":
                end -= 1
        self.take("CONTENT", end)

    def tag(self) -> None:
        """Read up to the end of the tag."""
        while True:
            found = _TAG.match(self.source, self.at)
            if found is None:
                raise HandlebarsError(self._unreadable(), self.line())
            kind = str(found.lastgroup)
            if kind == "SPACE":
                self.at = found.end()
            elif kind in ("LONG_COMMENT", "COMMENT"):
                return self.comment(kind, found.end())
            elif kind == "CLOSE_RAW_BLOCK":
                self.take(kind, found.end())
                return self.raw()
            else:
                self.take(_NAMES.get(kind, kind), found.end())
                if kind in ("CLOSE", "CLOSE_UNESCAPED", "INVERSE"):
                    return None

    def _unreadable(self) -> str:
        rest = self.source[self.at : self.at + 20].split("\n")[0]
        return f"cannot be read from here: {rest!r}" if rest else "a tag is not closed"

    def comment(self, kind: str, start: int) -> None:
        if kind == "COMMENT":
            end = self.source.find("}}", start)
            stop = end + 2
        else:
            found = _LONG_END.search(self.source, start - 2)
            end, stop = (found.start(), found.end()) if found else (-1, -1)
        if end < 0:
            raise HandlebarsError("a comment is not closed", self.line())
        self.take("COMMENT", stop)

    def raw(self) -> None:
        """Read a raw block's content, other raw blocks in it included."""
        depth, source = 1, self.source
        while True:
            if not source.startswith("{{{{", self.at):
                end = source.find("{{{{", self.at)
                if end < 0:
                    raise HandlebarsError("a raw block is not closed", self.line())
                self.take("CONTENT", end)
            elif found := _RAW_END.match(source, self.at):
                depth -= 1
                if not depth:
                    return self.take("END_RAW_BLOCK", found.end(), found[1])
                self.take("CONTENT", found.end())
            else:
                depth += not source.startswith("/", self.at + 4)
                self.take("CONTENT", self.at + 4)


def tokens(source: str) -> list[Token]:
    """Return a source's tokens, the last of them ``EOF``.

    Raises:
        HandlebarsError: It cannot be read.
    """
    return _Lexer(source).run()
