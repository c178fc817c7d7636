"""Turns a Handlebars tree into closures; which value or helper a tag means is decided here, once, where it can be.

The rules are those of Handlebars' compiler (`compiler.js`, version 4): a word is a helper when there is one of that
name or when something is handed to it; else it is a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stepwell.content.handlebars.helpers import Helper, Invoked, section
from stepwell.content.handlebars.paths import Options, Paths
from stepwell.content.handlebars.running import Bound, Evaluate, Prog, Scope, Statement, Use, run_partial
from stepwell.content.handlebars.tree import (
    Block,
    Call,
    Content,
    Expression,
    HandlebarsError,
    Literal,
    Mustache,
    Partial,
    Path,
    Program,
)
from stepwell.content.handlebars.values import escaped, nothing, own, text_of
from stepwell.content.lookups import Function
from stepwell.content.missing import Missing

_HOOKS = frozenset({"helperMissing", "blockHelperMissing"})


@dataclass(frozen=True, slots=True)
class Helpers:
    """What can be called.

    Attributes:
        built_in: Helpers that a word alone calls.
        more: Helpers that only a word with values calls, so that a field may have the same name.
    """

    built_in: Mapping[str, Helper]
    more: Mapping[str, Helper]


class Compiler:
    """Compiles one template.

    Args:
        helpers: What can be called.
        options: How to read and render it.
    """

    def __init__(self, helpers: Helpers, options: Options) -> None:
        self._helpers = helpers
        self._options = options
        self._paths = Paths(options)

    def program(self, program: Program | None) -> Prog:
        """Compile a program; of none, an empty one."""
        if program is None:
            return Prog()
        self._paths.open(program.params)
        statements: list[Statement] = []
        inlines: list[tuple[Evaluate, Prog]] = []
        constant = 0
        for part in program.body:
            if isinstance(part, Content):
                if part.value:
                    constant += len(part.value)
                    statements.append(_constant(part.value))
            elif isinstance(part, Mustache):
                statements.append(self._mustache(part))
            elif isinstance(part, Partial):
                statements.append(self._partial(part))
            elif isinstance(part, Block) and part.inline:
                inlines.append(self._inline(part))
            elif isinstance(part, Block):
                statements.append(self._block(part))
        self._paths.close(program.params)
        return Prog(tuple(statements), bool(program.params), tuple(inlines), constant)

    def _inline(self, block: Block) -> tuple[Evaluate, Prog]:
        if block.call.path.original != "inline":  # type: ignore[union-attr]  # blocks are called by name
            raise HandlebarsError("the only decorator is `inline`", block.call.line)
        if len(block.call.params) != 1:
            raise HandlebarsError("an inline partial has one name", block.call.line)
        return self._value(block.call.params[0]), self.program(block.program)

    def _mustache(self, part: Mustache) -> Statement:
        evaluate = self._call(part.call, None)
        escape = part.escaped and not self._options.no_escape
        line = part.call.line

        def write(scope: Scope) -> str:
            scope.box.line = line
            value = evaluate(scope)
            text = escaped(value) if escape else text_of(value)
            scope.box.run.write(len(text))
            return text

        return write

    def _block(self, block: Block) -> Statement:
        evaluate = self._call(block.call, block)
        line = block.call.line

        def write(scope: Scope) -> str:
            scope.box.line = line
            return text_of(evaluate(scope))

        return write

    def _partial(self, part: Partial) -> Statement:
        call, options = part.call, self._options
        if len(call.params) > 1:
            raise HandlebarsError("a partial has one context at most", call.line)
        name = self._value(call.path) if isinstance(call.path, Call) else _always(call.path.original)
        inner = self.program(part.program) if part.program is not None else None
        here = self._value(call.params[0]) if call.params else None
        named = [(key, self._value(value)) for key, value in call.hash]
        indent, line = part.indent, call.line
        before = indent if options.prevent_indent else ""

        def write(scope: Scope) -> str:
            scope.box.line = line
            use = Use(
                text_of(name(scope)),
                inner.bind(scope) if inner is not None else None,
                "" if before else indent,
                options.compat,
                {key: value(scope) for key, value in named},
            )
            context = None if options.explicit_context else scope.here
            scope.box.run.write(len(before))
            return before + run_partial(scope, use, here(scope) if here is not None else context)

        return write

    def _call(self, call: Call, block: Block | None) -> Evaluate:
        """Compile what a tag or subexpression calls or names; with a block, what the block makes of it."""
        path = _named(call)
        simple = path.simple and not self._paths.block_param(path)
        helper = call.helper and not (path.simple and not simple)
        name = path.parts[0] if simple else ""
        if simple and name in _HOOKS:
            raise HandlebarsError(f"{name!r} cannot be called", call.line)
        known = self._helpers.built_in.get(name)
        if known is None and (helper or (block and block.raw)) and not self._options.known_helpers_only:
            known = self._helpers.more.get(name)
        if known is not None:
            return self._helper(call, block, known)
        if helper and self._options.known_helpers_only and simple:
            raise HandlebarsError(f"there is no helper {name!r}", call.line)
        value = self._paths.path(path, strict=True)
        if helper:
            return self._unknown(call, block, value, path.original)
        return value if block is None else self._section(block, value)

    def _helper(self, call: Call, block: Block | None, helper: Helper) -> Evaluate:
        params = [self._value(param) for param in call.params]
        named = [(key, self._value(value)) for key, value in call.hash]
        main, other = self._programs(block)
        is_block = block is not None

        def evaluate(scope: Scope) -> Any:
            scope.box.run.budget.spend()
            return helper(
                Invoked(
                    scope,
                    [param(scope) for param in params],
                    {key: value(scope) for key, value in named},
                    main(scope),
                    other(scope),
                    is_block,
                )
            )

        return evaluate

    def _unknown(self, call: Call, block: Block | None, value: Evaluate, name: str) -> Evaluate:
        """Compile the call of a word that is no helper: a function of the context, or a mistake."""
        bare = not call.params

        def function(made: Invoked) -> Any:
            found = value(made.scope)
            if nothing(found):
                # Functions of the whole context are at hand inside of sections too.
                root = own(made.scope.data.get("root"), name)
                found = root if isinstance(root, Function) else found
            if isinstance(found, Function):
                result = found(*made.params, **made.hash)
                return section(made, result) if made.block else result
            if nothing(found) and bare:
                return None
            raise HandlebarsError(f"there is no helper {name[:60]!r}")

        return self._helper(call, block, function)

    def _section(self, block: Block, value: Evaluate) -> Evaluate:
        main, other = self._programs(block)

        def evaluate(scope: Scope) -> Any:
            found = value(scope)
            if isinstance(found, Function):
                found = None
            return section(Invoked(scope, [], {}, main(scope), other(scope), True), found)

        return evaluate

    def _programs(self, block: Block | None) -> tuple[Callable[[Scope], Bound | None], ...]:
        if block is None:
            return _no_program, _no_program
        return self._bound(block.program), self._bound(block.inverse)

    def _bound(self, program: Program | None) -> Callable[[Scope], Bound | None]:
        return self.program(program).bind if program is not None else _no_program

    def _value(self, part: Expression) -> Evaluate:
        if isinstance(part, Call):
            return self._call(part, None)
        if isinstance(part, Path):
            return self._paths.path(part, strict=False)
        return _always(Missing(name="undefined") if part.absent else part.value)


def _named(call: Call) -> Path:
    """Return the path that a tag begins with; a literal there is a field's name."""
    if isinstance(call.path, Literal):
        name = call.path.original
        return Path((name,), 0, False, name, call.line)
    if isinstance(call.path, Path):
        return call.path
    raise HandlebarsError("a subexpression cannot stand here", call.line)


def _constant(text: str) -> Statement:
    return lambda _: text


def _always(value: Any) -> Evaluate:
    return lambda _: value


def _no_program(scope: Scope) -> Bound | None:
    del scope
    return None
