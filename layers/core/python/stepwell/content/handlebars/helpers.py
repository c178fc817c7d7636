"""The helpers of Handlebars, and those for comparing; filters of the other dialects come in as helpers too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stepwell.content.budget import budget
from stepwell.content.handlebars.running import Bound, Frame, Scope
from stepwell.content.handlebars.tree import HandlebarsError
from stepwell.content.handlebars.values import ABSENT, empty, falsy, nothing, own, text_of
from stepwell.content.missing import Missing


@dataclass(slots=True)
class Invoked:
    """How a helper was called.

    Attributes:
        scope: Where.
        params: Its values.
        hash: Its named values.
        program: What is in its block; None: it has none, or an empty one.
        inverse: What follows the block's ``else``.
        block: Whether it was called as a block.
    """

    scope: Scope
    params: list[Any]
    hash: dict[str, Any]
    program: Bound | None = None
    inverse: Bound | None = None
    block: bool = False

    def main(self, here: Any, data: Frame | None = None, params: tuple[Any, ...] = ()) -> str:
        """Render the block."""
        return self.program(here, data, params) if self.program is not None else ""

    def other(self, here: Any) -> str:
        """Render what follows ``else``."""
        return self.inverse(here) if self.inverse is not None else ""


Helper = Callable[[Invoked], Any]


def one(call: Invoked, name: str) -> Any:
    """Return the only value.

    Raises:
        HandlebarsError: There are more or none.
    """
    if len(call.params) != 1:
        raise HandlebarsError(f"#{name} requires exactly one argument")
    return call.params[0]


def if_(call: Invoked) -> str:
    """Render the block if a value is true; 0 is with ``includeZero=true``."""
    return _either(call, "if", swapped=False)


def unless(call: Invoked) -> str:
    """Render the block if a value is not true."""
    return _either(call, "unless", swapped=True)


def _either(call: Invoked, name: str, *, swapped: bool) -> str:
    value = one(call, name)
    no = (falsy(value) and not call.hash.get("includeZero")) or empty(value)
    return call.other(call.scope.here) if no is not swapped else call.main(call.scope.here)


def each(call: Invoked) -> str:
    """Render the block for each item of a sequence or mapping."""
    if not call.params:
        raise HandlebarsError("#each needs what to go through")
    items = call.params[0]
    pairs: list[tuple[Any, Any]] = []
    if isinstance(items, Missing):
        items.report()
    elif isinstance(items, Mapping):
        pairs = list(items.items())
    elif isinstance(items, list | tuple):
        pairs = list(enumerate(items))
    if not pairs:
        return call.other(call.scope.here)
    frame, last = Frame(call.scope.data), len(pairs) - 1
    pieces: list[str] = []
    for index, (key, item) in enumerate(pairs):
        budget().turn()
        frame.update(key=key, index=index, first=index == 0, last=index == last)
        pieces.append(call.main(item, frame, (item, key)))
    return "".join(pieces)


def with_(call: Invoked) -> str:
    """Render the block with a value as its context."""
    value = one(call, "with")
    if empty(value):
        return call.other(call.scope.here)
    return call.main(value, None, (value,))


def lookup(call: Invoked) -> Any:
    """Return a property whose name is a value."""
    held, field = [*call.params, None, None][:2]
    if falsy(held) or nothing(field):
        return held if falsy(held) else Missing(name="lookup")
    name = text_of(field)
    found = own(held, name)
    return Missing(name=f"lookup.{name[:64]}") if found is ABSENT else found


def log(call: Invoked) -> None:
    """Write nothing: logs are the operator's, and what contacts are called has no place in them."""
    del call


def raw(call: Invoked) -> str:
    """Return a raw block's text as it is."""
    return call.main(call.scope.here)


def section(call: Invoked, value: Any) -> str:
    """Render the block of a value that is no helper: once, for each item, or not at all."""
    if value is True:
        return call.main(call.scope.here)
    if value is False or nothing(value):
        return call.other(call.scope.here)
    if isinstance(value, list | tuple):
        call.params = [value]
        return each(call) if value else call.other(call.scope.here)
    return call.main(value)


BUILT_IN: Mapping[str, Helper] = {
    "each": each,
    "if": if_,
    "log": log,
    "lookup": lookup,
    "unless": unless,
    "with": with_,
}


def _test(name: str, decide: Callable[[list[Any]], bool], fewest: int, most: int) -> Helper:
    def helper(call: Invoked) -> Any:
        if not fewest <= len(call.params) <= most:
            raise HandlebarsError(f"{name} cannot have {len(call.params)} arguments")
        found = decide(call.params)
        if not call.block:
            return found
        return call.main(call.scope.here) if found else call.other(call.scope.here)

    return helper


def _true(value: Any) -> bool:
    return not falsy(value) and not empty(value)


COMPARING: Mapping[str, Helper] = {
    "eq": _test("eq", lambda v: bool(v[0] == v[1]), 2, 2),
    "ne": _test("ne", lambda v: bool(v[0] != v[1]), 2, 2),
    "lt": _test("lt", lambda v: bool(v[0] < v[1]), 2, 2),
    "le": _test("le", lambda v: bool(v[0] <= v[1]), 2, 2),
    "lte": _test("lte", lambda v: bool(v[0] <= v[1]), 2, 2),
    "gt": _test("gt", lambda v: bool(v[0] > v[1]), 2, 2),
    "ge": _test("ge", lambda v: bool(v[0] >= v[1]), 2, 2),
    "gte": _test("gte", lambda v: bool(v[0] >= v[1]), 2, 2),
    "and": _test("and", lambda v: all(map(_true, v)), 1, 100),
    "or": _test("or", lambda v: any(map(_true, v)), 1, 100),
    "not": _test("not", lambda v: not _true(v[0]), 1, 1),
}


def filtering(name: str, function: Callable[..., Any]) -> Helper:
    """Return a filter as a helper: its first value is what it filters."""

    def helper(call: Invoked) -> Any:
        if call.block:
            raise HandlebarsError(f"{name} has no block")
        return function(*call.params, **call.hash)

    return helper
