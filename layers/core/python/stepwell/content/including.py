"""Which snippets a template puts in, found by name: they are read before it is compiled, and only they."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from stepwell.content.faults import TemplateFault
from stepwell.content.models import Template
from stepwell.content.pieces import BLOCK, SNIPPET, SOURCE, Snippet, read_piece

_NAME = r"[\"']([a-z0-9][a-z0-9_\-]{0,63})[\"']"
_TAGS = {
    "jinja2": re.compile(r"\{%[-+]?\s{0,50}(?:include|import|from)\s{1,50}" + _NAME),
    "handlebars": re.compile(r"\{\{~?#?>\s{0,50}[\"'\[]?([a-z0-9][a-z0-9_\-]{0,63})"),
    "liquid": re.compile(r"(?:\{%-?|\n)\s{0,50}(?:include|render)\s{1,50}" + _NAME),
}
_NAMED = {
    "block": re.compile(r"\bblock\s{0,20}\(?\s{0,20}" + _NAME + r"|" + _NAME + r"\s{0,20}\|\s{0,20}block\b"),
    "connected": re.compile(
        r"\bconnected\s{0,20}\(?\s{0,20}" + _NAME + r"|" + _NAME + r"\s{0,20}\|\s{0,20}connected\b"
    ),
}
_OWN_PARTIAL = re.compile(r"\{\{~?#\*\s{0,20}inline\s{1,20}" + _NAME)
MOST = 50

Find = Callable[[str, str], Any]
"""Returns a piece's document by kind and id, or the piece as it was read; None: there is none."""


def names_in(source: str, dialect: str) -> set[tuple[str, str]]:
    """Return which pieces a source names, as kind and id; names that are made while rendering are not seen."""
    inline = set(_OWN_PARTIAL.findall(source)) | {"@partial-block"}
    found = {(SNIPPET, name) for name in _TAGS[dialect].findall(source) if name not in inline}
    for kind, pattern in ((BLOCK, _NAMED["block"]), (SOURCE, _NAMED["connected"])):
        found |= {(kind, one or other) for one, other in pattern.findall(source)}
    return found


def snippets_of(template: Template, find: Find) -> tuple[tuple[str, str], ...]:
    """Return the snippets that a template and its snippets put in, by name.

    Raises:
        TemplateFault: One is written in another language, or there are too many.
    """
    return snippets_in(
        (template.subject, template.preheader, template.html, template.text), template.dialect, find
    )


def snippets_in(parts: Iterable[str], dialect: str, find: Find) -> tuple[tuple[str, str], ...]:
    """Return the snippets that sources of one language, and these snippets, put in, by name.

    Raises:
        TemplateFault: One is written in another language, or there are too many.
    """
    found: dict[str, str] = {}
    asked: set[str] = set()
    sources = list(parts)
    while sources:
        for name in _TAGS[dialect].findall(sources.pop()):
            if name in asked:
                continue
            asked.add(name)
            document = find(SNIPPET, name)
            if document is None:
                continue  # the layout's own partials, inline ones; else its dialect says that there is none
            snippet: Snippet = read_piece(SNIPPET, document)
            if snippet.dialect != dialect:
                raise TemplateFault(
                    f"the snippet `{name}` is written in {snippet.dialect}", code="snippet_dialect"
                )
            found[name] = snippet.source
            sources.append(snippet.source)
            if len(found) > MOST:
                raise TemplateFault(f"more than {MOST} snippets", code="template_limit")
    return tuple(sorted(found.items()))
