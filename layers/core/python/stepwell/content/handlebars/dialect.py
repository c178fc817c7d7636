"""Handlebars behind the door of all dialects: faults told the same way, filters as helpers, snippets as partials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2.exceptions import SecurityError, TemplateError

from stepwell.content.budget import OverBudget, budget
from stepwell.content.dialects import DialectFault
from stepwell.content.handlebars.environment import Compiled, Environment
from stepwell.content.handlebars.naming import names_of
from stepwell.content.handlebars.parser import parse
from stepwell.content.handlebars.paths import Options
from stepwell.content.handlebars.tree import HandlebarsError
from stepwell.content.sandbox import TenantEnvironment
from stepwell.content.shared_filters import shared_filters


class HandlebarsDialect:
    """Compiles Handlebars.

    Args:
        environment: Whose filters and macros become helpers; it says whether values are escaped.
        snippets: Partials by name.
    """

    def __init__(self, environment: TenantEnvironment, snippets: Mapping[str, str]) -> None:
        options = Options(no_escape=not environment.autoescape)
        self._environment = Environment(snippets, shared_filters(environment), options)

    def compile(self, source: str) -> HandlebarsTemplate:
        """Compile a source.

        Raises:
            DialectFault: It is no template.
        """
        try:
            return HandlebarsTemplate(source, self._environment.compile(source))
        except HandlebarsError as error:
            raise DialectFault(str(error), "template_syntax", error.line) from error
        except RecursionError as error:
            raise DialectFault("too deeply nested", "template_limit") from error


class HandlebarsTemplate:
    """A compiled source."""

    __slots__ = ("_compiled", "_source")

    def __init__(self, source: str, compiled: Compiled) -> None:
        self._source = source
        self._compiled = compiled

    def render(self, values: Mapping[str, Any]) -> str:
        """Render it.

        Raises:
            DialectFault: It fails on these values, or does too much.
        """
        try:
            return self._compiled.render(values)
        except (OverBudget, RecursionError, MemoryError) as error:
            detail = str(error) if isinstance(error, OverBudget) else "too deep"
            message = f"the template does too much: {detail}"
            raise DialectFault(message, "template_limit", budget().line) from error
        except SecurityError as error:
            raise DialectFault(str(error), "template_forbidden", budget().line) from error
        except HandlebarsError as error:
            raise DialectFault(str(error), "template_error", error.line or budget().line) from error
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            message = f"{type(error).__name__}: {str(error)[:200]}"
            raise DialectFault(message, "template_error", budget().line) from error

    def names(self) -> set[str]:
        """Return the top-level names that it reads."""
        return names_of(parse(self._source))
