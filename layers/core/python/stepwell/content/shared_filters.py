"""The filters and the layout's macros for dialects that are not Jinja2: same names, same limits, same results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from jinja2.runtime import Context, Undefined

from stepwell.content.budget import budget
from stepwell.content.filters import FILTERS
from stepwell.content.sandbox import TenantEnvironment

Function = Callable[..., Any]
MACROS = ("button", "heading", "row", "step")


def listed(value: Any) -> Any:
    """Return a generator's items as a list, within the budget; all else as it is."""
    if not isinstance(value, Iterator) or isinstance(value, Undefined):
        return value
    return budget().measure_value(list(islice(value, budget().limits.value + 1)))


def shared_filters(environment: TenantEnvironment) -> Mapping[str, Function]:
    """Return the filters, and the macros of the layout if the environment has any, as functions."""
    context: Context = environment.from_string("").new_context({})

    def filtering(name: str) -> Function:
        def function(value: Any = None, /, *arguments: Any, **named: Any) -> Any:
            found = environment.call_filter(name, value, arguments, named, context, context.eval_ctx)
            return listed(found)

        return function

    functions = {name: filtering(name) for name in FILTERS}
    if "parts" in environment.partials():
        functions |= {name: _macro(environment, name) for name in MACROS}
    return functions


def _macro(environment: TenantEnvironment, name: str) -> Function:
    def function(*arguments: Any) -> Any:
        budget().turn()
        found = environment.get_template("parts").module
        return budget().measure_value(getattr(found, name)(*arguments))

    return function
