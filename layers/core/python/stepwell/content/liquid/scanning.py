"""Looks over a Liquid source before python-liquid's lexer does, whose expressions take quadratic time on hostile ones.

Tags that never end, tags of great length and long runs of white space in them are refused; all else passes.
"""

from __future__ import annotations

import re

from stepwell.content.dialects import DialectFault

_MAX_TAG = 10_000
_WIDE = re.compile(r"\s{200}")
_VERBATIM = re.compile(r"\{%-?\s{0,199}(raw|doc)\b")


def scan(source: str) -> None:
    """Check that the source can be read in time that grows with its length.

    Raises:
        DialectFault: It cannot.
    """
    at = 0
    while (at := source.find("{", at)) >= 0:
        opening = source[at : at + 2]
        if opening not in ("{{", "{%"):
            at += 1
            continue
        verbatim = _VERBATIM.match(source, at)
        start = at
        if verbatim is not None:
            at = source.find("end" + verbatim[1], at)
            if at < 0:
                raise _fault(source, start, f"`{verbatim[1]}` is not closed")
        end = source.find("}}" if opening == "{{" else "%}", at + 2 if at == start else at)
        if end < 0:
            raise _fault(source, start, "a tag is not closed")
        if at == start and (end - at > _MAX_TAG or _WIDE.search(source, at, end)):
            raise _fault(source, start, "a tag is too long")
        at = end + 2


def _fault(source: str, at: int, message: str) -> DialectFault:
    return DialectFault(message, "template_syntax", source.count("\n", 0, at) + 1)
