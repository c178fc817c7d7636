"""Cuts white space: what ``~`` asks for, and lines that hold nothing but a block's tag, a comment or a partial.

The steps and their order are those of Handlebars' `whitespace-control.js`.
"""

from __future__ import annotations

from typing import Any

from stepwell.content.handlebars.tree import (
    Block,
    Comment,
    Content,
    Mustache,
    Partial,
    Program,
    Strip,
)

_NONE = Strip()


class Stripper:
    """Strips one template.

    Args:
        standalone: Whether lines of tags alone vanish.
    """

    def __init__(self, *, standalone: bool = True) -> None:
        self._standalone = standalone
        self._root_seen = False

    def program(self, program: Program) -> None:
        """Strip statements and what is in them."""
        root = not self._root_seen
        self._root_seen = True
        body = program.body
        for index, current in enumerate(body):
            if isinstance(current, Content):
                continue
            if isinstance(current, Mustache):
                self._cut(body, index, current.strip)
            elif isinstance(current, Comment) or (isinstance(current, Partial) and current.program is None):
                self._alone(body, index, current.strip, root)
            else:
                self._block_line(body, index, current, root)

    def _cut(self, body: list[Any], index: int, strip: Strip) -> None:
        if strip.close:
            _omit_right(body, index, multiple=True)
        if strip.open:
            _omit_left(body, index, multiple=True)

    def _alone(self, body: list[Any], index: int, strip: Strip, root: bool) -> None:
        alone = _ends_line(body, index, root) and _begins_line(body, index, root)
        self._cut(body, index, strip)
        if not (self._standalone and alone):
            return
        _omit_right(body, index)
        if _omit_left(body, index) and isinstance(body[index], Partial):
            original = body[index - 1].original
            body[index].indent = original[len(original.rstrip(" \t")) :]

    def _block_line(self, body: list[Any], index: int, block: Block | Partial, root: bool) -> None:
        opens, closes = self._block(block)
        opens = opens and _ends_line(body, index, root)
        closes = closes and _begins_line(body, index, root)
        self._cut(body, index, Strip(block.open.open, (block.close or _NONE).close))
        first, last = block.program or block.inverse, block.inverse or block.program
        if self._standalone and opens:
            _omit_right(_body(first), None)
            _omit_left(body, index)
        if self._standalone and closes:
            _omit_right(body, index)
            _omit_left(_body(last), None)

    def _block(self, block: Block | Partial) -> tuple[bool, bool]:
        """Strip a block's inside; tell whether its opening and closing tags may stand on lines of their own."""
        for part in (block.program, block.inverse):
            if part is not None:
                self.program(part)
        program = block.program or block.inverse
        inverse = block.inverse if block.program is not None else None
        first = last = inverse
        if inverse is not None and inverse.chained:
            first = inverse.body[0].program
            while last is not None and last.chained:
                last = last.body[-1].program
        inside, close = _body(program), block.close or _NONE
        opens = _begins_line(inside, None, False)
        closes = _ends_line(_body(first if first is not None else program), None, False)
        if block.open.close:
            _omit_right(inside, None, multiple=True)
        if inverse is not None:
            between = block.between or _NONE
            if between.open:
                _omit_left(inside, None, multiple=True)
            if between.close:
                _omit_right(_body(first), None, multiple=True)
            if close.open:
                _omit_left(_body(last), None, multiple=True)
            if (
                self._standalone
                and _ends_line(inside, None, False)
                and _begins_line(_body(first), None, False)
            ):
                _omit_left(inside, None)
                _omit_right(_body(first), None)
        elif close.open:
            _omit_left(inside, None, multiple=True)
        return opens, closes


def _body(program: Program | None) -> list[Any]:
    return program.body if program is not None else []


def _at(body: list[Any], index: int) -> Any:
    return body[index] if 0 <= index < len(body) else None


def _ends_line(body: list[Any], index: int | None, root: bool) -> bool:
    """Tell whether what stands before a place ends a line (or, at the root, begins the template)."""
    place = len(body) if index is None else index
    before, sibling = _at(body, place - 1), _at(body, place - 2)
    if before is None:
        return root
    if not isinstance(before, Content):
        return False
    kept = before.original.rstrip()
    return "\n" in before.original[len(kept) :] or (not kept and sibling is None and root)


def _begins_line(body: list[Any], index: int | None, root: bool) -> bool:
    place = -1 if index is None else index
    after, sibling = _at(body, place + 1), _at(body, place + 2)
    if after is None:
        return root
    if not isinstance(after, Content):
        return False
    kept = after.original.lstrip()
    return "\n" in after.original[: len(after.original) - len(kept)] or (
        not kept and sibling is None and root
    )


def _omit_right(body: list[Any], index: int | None, *, multiple: bool = False) -> None:
    current = _at(body, 0 if index is None else index + 1)
    if not isinstance(current, Content) or (not multiple and current.right_stripped):
        return
    before = current.value
    if multiple:
        current.value = before.lstrip()
    else:
        rest = before.lstrip(" \t")
        current.value = rest.removeprefix("\r\n") if rest.startswith("\r\n") else rest.removeprefix("\n")
    current.right_stripped = current.value != before


def _omit_left(body: list[Any], index: int | None, *, multiple: bool = False) -> bool:
    current = _at(body, len(body) - 1 if index is None else index - 1)
    if not isinstance(current, Content) or (not multiple and current.left_stripped):
        return False
    before = current.value
    current.value = before.rstrip() if multiple else before.rstrip(" \t")
    current.left_stripped = current.value != before
    return current.left_stripped
