"""The Jinja2 environment for templates that tenants write: an allow-list of what an expression may do.

Jinja2's own sandbox keeps expressions off Python's internals. This one also closes the ways to burn memory or
time that it leaves open: repetition and powers, joins, formatting widths, string methods, loops, recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace
from markupsafe import Markup

from stepwell.content import allowed
from stepwell.content.budget import OverBudget, budget
from stepwell.content.filters import FILTERS
from stepwell.content.jinja_code import Generator
from stepwell.content.lookups import Function
from stepwell.content.missing import Counted, Missing

_METHODS: Mapping[type, frozenset[str]] = {
    str: allowed.TEXT_METHODS,
    Markup: allowed.TEXT_METHODS,
    dict: allowed.MAPPING_METHODS,
    list: allowed.SEQUENCE_METHODS,
    tuple: allowed.SEQUENCE_METHODS,
}
_HELPERS = (Macro, BlockReference, LoopContext, Cycler, Joiner)
_OPEN = (Missing, LoopContext, Cycler, Joiner, Namespace, TemplateReference)
_MAX_RANGE = 1_000
_SHORT = 1_024
_ABSENT: Any = object()


class Ready(Markup):
    """A part that is rendered and measured already, on its way into its layout."""

    __slots__ = ()


class TenantEnvironment(ImmutableSandboxedEnvironment):
    """Compiles and runs templates within the allow-list and the budget of the current rendering."""

    code_generator_class = Generator
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, *, escape: bool, partials: Mapping[str, str]) -> None:
        super().__init__(
            autoescape=escape,
            undefined=Missing,
            finalize=_finalize,
            loader=jinja2.DictLoader(dict(partials)),
            optimized=False,
            auto_reload=False,
            cache_size=64,
            keep_trailing_newline=False,
        )
        self.filters = {
            name: function if name in allowed.FREE_FILTERS else _metered(name, function)
            for name, function in FILTERS.items()
        }
        self.filters["_counted"] = Counted
        self.tests = {name: test for name, test in self.tests.items() if name in allowed.TESTS}
        self.globals = {
            "range": _range,
            "dict": dict,
            "namespace": Namespace,
            "cycler": Cycler,
            "joiner": Joiner,
        }
        self._functions = frozenset(map(id, self.globals.values()))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _prefer_items(tree)
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                raise jinja2.TemplateSyntaxError("recursive loops are not supported", loop.lineno)
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        for modifier in tree.find_all(nodes.ScopedEvalContextModifier):
            raise jinja2.TemplateSyntaxError(
                "autoescape blocks are not supported; use `safe`", modifier.lineno
            )
        for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
            wanted = getattr(node, "template", None)
            if not isinstance(wanted, nodes.Const) or wanted.value not in self.partials():
                raise jinja2.TemplateSyntaxError("only the layout's partials can be included", node.lineno)
        for used in tree.find_all(nodes.Filter):
            if used.name not in self.filters:
                raise jinja2.TemplateSyntaxError(f"no filter named {used.name!r}", used.lineno)
        return tree

    def partials(self) -> Mapping[str, Any]:
        """Return what templates may include, by name."""
        return self.loader.mapping if isinstance(self.loader, jinja2.DictLoader) else {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Prefer a mapping's item to its method: `event.items` is the event's property."""
        if type(obj) is dict or isinstance(obj, Mapping):
            found = obj.get(attribute, _ABSENT)
            if found is not _ABSENT:
                return found
        if attribute.startswith("__"):
            self.unsafe_undefined(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Refuse what looks for Python's internals even where nothing would be found."""
        if isinstance(argument, str) and argument.startswith("__"):
            return self.getattr(obj, argument)
        if isinstance(argument, tuple):
            # To look it up all that is in it is hashed.
            budget().weigh(argument)
        if isinstance(obj, Mapping) and isinstance(argument, str) and argument not in obj:
            return self.undefined(obj=obj, name=argument)
        return super().getitem(obj, argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow listed methods of plain values, and what loops and namespaces offer; nothing else."""
        if attr.startswith("_"):
            return False
        if isinstance(obj, _OPEN):
            return True
        if isinstance(obj, jinja2.environment.TemplateModule):
            return isinstance(value, Macro)
        return attr in _METHODS.get(type(obj), frozenset())

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """Refuse at once: a forbidden attribute must not pass as a missing field.

        Raises:
            SecurityError: Always.
        """
        raise SecurityError(f"`{attribute[:60]}` of a {type(obj).__name__} cannot be used in a template")

    def is_safe_callable(self, obj: Any) -> bool:
        """Allow macros, loop helpers, look-ups, the listed functions and the listed methods of plain values."""
        if isinstance(obj, (*_HELPERS, Function)) or id(obj) in self._functions:
            return True
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        return isinstance(owner, _HELPERS) or name in _METHODS.get(type(owner), frozenset())

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call within the budget: recursion of macros ends when it is spent."""
        budget().turn()
        if isinstance(obj, Missing):
            raise SecurityError(f"{obj._undefined_name!r} is not a function")
        return budget().measure_value(super().call(context, obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute an operator, measured beforehand where the result can be far bigger than its operands."""
        work = budget()
        work.spend()
        if operator == "*":
            _check_product(left, right)
        elif operator == "**":
            _check_power(left, right)
        elif operator == "%" and isinstance(left, str):
            raise SecurityError("`%` formatting is not supported; use `~` to join texts")
        elif operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
            work.measure(len(left) + len(right))
        return work.measure_value(super().call_binop(context, operator, left, right))

    def made(self, value: Any) -> Any:
        """Measure a list, tuple or mapping that an expression writes down."""
        return budget().measure_value(value)

    def compared(self, value: Any) -> Any:
        """Pay for a comparison or a test."""
        budget().spend()
        return value

    def get_template(self, *arguments: Any, **named: Any) -> jinja2.Template:
        """Return a partial; each time it is put somewhere is paid for, or partials in each other would be free."""
        budget().turn()
        return super().get_template(*arguments, **named)

    def concat_within(self, eval_ctx: nodes.EvalContext, parts: tuple[Any, ...]) -> str:
        """Join the operands of `~`."""
        texts = [part if isinstance(part, str) else _plain(part) for part in parts]
        budget().measure(sum(map(len, texts)))
        if eval_ctx.autoescape and any(isinstance(text, Markup) for text in texts):
            return Markup("").join(texts)
        return "".join(texts)


def _prefer_items(tree: nodes.Template) -> None:
    """Make `event.items` mean the property even where there is none; only a call means the method."""
    called = {id(call.node) for call in tree.find_all(nodes.Call)}

    def item(node: Any) -> Any:
        if (
            isinstance(node, nodes.Getattr)
            and id(node) not in called
            and node.attr in allowed.MAPPING_METHODS
        ):
            return nodes.Getitem(node.node, nodes.Const(node.attr), node.ctx, lineno=node.lineno)
        return node

    for parent in list(tree.find_all(nodes.Node)):
        for name, value in list(parent.iter_fields()):
            setattr(parent, name, [item(part) for part in value] if isinstance(value, list) else item(value))


def _metered(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def filtered(*arguments: Any, **named: Any) -> Any:
        budget().spend()
        if name in allowed.SIZED_FILTERS:
            for argument in (*arguments[1:], *named.values()):
                if isinstance(argument, int) and abs(argument) > _MAX_RANGE:
                    raise OverBudget(f"a filter argument beyond {_MAX_RANGE}")
        for argument in (*arguments, *named.values()):
            _allow_argument(argument)
        return budget().measure_value(function(*arguments, **named))

    return filtered


def _allow_argument(value: Any) -> None:
    """Weigh what a filter is given: it may write it out, sort it or go through it as often as it likes."""
    if isinstance(value, list | tuple | dict):
        budget().weigh(value)
    elif isinstance(value, Namespace):
        raise SecurityError("a namespace cannot be filtered; its fields can")


def _plain(value: Any) -> str:
    shown = "" if value is None else value
    if isinstance(shown, Namespace):
        raise SecurityError("a namespace cannot be shown; its fields can")
    budget().measure_value(shown)
    return Markup(shown.__html__()) if hasattr(shown, "__html__") else str(shown)  # noqa: S704 - its own promise


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > _MAX_RANGE:
        raise OverBudget(f"a range of more than {_MAX_RANGE}")
    return found


def _check_product(left: Any, right: Any) -> None:
    work = budget()
    for sized, count in ((left, right), (right, left)):
        if hasattr(sized, "__len__") and isinstance(count, int):
            work.measure(len(sized) * max(count, 0))
    if isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() + right.bit_length())


def _check_power(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int) and right > 0:
        _check_bits(max(left.bit_length(), 1) * right)


def _check_bits(bits: int) -> None:
    if bits > budget().limits.bits:
        raise OverBudget(f"an integer of more than {budget().limits.bits} bits")


def _finalize(value: Any) -> Any:
    kind = type(value)
    if (kind is str or kind is Markup) and len(value) < _SHORT:
        # Most of what messages show: as `measure` does it, without its calls.
        work = budget()
        work.left -= 1
        if work.left < work.watched:
            work.spend(0)
        return value
    if kind is Ready:
        return value
    if isinstance(value, Namespace):
        raise SecurityError("a namespace cannot be shown; its fields can")
    if callable(value) and not isinstance(value, (Undefined, Macro, BlockReference)):
        raise SecurityError("a function cannot be shown; call it with ()")
    if isinstance(value, Undefined):
        return value
    return "" if value is None else budget().measure_value(value)
