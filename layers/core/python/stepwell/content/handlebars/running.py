"""What a running template stands in: contexts, data frames, block parameters, partials, and what it may still do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stepwell.content.budget import Budget, OverBudget
from stepwell.content.handlebars.tree import HandlebarsError
from stepwell.content.handlebars.values import same, text_of

MAX_PARTIALS = 30
Statement = Callable[["Scope"], str]
Evaluate = Callable[["Scope"], Any]


class Frame(dict[str, Any]):
    """Values with ``@``; one made in a block sees those around it and can reach the outer ones by ``@../``."""

    __slots__ = ("parent",)

    def __init__(self, parent: Frame | None = None, values: Mapping[str, Any] | None = None) -> None:
        super().__init__(parent if parent is not None else values or {})
        self.parent = parent


@dataclass(slots=True)
class Run:
    """One rendering.

    Attributes:
        budget: Steps and sizes left.
        partial: Returns a partial's program by name; None: there is none.
        size: Characters written so far.
        depth: Partials open in each other.
    """

    budget: Budget
    partial: Callable[[str], Prog | None]
    size: int = 0
    depth: int = 0

    def write(self, size: int) -> None:
        """Count what is written.

        Raises:
            OverBudget: Too much.
        """
        self.size += size
        if self.size > self.budget.limits.output:
            raise OverBudget(f"more than {self.budget.limits.output} characters of output")


@dataclass(slots=True)
class Box:
    """One template or partial that runs.

    Attributes:
        run: The rendering.
        partials: Inline partials in force, by name.
        line: The line that is being rendered.
    """

    run: Run
    partials: Mapping[str, Any]
    line: int = 0


class Scope:
    """Where a statement stands: its context, the contexts around it, data, block parameters and template."""

    __slots__ = ("box", "data", "here", "params", "up")

    def __init__(
        self, here: Any, up: Scope | None, data: Frame, params: tuple[tuple[Any, ...], ...], box: Box
    ) -> None:
        self.here = here
        self.up = up
        self.data = data
        self.params = params
        self.box = box

    def at(self, depth: int) -> Scope | None:
        """Return the scope some contexts up, if there are so many."""
        found: Scope | None = self
        for _ in range(depth):
            found = found.up if found is not None else None
        return found


@dataclass(slots=True)
class Prog:
    """A compiled program.

    Attributes:
        statements: Its statements.
        named: Whether it names block parameters.
        inlines: Inline partials that it defines.
        constant: Characters of its constant text.
    """

    statements: tuple[Statement, ...] = ()
    named: bool = False
    inlines: tuple[tuple[Evaluate, Prog], ...] = ()
    constant: int = 0

    def bind(self, scope: Scope) -> Bound:
        """Close the program over where it stands, and define its inline partials there."""
        inlines = {text_of(name(scope)): inner.bind(scope) for name, inner in self.inlines}
        return Bound(self, scope, inlines)

    def run(self, scope: Scope) -> str:
        """Render it."""
        run = scope.box.run
        run.budget.spend(1 + self.constant // 1_024)
        run.write(self.constant)
        return "".join([statement(scope) for statement in self.statements])


@dataclass(slots=True)
class Bound:
    """A program of a template that runs: what a block's helper calls, or an inline partial."""

    prog: Prog
    scope: Scope
    inlines: Mapping[str, Bound]

    def __call__(self, here: Any, data: Frame | None = None, params: tuple[Any, ...] = ()) -> str:
        """Render it with a context."""
        around = self.scope
        up = around.up if same(here, around.here) else around
        names = (params, *around.params) if self.prog.named else around.params
        scope = Scope(here, up, around.data if data is None else data, names, around.box)
        return running(self.prog, scope, self.inlines)


def running(prog: Prog, scope: Scope, inlines: Mapping[str, Bound]) -> str:
    """Render a program while its inline partials are in force."""
    if not inlines:
        return prog.run(scope)
    box = scope.box
    before = box.partials
    box.partials = {**before, **inlines}
    try:
        return prog.run(scope)
    finally:
        box.partials = before


@dataclass(slots=True)
class PartialBlock:
    """``@partial-block``: what stands between a partial's tags, rendered as it would be outside of the partial."""

    bound: Bound
    outer: Any

    def __str__(self) -> str:
        return ""

    def __call__(self, here: Any, data: Frame) -> str:
        """Render it with a context."""
        frame = Frame(data)
        frame["partial-block"] = self.outer
        return self.bound(here, frame)


@dataclass(frozen=True, slots=True)
class Use:
    """A partial's place.

    Attributes:
        name: Its name.
        block: What stands between its tags.
        indent: What to put before each of its lines.
        depths: Whether it sees the contexts around it (compat).
        hash: Values that its context gets besides.
    """

    name: str
    block: Bound | None = None
    indent: str = ""
    depths: bool = False
    hash: Mapping[str, Any] = field(default_factory=dict)


def run_partial(scope: Scope, use: Use, here: Any) -> str:
    """Render a partial.

    Raises:
        HandlebarsError: There is none of that name.
        OverBudget: Partials within partials, too deep.
    """
    run = scope.box.run
    run.depth += 1
    if run.depth > MAX_PARTIALS:
        raise OverBudget(f"partials in each other deeper than {MAX_PARTIALS}")
    try:
        return _indented(run, _run_partial(scope, use, here), use.indent)
    finally:
        run.depth -= 1


def _run_partial(scope: Scope, use: Use, here: Any) -> str:
    run, data, partials = scope.box.run, scope.data, scope.box.partials
    run.budget.turn()
    if use.hash:
        here = {**(here if isinstance(here, Mapping) else {}), **use.hash}
    current = data.get("partial-block")
    target: Any = current if use.name == "@partial-block" else partials.get(use.name) or run.partial(use.name)
    if use.block is not None:
        around = PartialBlock(use.block, current)
        data = Frame(data)
        data["partial-block"] = around
        if use.block.inlines:
            partials = {**partials, **use.block.inlines}
        target = around if target is None else target
    if isinstance(target, Prog):
        outer = scope if use.depths else None
        if outer is not None and same(here, outer.here):
            outer = outer.up
        inside = Scope(here, outer, data, (), Box(run, partials))
        return running(target, inside, target.bind(inside).inlines)
    if isinstance(target, Bound | PartialBlock):
        return target(here, data)
    raise HandlebarsError(f"there is no partial {use.name!r}")


def _indented(run: Run, text: str, indent: str) -> str:
    if not indent or not text:
        return text
    lines = text.split("\n")
    run.write(len(indent) * len(lines))
    last = len(lines) - 1
    return "\n".join([line if not line and n == last else indent + line for n, line in enumerate(lines)])
