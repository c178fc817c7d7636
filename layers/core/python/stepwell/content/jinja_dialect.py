"""The Jinja2 dialect: the default, in the sandbox of `stepwell.content.sandbox`."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from itertools import islice
from typing import Any

import jinja2
from jinja2 import meta
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context

from stepwell.content.budget import OverBudget, budget
from stepwell.content.dialects import DialectFault
from stepwell.content.sandbox import TenantEnvironment

_CHUNK = 64
_FAILED = (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError)


class JinjaDialect:
    """Compiles Jinja2.

    Args:
        environment: The sandbox.
    """

    def __init__(self, environment: TenantEnvironment) -> None:
        self._environment = environment

    def compile(self, source: str) -> JinjaTemplate:
        """Compile a source.

        Raises:
            DialectFault: It is no template, or uses what templates may not use.
        """
        try:
            return JinjaTemplate(self._environment, source, self._environment.from_string(source))
        except jinja2.TemplateSyntaxError as error:
            raise DialectFault(str(error.message), "template_syntax", error.lineno) from error
        except AssertionError as error:
            # Jinja2's compiler knows no name that first appears in the filter of a `set` block.
            raise DialectFault("a name cannot be used here", "template_syntax") from error
        except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
            raise DialectFault("too deeply nested", "template_limit") from error


class JinjaTemplate:
    """A compiled source."""

    __slots__ = ("_environment", "_globals", "_source", "_template")

    def __init__(self, environment: TenantEnvironment, source: str, template: jinja2.Template) -> None:
        self._environment = environment
        self._source = source
        self._template = template
        self._globals = dict(template.globals)

    def render(self, values: Mapping[str, Any]) -> str:
        """Render it.

        Raises:
            DialectFault: It fails on these values, or does too much.
        """
        limit = budget().limits.output
        text, size = "", 0
        try:
            template = self._template
            # As `new_context`, which puts the same globals together anew each time.
            context = Context(self._environment, {**self._globals, **values}, template.name, template.blocks)
            pieces = template.root_render_func(context)
            # Some at a time: counted before there are more, and in C.
            while some := list(islice(pieces, _CHUNK)):
                size += sum(map(len, some))
                if size > limit:
                    raise OverBudget(f"more than {limit} characters of output")
                text += "".join(some)
        except (OverBudget, RecursionError, MemoryError) as error:
            detail = str(error) if isinstance(error, OverBudget) else "too deep"
            message = f"the template does too much: {detail}"
            raise DialectFault(message, "template_limit", _line(error)) from error
        except SecurityError as error:
            raise DialectFault(str(error), "template_forbidden", _line(error)) from error
        except _FAILED as error:
            message = f"{type(error).__name__}: {str(error)[:200]}"
            raise DialectFault(message, "template_error", _line(error)) from error
        return text

    def names(self) -> set[str]:
        """Return the top-level names that it reads."""
        return meta.find_undeclared_variables(self._environment.parse(self._source))


def _line(error: BaseException) -> int:
    """Find the author's line: the innermost frame of the template itself, not of a partial or of Jinja2."""
    line = 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        template = frame.f_globals.get("__jinja_template__")
        if template is not None and template.name is None:
            line = template.get_corresponding_lineno(number)
    return line
