"""Renders a template for one contact: subject, HTML and text, within limits, its errors with their line.

A renderer compiles each source once and is shared by all sends of a container.
"""

from __future__ import annotations

import re
import traceback
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from threading import Lock
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError

from stepwell.content.budget import Limits, OverBudget, spending
from stepwell.content.faults import TemplateFault
from stepwell.content.models import Template
from stepwell.content.plain import plain_text
from stepwell.content.sandbox import TenantEnvironment

# On one line with the content's first, so that line numbers are those of the author's source.
_OPENING = (
    '{{% extends "{layout}" %}}{{% block content %}}{{% from "parts" import button, heading, step, row %}}'
)
_CLOSING = "{% endblock %}"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MAX_SUBJECT = 255
_CACHED = 256


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
    _environments: dict[bool, TenantEnvironment] = field(init=False)
    _compiled: OrderedDict[tuple[bool, str], jinja2.Template] = field(init=False)
    _lock: Any = field(init=False)

    def __post_init__(self) -> None:
        self._environments = {
            escape: TenantEnvironment(escape=escape, partials=self.partials if escape else {})
            for escape in (True, False)
        }
        self._compiled = OrderedDict()
        self._lock = Lock()

    def render(self, template: Template, context: Mapping[str, Any], *, subject: str = "") -> Rendered:
        """Render all parts for one contact.

        Args:
            template: The template.
            context: See `stepwell.content.personalization`.
            subject: Used instead of the template's subject, when given.

        Raises:
            TemplateFault: A part cannot be compiled or rendered.
        """
        missing: dict[str, None] = {}
        values = {**context, "language": template.language, "purpose": template.purpose}
        line = _one_line(self._part("subject", subject or template.subject, values, missing, escape=False))
        values["subject"] = line[:_MAX_SUBJECT]
        values["preheader"] = _one_line(
            self._part("preheader", template.preheader, values, missing, escape=False)
        )
        html = self._part("html", self.html_source(template), values, missing, escape=True)
        text = self._part("text", template.text, values, missing, escape=False) if template.text else ""
        return Rendered(
            subject=values["subject"],
            html=html,
            text=text or (plain_text(html) if html else ""),
            missing=tuple(missing),
            preheader=values["preheader"],
        )

    def html_source(self, template: Template) -> str:
        """Return the HTML part as it is compiled, put into its layout."""
        if not template.html or not template.layout:
            return template.html
        return _OPENING.format(layout=template.layout) + template.html + _CLOSING

    def compile(self, part: str, source: str, *, escape: bool) -> jinja2.Template:
        """Compile a source, or take it from the cache.

        Raises:
            TemplateFault: Not a template, or it uses what templates may not use.
        """
        key = (escape, source)
        with self._lock:
            found = self._compiled.get(key)
            if found is not None:
                self._compiled.move_to_end(key)
                return found
        try:
            made = self._environments[escape].from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise TemplateFault(
                str(error.message), code="template_syntax", part=part, line=error.lineno
            ) from error
        except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
            raise TemplateFault("too deeply nested", code="template_limit", part=part) from error
        with self._lock:
            self._compiled[key] = made
            while len(self._compiled) > _CACHED:
                self._compiled.popitem(last=False)
        return made

    def parse(self, source: str) -> jinja2.nodes.Template:
        """Parse a source, to look at what it uses.

        Raises:
            TemplateFault: Not a template.
        """
        try:
            return self._environments[True].parse(source)
        except jinja2.TemplateSyntaxError as error:
            raise TemplateFault(str(error.message), code="template_syntax", line=error.lineno) from error

    def _part(
        self, part: str, source: str, values: Mapping[str, Any], missing: dict[str, None], *, escape: bool
    ) -> str:
        if "{" not in source:
            return source
        compiled = self.compile(part, source, escape=escape)
        constant = len(source) + sum(map(len, self.partials.values()))
        try:
            with spending(self.limits, constant if escape else len(source)) as budget:
                text = self._run(compiled, values)
                missing.update(budget.missing)
                return text
        except (OverBudget, RecursionError, MemoryError) as error:
            detail = str(error) if isinstance(error, OverBudget) else "too deep"
            raise TemplateFault(
                f"the template does too much: {detail}", code="template_limit", part=part, line=_line(error)
            ) from error
        except SecurityError as error:
            raise TemplateFault(
                str(error), code="template_forbidden", part=part, line=_line(error)
            ) from error
        except (
            jinja2.TemplateError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
        ) as error:
            raise TemplateFault(
                f"{type(error).__name__}: {str(error)[:200]}",
                code="template_error",
                part=part,
                line=_line(error),
            ) from error

    def _run(self, compiled: jinja2.Template, values: Mapping[str, Any]) -> str:
        pieces: list[str] = []
        size = 0
        for piece in compiled.root_render_func(compiled.new_context(dict(values))):
            size += len(piece)
            if size > self.limits.output:
                raise OverBudget(f"more than {self.limits.output} characters of output")
            pieces.append(piece)
        return "".join(pieces)


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _line(error: BaseException) -> int:
    """Find the author's line: the innermost frame of the template itself, not of a partial or of Jinja2."""
    line = 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        template = frame.f_globals.get("__jinja_template__")
        if template is not None and template.name is None:
            line = template.get_corresponding_lineno(number)
    return line
