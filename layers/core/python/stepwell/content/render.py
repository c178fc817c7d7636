"""Renders a template for one contact: subject, HTML and text, within limits, its errors with their line.

A renderer compiles each source once and is shared by all sends of a container.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from threading import Lock
from typing import Any

from stepwell.content.budget import Limits, spending
from stepwell.content.dialects import Compiled, Dialect, DialectFault, dialect
from stepwell.content.faults import TemplateFault
from stepwell.content.models import Template
from stepwell.content.plain import plain_text
from stepwell.content.sandbox import Ready

# On one line with the content's first, so that line numbers are those of the author's source.
_OPENING = (
    '{{% extends "{layout}" %}}{{% block content %}}{{% from "parts" import button, heading, step, row %}}'
)
_CLOSING = "{% endblock %}"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MAX_SUBJECT = 255
_CACHED = 256
_DIALECTS = 32

Snippets = tuple[tuple[str, str], ...]
"""Names and sources of pieces, sorted."""
_Key = tuple[str, bool, Snippets]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message's parts for one contact.

    Attributes:
        subject: One line.
        html: HTML part, may be empty.
        text: Plain-text part.
        missing: Fields that the template asked for and the contact lacks.
        preheader: The line that inboxes show after the subject.
    """

    subject: str
    html: str
    text: str
    missing: tuple[str, ...] = ()
    preheader: str = ""


@cache
def default_partials() -> Mapping[str, str]:
    """Return the package's layout and macros by name."""
    folder = resources.files("stepwell.content").joinpath("layouts")
    return {name: folder.joinpath(f"{name}.html").read_text("utf-8") for name in ("base", "parts")}


@dataclass(slots=True)
class Renderer:
    """Compiles and renders templates.

    Args:
        partials: Layouts and macros by name; default: those of the package.
        limits: Limits of each part.
    """

    partials: Mapping[str, str] = field(default_factory=default_partials)
    limits: Limits = field(default_factory=Limits)
    _dialects: dict[_Key, Dialect] = field(init=False, default_factory=dict)
    _compiled: dict[tuple[_Key, str], Compiled] = field(init=False, default_factory=dict)
    _constant: int = field(init=False)
    _lock: Any = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._constant = sum(map(len, self.partials.values()))

    def render(
        self,
        template: Template,
        context: Mapping[str, Any],
        *,
        subject: str = "",
        snippets: Snippets = (),
    ) -> Rendered:
        """Render all parts for one contact.

        Args:
            template: The template.
            context: See `stepwell.content.personalization`.
            subject: Used instead of the template's subject, when given.
            snippets: Pieces of the workspace that it may include: names and sources, in its dialect.

        Raises:
            TemplateFault: A part cannot be compiled or rendered.
        """
        missing: dict[str, None] = {}
        values = {**context, "language": template.language, "purpose": template.purpose}
        plain: _Key = (template.dialect, False, snippets)
        line = _one_line(self._part("subject", subject or template.subject, plain, values, missing))
        values["subject"] = line[:_MAX_SUBJECT]
        values["preheader"] = _one_line(self._part("preheader", template.preheader, plain, values, missing))
        html = self._html(template, snippets, values, missing)
        text = self._part("text", template.text, plain, values, missing) if template.text else ""
        return Rendered(
            subject=values["subject"],
            html=html,
            text=text or (plain_text(html) if html else ""),
            missing=tuple(missing),
            preheader=values["preheader"],
        )

    def piece(
        self,
        source: str,
        values: Mapping[str, Any],
        *,
        dialect: str = "jinja2",
        escape: bool = True,
        snippets: Snippets = (),
    ) -> str:
        """Render a piece of a message that is being rendered: its work counts as the message's.

        Raises:
            TemplateFault: It cannot be compiled.
            DialectFault: It cannot be rendered; the message's rendering tells the part.
        """
        if "{" not in source:
            return source
        return self.compile("html", source, escape=escape, dialect=dialect, snippets=snippets).render(values)

    def html_source(self, template: Template) -> str:
        """Return the HTML part as it is compiled: of Jinja2, put into its layout."""
        if not template.html or not template.layout or template.dialect != "jinja2":
            return template.html
        return _OPENING.format(layout=template.layout) + template.html + _CLOSING

    def compile(
        self, part: str, source: str, *, escape: bool, dialect: str = "jinja2", snippets: Snippets = ()
    ) -> Compiled:
        """Compile a source, or take it from the cache.

        Raises:
            TemplateFault: Not a template, or it uses what templates may not use.
        """
        return self._compile(part, source, (dialect, escape, snippets))

    def names(self, source: str, dialect: str = "jinja2", snippets: Snippets = ()) -> set[str]:
        """Return the top-level names that a source reads.

        Raises:
            TemplateFault: Not a template.
        """
        return self.compile("", source, escape=True, dialect=dialect, snippets=snippets).names()

    def _compile(self, part: str, source: str, key: _Key) -> Compiled:
        found = self._compiled.get((key, source))
        if found is not None:
            return found
        try:
            made = self._dialect(key).compile(source)
        except DialectFault as fault:
            raise TemplateFault(str(fault), code=fault.code, part=part, line=fault.line) from fault
        with self._lock:
            self._compiled[(key, source)] = made
            while len(self._compiled) > _CACHED:
                del self._compiled[next(iter(self._compiled))]
        return made

    def _dialect(self, key: _Key) -> Dialect:
        with self._lock:
            if key not in self._dialects:
                name, escape, snippets = key
                partials = self.partials if escape else {}
                self._dialects[key] = dialect(name, escape=escape, partials=partials, snippets=dict(snippets))
                while len(self._dialects) > _DIALECTS:
                    del self._dialects[next(iter(self._dialects))]
            return self._dialects[key]

    def _html(
        self, template: Template, snippets: Snippets, values: dict[str, Any], missing: dict[str, None]
    ) -> str:
        key: _Key = (template.dialect, True, snippets)
        html = self._part("html", self.html_source(template), key, values, missing)
        if not html or not template.layout or template.dialect == "jinja2":
            return html
        # The layout is Jinja2, whatever is put into it.
        laid = {**values, "_content": Ready(html)}
        source = _OPENING.format(layout=template.layout) + "{{ _content }}" + _CLOSING
        return self._part("html", source, ("jinja2", True, ()), laid, missing)

    def _part(
        self, part: str, source: str, key: _Key, values: Mapping[str, Any], missing: dict[str, None]
    ) -> str:
        if "{" not in source:
            return source
        compiled = self._compile(part, source, key)
        constant = len(source) + sum(len(snippet) for _, snippet in key[2])
        try:
            whole = constant + self._constant if key[1] else constant
            with spending(self.limits, whole, escape=key[1], language=values["language"]) as budget:
                text = compiled.render(values)
                missing.update(budget.missing)
                return text
        except DialectFault as fault:
            raise TemplateFault(str(fault), code=fault.code, part=part, line=fault.line) from fault


def _one_line(text: str) -> str:
    if text.isprintable():
        return " ".join(text.split())
    return " ".join(_CONTROL.sub(" ", text).split())
