"""Reads a Handlebars source into its tree; the grammar is that of Handlebars 4 (handlebars.yy)."""

from __future__ import annotations

from collections.abc import Sequence

from stepwell.content.handlebars.lexer import Token, tokens
from stepwell.content.handlebars.tree import (
    Block,
    Call,
    Comment,
    Content,
    Expression,
    HandlebarsError,
    Literal,
    Mustache,
    Partial,
    Path,
    Program,
    Strip,
)
from stepwell.content.handlebars.whitespace import Stripper

MAX_NESTING = 60
_NAMES = frozenset({"ID", "DATA", "STRING", "NUMBER", "BOOLEAN", "UNDEFINED", "NULL"})


def parse(source: str, *, standalone: bool = True) -> Program:
    """Read a source.

    Args:
        source: The template.
        standalone: Whether lines that hold a tag alone vanish.

    Raises:
        HandlebarsError: It is no template.
    """
    reader = _Reader(tokens(source))
    program = reader.program()
    if reader.kind != "EOF":
        raise reader.unexpected()
    Stripper(standalone=standalone).program(program)
    return program


class _Reader:
    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        self._at = 0
        self._depth = 0

    @property
    def kind(self) -> str:
        return self._found[self._at].kind

    @property
    def line(self) -> int:
        return self._found[self._at].line

    def next(self, kind: str) -> Token:
        token = self._found[self._at]
        if token.kind != kind:
            raise self.unexpected()
        self._at += 1
        return token

    def unexpected(self) -> HandlebarsError:
        token = self._found[self._at]
        shown = token.text.strip()[:30] if token.kind != "EOF" else "end of the template"
        return HandlebarsError(f"unexpected {shown!r}", token.line)

    def nest(self, by: int) -> None:
        self._depth += by
        if self._depth > MAX_NESTING:
            raise HandlebarsError(f"nested deeper than {MAX_NESTING}", self.line)

    def program(self, params: tuple[str, ...] = ()) -> Program:
        body: list[object] = []
        while True:
            kind = self.kind
            if kind == "CONTENT":
                text = self.next(kind).text
                body.append(Content(text, text))
            elif kind == "COMMENT":
                text = self.next(kind).text
                body.append(Comment(_strip(text, text)))
            elif kind in ("OPEN", "OPEN_UNESCAPED"):
                body.append(self.mustache())
            elif kind == "OPEN_BLOCK":
                body.append(self.block())
            elif kind == "OPEN_INVERSE":
                body.append(self.inverted())
            elif kind == "OPEN_PARTIAL":
                body.append(self.partial())
            elif kind == "OPEN_PARTIAL_BLOCK":
                body.append(self.partial_block())
            elif kind == "OPEN_RAW_BLOCK":
                body.append(self.raw_block())
            else:
                return Program(body, params)

    def mustache(self) -> Mustache:
        opened = self.next(self.kind)
        call = self.call(opened.line)
        closed = self.next("CLOSE_UNESCAPED" if opened.kind == "OPEN_UNESCAPED" else "CLOSE")
        if "*" in opened.text:
            raise HandlebarsError(f"there is no decorator {call.path.original!r}", opened.line)  # type: ignore[union-attr]
        plain = opened.kind == "OPEN_UNESCAPED" or opened.text.endswith("&")
        return Mustache(call, not plain, _strip(opened.text, closed.text))

    def block(self) -> Block:
        self.nest(1)
        opened = self.next("OPEN_BLOCK")
        inline = "*" in opened.text
        call, params, strip = self.head(opened)
        program = self.program(params)
        inverse, between, chained = self.inverse(call)
        if inline and inverse is not None:
            raise HandlebarsError("an inline partial has no else", opened.line)
        close = self.close(call)
        if chained and inverse is not None:
            inverse.body[0].close = close
        self.nest(-1)
        return Block(call, program, inverse, strip, between, close, inline)

    def inverted(self) -> Block:
        self.nest(1)
        call, params, strip = self.head(self.next("OPEN_INVERSE"))
        inverse = self.program(params)
        program, between = None, None
        if self.kind == "INVERSE":
            text = self.next("INVERSE").text
            program, between = self.program(), _strip(text, text)
        close = self.close(call)
        self.nest(-1)
        return Block(call, program, inverse, strip, between, close)

    def head(self, opened: Token) -> tuple[Call, tuple[str, ...], Strip]:
        call = self.call(opened.line)
        params: list[str] = []
        if self.kind == "OPEN_BLOCK_PARAMS":
            self.next("OPEN_BLOCK_PARAMS")
            while self.kind == "ID":
                params.append(_segment(self.next("ID").text))
            self.next("CLOSE_BLOCK_PARAMS")
        closed = self.next("CLOSE")
        return call, tuple(params), _strip(opened.text, closed.text)

    def inverse(self, around: Call) -> tuple[Program | None, Strip | None, bool]:
        """Read what follows an ``else``, if there is one: program, its tag's strip, whether it is a chain."""
        if self.kind == "INVERSE":
            text = self.next("INVERSE").text
            return self.program(), _strip(text, text), False
        if self.kind != "OPEN_INVERSE_CHAIN":
            return None, None, False
        self.nest(1)
        call, params, strip = self.head(self.next("OPEN_INVERSE_CHAIN"))
        program = self.program(params)
        inverse, between, chained = self.inverse(around)
        if chained and inverse is not None:
            inverse.body[0].close = between
        self.nest(-1)
        return Program([Block(call, program, inverse, strip, between, between)], chained=True), strip, True

    def close(self, call: Call) -> Strip:
        opened = self.next("OPEN_ENDBLOCK")
        name = self.name()
        closed = self.next("CLOSE")
        wanted = call.path.original if isinstance(call.path, Path | Literal) else ""
        if wanted != name.original:
            raise HandlebarsError(f"{wanted!r} is closed by {name.original!r}", opened.line)
        return _strip(opened.text, closed.text)

    def partial(self) -> Partial:
        opened = self.next("OPEN_PARTIAL")
        call = self.call(opened.line, dynamic=True)
        return Partial(call, _strip(opened.text, self.next("CLOSE").text))

    def partial_block(self) -> Partial:
        self.nest(1)
        opened = self.next("OPEN_PARTIAL_BLOCK")
        call = self.call(opened.line, dynamic=True)
        strip = _strip(opened.text, self.next("CLOSE").text)
        program = self.program()
        close = self.close(call)
        self.nest(-1)
        return Partial(call, strip, program=program, open=strip, close=close)

    def raw_block(self) -> Block:
        opened = self.next("OPEN_RAW_BLOCK")
        call = self.call(opened.line)
        self.next("CLOSE_RAW_BLOCK")
        text = ""
        while self.kind == "CONTENT":
            text += self.next("CONTENT").text
        closed = self.next("END_RAW_BLOCK")
        name = call.path.original if isinstance(call.path, Path | Literal) else ""
        if name != closed.text:
            raise HandlebarsError(f"{name!r} is closed by {closed.text!r}", closed.line)
        return Block(call, Program([Content(text, text)]), None, Strip(), None, Strip(), raw=True)

    def call(self, line: int, *, dynamic: bool = False, sub: bool = False) -> Call:
        path = self.sub() if dynamic and self.kind == "OPEN_SEXPR" else self.name()
        params: list[Expression] = []
        named: list[tuple[str, Expression]] = []
        while self.kind in _NAMES or self.kind == "OPEN_SEXPR":
            if self.kind == "ID" and self._found[self._at + 1].kind == "EQUALS":
                key = _segment(self.next("ID").text)
                self.next("EQUALS")
                named.append((key, self.expression()))
            elif named:
                raise self.unexpected()
            else:
                params.append(self.expression())
        return Call(path, tuple(params), tuple(named), line, sub)

    def expression(self) -> Expression:
        return self.sub() if self.kind == "OPEN_SEXPR" else self.name()

    def sub(self) -> Call:
        self.nest(1)
        line = self.next("OPEN_SEXPR").line
        call = self.call(line, sub=True)
        self.next("CLOSE_SEXPR")
        self.nest(-1)
        return call

    def name(self) -> Path | Literal:
        kind, line = self.kind, self.line
        if kind not in _NAMES:
            raise self.unexpected()
        if kind == "DATA":
            self.next(kind)
            return self.path(data=True)
        if kind == "ID":
            return self.path(data=False)
        text = self.next(kind).text
        if kind == "STRING":
            value = text[1:-1].replace("\\" + text[0], text[0])
            return Literal(value, value, line)
        if kind == "NUMBER":
            return Literal(_number(text, line), text, line)
        if kind == "BOOLEAN":
            return Literal(text == "true", text, line)
        return Literal(None, text, line, absent=kind == "UNDEFINED")

    def path(self, *, data: bool) -> Path:
        line = self.line
        original, depth, parts = "@" if data else "", 0, list[str]()
        separator = ""
        while True:
            text = self.next("ID").text
            part = _segment(text)
            original += separator + part
            if part == text and part in ("..", ".", "this"):
                if parts:
                    raise HandlebarsError(f"invalid path: {original}", line)
                depth += part == ".."
            else:
                parts.append(part)
            if self.kind != "SEP":
                return Path(tuple(parts), depth, data, original, line)
            separator = self.next("SEP").text


def _segment(text: str) -> str:
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text


def _number(text: str, line: int) -> int | float:
    if len(text) > 20:
        raise HandlebarsError("a number with too many digits", line)
    return float(text) if "." in text else int(text)


def _strip(opened: str, closed: str) -> Strip:
    return Strip(opened[2:3] == "~", closed[-3:-2] == "~")
