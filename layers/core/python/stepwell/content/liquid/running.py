"""What a running Liquid template stands in: python-liquid's context and output, with our budget and look-ups."""

from __future__ import annotations

from io import StringIO
from typing import Any, TextIO

from liquid import BoundTemplate, RenderContext, Undefined
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.undefined import UNDEFINED
from liquid.utils import ReadOnlyChainMap

from stepwell.content.budget import Budget, OverBudget, budget
from stepwell.content.lookups import Function

_MAX_RANGE = 1_000


class LiquidMissing(Undefined):
    """A field that is not there: shows as nothing, can be reached into, and is reported."""

    __slots__ = ()

    def report(self) -> None:
        """Note that the rendering asked for this field."""
        budget().missing[str(self.name)[:200]] = None

    def __str__(self) -> str:
        self.report()
        return ""

    def __html__(self) -> str:
        return str(self)

    def __iter__(self) -> Any:
        self.report()
        return iter(())


class LimitedOutput(StringIO):
    """Counts what is written; a capture's text counts too."""

    def __init__(self, work: Budget, limit: int) -> None:
        super().__init__()
        self._budget = work
        self._limit = limit
        self._size = 0

    def write(self, text: str) -> int:
        """Write a piece.

        Raises:
            OverBudget: Too much.
        """
        self._size += len(text)
        if self._size > self._limit:
            raise OverBudget(f"more than {self._limit} characters of output")
        self._budget.spend(1 + len(text) // 1_024)
        return super().write(text)


class LimitedContext(RenderContext):
    """Spends for loops, names and partials; reaches items of data only, and has no clock."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # Without python-liquid's `now` and `today`: a message is written the same whenever it is.
        self.scope = ReadOnlyChainMap(self.locals, self.globals, self.counters)

    def get(self, path: list[object], *, token: Any, default: object = UNDEFINED) -> object:
        """Resolve a path."""
        budget().spend(len(path))
        found = super().get(path, token=token, default=default)
        if isinstance(found, LiquidMissing) and len(path) > 1 and found.name == path[0]:
            found.name = ".".join(map(str, path))
        # Functions are filters here; what is not data is not there.
        return LiquidMissing(str(path[0]), token=token) if isinstance(found, Function) else found

    def assign(self, key: str, val: Any) -> None:
        """Keep a variable."""
        super().assign(key, budget().measure_value(val))

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Pay for a loop's turns before it begins."""
        work = budget()
        work.spend(length * (1 + work.weight))

    def extend(self, *arguments: Any, **named: Any) -> Any:
        """Enter a block or an included snippet."""
        budget().turn()
        return super().extend(*arguments, **named)

    def copy(self, *arguments: Any, **named: Any) -> RenderContext:
        """Enter a rendered snippet."""
        budget().turn()
        return super().copy(*arguments, **named)

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        """Return what a capture writes to."""
        del buf
        work = budget()
        return LimitedOutput(work, work.limits.value)


class LimitedTemplate(BoundTemplate):
    """A template that runs in our context."""

    context_class = LimitedContext

    def _get_buffer(self) -> StringIO:
        work = budget()
        return LimitedOutput(work, work.limits.output)


def _bounded(expression: RangeLiteral, start: Any, stop: Any) -> range:
    found = _unbounded(expression, start, stop)
    # Not len(): a range may be longer than Python can say.
    if found.stop - found.start > _MAX_RANGE:
        raise OverBudget(f"a range of more than {_MAX_RANGE}")
    return found


# The one place that python-liquid gives no other way into: `(1..99999999999)` with an offset would be walked through.
_unbounded = RangeLiteral._make_range
RangeLiteral._make_range = _bounded  # type: ignore[method-assign, assignment]
