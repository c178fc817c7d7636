"""Liquid behind the door of all dialects: our filters beside Liquid's own, snippets for `render` and `include`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from jinja2.exceptions import SecurityError, TemplateError
from liquid import DictLoader, Environment
from liquid.exceptions import (
    DisabledTagError,
    LiquidError,
    ResourceLimitError,
    StopRender,
)
from liquid.filter import with_context

from stepwell.content.budget import OverBudget, budget
from stepwell.content.dialects import DialectFault
from stepwell.content.liquid.running import LimitedContext, LimitedTemplate, LiquidMissing
from stepwell.content.liquid.scanning import scan
from stepwell.content.lookups import Function
from stepwell.content.missing import Missing
from stepwell.content.sandbox import TenantEnvironment
from stepwell.content.shared_filters import shared_filters

# Ours, by the same names as in other dialects, in place of Liquid's that read the clock, parse HTML or go wrong on
# what is not there; all other names that Liquid has mean what they mean in Liquid.
_OURS = frozenset({"date", "default", "replace"})
_NOT_OURS = frozenset({"attr", "d"})
_FUNCTIONS = ("catalog", "block", "connected")
_MAX_ITEMS = 2_000
_MAX_NUMBER = 1_000
_SIZED = frozenset({"round", "slice", "truncate", "truncatewords", "batch"})
_MAX_DIGITS = 400


class _Environment(Environment):
    template_class = LimitedTemplate
    block_nesting_limit = 60
    context_depth_limit = 60

    def __init__(
        self, functions: Mapping[str, Callable[..., Any]], snippets: Mapping[str, str], escape: bool
    ) -> None:
        self._functions = functions
        for source in snippets.values():
            scan(source)
        super().__init__(loader=DictLoader(dict(snippets)), undefined=LiquidMissing, autoescape=escape)

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        own = dict(self.filters)
        for name, function in self._functions.items():
            if name in _OURS or (name not in own and name not in _NOT_OURS):
                own[name] = function
        own["strip_html"] = self._functions["striptags"]
        self.filters = {name: _measured(name, function) for name, function in own.items()}
        for name in _FUNCTIONS:
            self.filters[name] = _called(name)
        del self.tags["doc"]


class LiquidDialect:
    """Compiles Liquid.

    Args:
        environment: Whose filters and macros become Liquid's; it says whether values are escaped.
        snippets: What `render` and `include` can name.
    """

    def __init__(self, environment: TenantEnvironment, snippets: Mapping[str, str]) -> None:
        self._environment = _Environment(
            shared_filters(environment), snippets, escape=bool(environment.autoescape)
        )

    def compile(self, source: str) -> LiquidTemplate:
        """Compile a source.

        Raises:
            DialectFault: It is no template.
        """
        scan(source)
        try:
            template = self._environment.from_string(source)
        except LiquidError as error:
            deep = isinstance(error.__cause__, RecursionError) or isinstance(error, ResourceLimitError)
            code = "template_limit" if deep else "template_syntax"
            raise DialectFault(_told(error), code, _line(error)) from error
        except RecursionError as error:
            raise DialectFault("too deeply nested", "template_limit") from error
        return LiquidTemplate(template)


class LiquidTemplate:
    """A compiled source."""

    __slots__ = ("_template",)

    def __init__(self, template: Any) -> None:
        self._template = template

    def render(self, values: Mapping[str, Any]) -> str:
        """Render it.

        Raises:
            DialectFault: It fails on these values, or does too much.
        """
        try:
            return str(self._template.render(values))
        except (OverBudget, RecursionError, MemoryError, ResourceLimitError) as error:
            detail = "too deep" if isinstance(error, RecursionError | MemoryError) else _told(error)
            raise DialectFault(
                f"the template does too much: {detail}", "template_limit", _line(error)
            ) from error
        except (SecurityError, DisabledTagError) as error:
            raise DialectFault(_told(error), "template_forbidden", _line(error)) from error
        except (
            LiquidError,
            TemplateError,
            StopRender,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
        ) as error:
            raise DialectFault(_told(error), "template_error", _line(error)) from error

    def names(self) -> set[str]:
        """Return the top-level names that it reads."""
        return set(self._template.global_variables(include_partials=False))


def _told(error: BaseException) -> str:
    message = error.message if isinstance(error, LiquidError) else error
    kind = "" if isinstance(error, LiquidError | OverBudget | SecurityError) else f"{type(error).__name__}: "
    return f"{kind}{str(message)[:200]}"


def _line(error: BaseException) -> int:
    token = getattr(error, "token", None)
    if token is None or token.start_index < 0:
        return 0
    return int(token.source.count("\n", 0, token.start_index)) + 1


def _measured(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def filtered(*arguments: Any, **named: Any) -> Any:
        work = budget()
        work.spend()
        given = [*arguments, *named.values()]
        for value in given:
            _check(name, value)
        if name in ("join", "replace_first", "replace_last"):
            _check_built(name, arguments)
        values = [_plain(value) for value in arguments] if name in _OURS else list(arguments)
        return work.measure_value(_kept(function(*values, **named)))

    return filtered


def _check(name: str, value: Any) -> None:
    if isinstance(value, list | tuple | range):
        if len(value) > _MAX_ITEMS:
            raise OverBudget(f"a filter of more than {_MAX_ITEMS} items")
        budget().measure_value(value)
    elif isinstance(value, int | float) and name in _SIZED and abs(value) > _MAX_NUMBER:
        raise OverBudget(f"a filter argument beyond {_MAX_NUMBER}")
    elif isinstance(value, str) and len(value) > _MAX_DIGITS and value.strip()[:1].isdigit():
        # Texts are read as numbers by filters that count; one of many digits is work.
        budget().measure(len(value))


def _check_built(name: str, arguments: tuple[Any, ...]) -> None:
    if name == "join" and arguments and isinstance(arguments[0], list | tuple):
        between = len(str(arguments[1])) if len(arguments) > 1 else 1
        budget().measure(sum(len(str(item)) + between for item in arguments[0]))


def _plain(value: Any) -> Any:
    """Return what our own filters take for a missing field."""
    return Missing(name=str(value.name)) if isinstance(value, LiquidMissing) else value


def _kept(value: Any) -> Any:
    return LiquidMissing(str(value._undefined_name)) if isinstance(value, Missing) else value


def _called(name: str) -> Callable[..., Any]:
    @with_context
    def function(*arguments: Any, context: LimitedContext, **named: Any) -> Any:
        found = context.scope.get(name)
        if not isinstance(found, Function):
            return LiquidMissing(name)
        return _kept(found(*arguments, **named))

    return function
