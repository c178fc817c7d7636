"""The languages that templates are written in, behind one door: compile once, render for each contact.

Each is imported when a template first asks for it: a cold start pays only for the language that it sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from stepwell.content.sandbox import TenantEnvironment

DialectName = Literal["jinja2", "handlebars", "liquid"]


class DialectFault(Exception):  # noqa: N818 - becomes a TemplateFault, which knows the part
    """A source is no template, or it failed.

    Args:
        message: What is wrong.
        code: As of `stepwell.content.faults.TemplateFault`.
        line: Line of the source, from 1; 0 when unknown.
    """

    def __init__(self, message: str, code: str, line: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


class Compiled(Protocol):
    """A template that can be rendered."""

    def render(self, values: Mapping[str, Any]) -> str:
        """Render it within the budget of this rendering.

        Raises:
            DialectFault: It fails on these values, or does too much.
        """

    def names(self) -> set[str]:
        """Return the top-level names that it reads."""


class Dialect(Protocol):
    """One language with one set of partials, escaping or not."""

    def compile(self, source: str) -> Compiled:
        """Compile a source.

        Raises:
            DialectFault: It is no template, or uses what templates may not use.
        """


def dialect(name: str, *, escape: bool, partials: Mapping[str, str], snippets: Mapping[str, str]) -> Dialect:
    """Return a language.

    Args:
        name: One of `DialectName`.
        escape: Whether values are escaped for HTML.
        partials: Layouts and macros in Jinja2.
        snippets: Pieces of the workspace, in this language, by name.
    """
    from stepwell.content.jinja_dialect import JinjaDialect

    if name == "jinja2":
        return JinjaDialect(TenantEnvironment(escape=escape, partials={**snippets, **partials}))
    environment = TenantEnvironment(escape=escape, partials=partials)
    if name == "handlebars":
        from stepwell.content.handlebars.dialect import HandlebarsDialect

        return HandlebarsDialect(environment, snippets)
    from stepwell.content.liquid.dialect import LiquidDialect

    return LiquidDialect(environment, snippets)
