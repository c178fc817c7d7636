"""Compiles and renders Handlebars templates: the dialect's door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stepwell.content.budget import budget
from stepwell.content.handlebars.compiler import Compiler, Helpers
from stepwell.content.handlebars.helpers import BUILT_IN, COMPARING, filtering, raw
from stepwell.content.handlebars.parser import parse
from stepwell.content.handlebars.paths import Options
from stepwell.content.handlebars.running import Box, Frame, Prog, Run, Scope, running


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template that can be rendered.

    Attributes:
        prog: Its program.
        partial: Returns a partial's program by name; None: there is none.
    """

    prog: Prog
    partial: Callable[[str], Prog | None]

    def render(self, context: Any, data: Mapping[str, Any] | None = None) -> str:
        """Render it within the budget of this rendering.

        Args:
            context: What it reads.
            data: Values with ``@``; ``@root`` is the context unless it is among them.

        Raises:
            HandlebarsError: It fails on this data; the budget has the line.
            OverBudget: It does too much.
        """
        frame = Frame(None, data)
        frame.setdefault("root", context)
        box = Box(Run(budget(), self.partial), {})
        scope = Scope(context, None, frame, (), box)
        try:
            return running(self.prog, scope, self.prog.bind(scope).inlines)
        finally:
            box.run.budget.line = box.line


class Environment:
    """Compiles templates with the same helpers, partials and options.

    Args:
        partials: Sources by name; each is compiled when it is first used.
        filters: Functions that become helpers: the first value is what they filter.
        options: How to read and render.
    """

    def __init__(
        self,
        partials: Mapping[str, str] | None = None,
        filters: Mapping[str, Callable[..., Any]] | None = None,
        options: Options | None = None,
    ) -> None:
        self._sources = partials or {}
        self._options = options or Options()
        more = {name: filtering(name, function) for name, function in (filters or {}).items()}
        self._helpers = Helpers(BUILT_IN, {**more, **COMPARING, "raw": raw})
        self._made: dict[str, Prog] = {}

    def compile(self, source: str) -> Compiled:
        """Compile a source.

        Raises:
            HandlebarsError: It is no template.
        """
        return Compiled(self._prog(source), self._partial)

    def _prog(self, source: str) -> Prog:
        tree = parse(source, standalone=not self._options.ignore_standalone)
        return Compiler(self._helpers, self._options).program(tree)

    def _partial(self, name: str) -> Prog | None:
        if name not in self._made:
            source = self._sources.get(name)
            if source is None:
                return None
            self._made[name] = self._prog(source)
        return self._made[name]
