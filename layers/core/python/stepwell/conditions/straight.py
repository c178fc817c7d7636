"""Conditions as straight-line code: one function a condition, whatever it is made of.

`compile.py` builds a test from closures, one for each `and`, `or`, `not` and comparison, which fetch, compare and call
each other. Here the same tree becomes one Python function: what it reads of the contact or of the event is fetched in
place, the commonest comparisons are written out, and all others are calls of their closures. What is unusual about a
value (a Decimal, a number that is none) is left to the closures as well, so the answers are the same;
`test_straight.py` holds them together.

Source is made of the condition's shape alone. Literals and names of fields are put into its code afterwards, in place
of the constants `k0`, `k1`, …, closures come in under global names: nothing that anybody wrote is ever read as code,
and conditions of one shape share it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from .models import (
    And,
    Compare,
    Condition,
    Contains,
    FieldRef,
    InSegment,
    Membership,
    Not,
    Operand,
    Or,
    Value,
)
from .read import Test

_PROFILE, _EVENT = "profile", "event"
_COMPARED = {"eq": "==", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_OF_PROFILE = "    fields = facts.profile\n"
_OF_EVENT = """\
    try:
        told = facts.event["properties"].get
    except (KeyError, TypeError, AttributeError):
        told = nothing
"""
_ONCE_OF_EVENT = """\
    try:
        {} = facts.event["properties"].get({})
    except (KeyError, TypeError, AttributeError):
        {} = None
"""


def straight(condition: Condition, closure: Callable[[Condition], Test]) -> Test | None:
    """Write a condition as one function.

    Args:
        condition: The condition.
        closure: Gives the closure of a part, for what is not written out.

    Returns:
        The test, None where nothing would be gained.
    """
    writer = _Writer(closure)
    text = writer.write(condition)
    if not writer.written:
        return None
    before = ""
    of_event = [key for (scope, _), key in writer.keys.items() if scope == _EVENT]
    for (scope, name), key in writer.keys.items():
        place = writer.places[scope, name]
        if scope == _EVENT and len(of_event) == 1:
            before += _ONCE_OF_EVENT.format(place, key, place)
            continue
        read = f"told({key})" if scope == _EVENT else f"fields.get({key})"
        if text.count(place) == 1:
            text = text.replace(place, read)
        else:
            # Read once, whoever asks for it.
            before += f"    {place} = {read}\n"
    source = "def test(facts, now):\n"
    source += _OF_PROFILE if "fields.get(" in before + text else ""
    source += _OF_EVENT if len(of_event) > 1 else ""
    source += before
    names: dict[str, Any] = {"nothing": {}.get, **writer.closures}
    # As a branch and not as a value: comparisons that decide a jump are what the interpreter does in one step.
    code = _code(f"{source}    return True if {text} else False\n")
    # A copy of its own, for the interpreter notes in code what the names of its function mean.
    consts = tuple([writer.literals.get(one, one) if one.__class__ is str else one for one in code.co_consts])
    return FunctionType(code.replace(co_consts=consts), names)


@lru_cache(maxsize=1024)
def _code(source: str) -> CodeType:
    module = compile(source, "<condition>", "exec")
    return next(part for part in module.co_consts if isinstance(part, CodeType))


class _Writer:
    """Writes one condition.

    Attributes:
        closures: Closures by the global names that stand for them in the text.
        literals: Values by the texts that stand for them in the text.
        written: How many comparisons are written out.
        places: Local names in the text, by scope and name of the field that is read there.
        keys: The texts that stand for the fields' names, by the same.
    """

    def __init__(self, closure: Callable[[Condition], Test]) -> None:
        self._closure = closure
        self.closures: dict[str, Test] = {}
        self.literals: dict[str, Any] = {}
        self.written = 0
        self.places: dict[tuple[str, str], str] = {}
        self.keys: dict[tuple[str, str], str] = {}

    def write(self, condition: Condition) -> str:
        """Return a condition as an expression that is true or false."""
        match condition:
            case And(items=items) if items:
                return "(" + " and ".join([self.write(item) for item in items]) + ")"
            case Or(items=items) if items:
                return "(" + " or ".join([self.write(item) for item in items]) + ")"
            case Not(item=item):
                return f"(not {self.write(item)})"
            case InSegment(segment=segment):
                return f"({self._literal(segment)} in facts.segments)"
        text = self._comparison(condition)
        if text is None:
            return self._closure_of(condition)
        self.written += 1
        return text

    def _comparison(self, condition: Condition) -> str | None:
        match condition:
            case Compare(op=op, left=left, right=Value(value=int() | float() as number)) if (
                number.__class__ is not bool and op in _COMPARED and (read := self._read(left))
            ):
                known = f"(v := {read}).__class__ is int or v.__class__ is float"
                return (
                    f"(v {_COMPARED[op]} {self._literal(number)} if {known} else {self._unusual(condition)})"
                )
            case Compare(op="eq", left=left, right=Value(value=str() as text)) if read := self._read(left):
                same = f"(v := {read}) == {self._literal(text)}"
                folded = f"v.casefold() == {self._literal(text.casefold())}"
                return f"({same} or ({folded} if v.__class__ is str else {self._unusual(condition)}))"
            case Membership(op="in", left=left, values=values) if all(
                value.__class__ is str for value in values
            ) and (read := self._read(left)):
                texts = self._literal(frozenset(str(value).casefold() for value in values))
                return f"(v.casefold() in {texts} if (v := {read}).__class__ is str else {self._unusual(condition)})"
            case Contains(left=left, values=(str() as part,)) if read := self._read(left):
                held = self._literal(part.casefold())
                return f"({held} in v.casefold() if (v := {read}).__class__ is str else {self._unusual(condition)})"
        return None

    def _unusual(self, condition: Condition) -> str:
        # What is missing is no comparison's.
        return f"v is not None and {self._closure_of(condition)}"

    def _read(self, operand: Operand) -> str:
        """Return how a field one step away is read, else nothing."""
        match operand:
            case FieldRef(scope="profile", path=(key,)):
                return self._place(_PROFILE, key)
            case FieldRef(scope="event", path=("properties", key)):
                return self._place(_EVENT, key)
        return ""

    def _place(self, scope: str, name: str) -> str:
        place = self.places.get((scope, name))
        if place is None:
            # No name is the beginning of another one.
            place = self.places[scope, name] = f"r{len(self.places)}_"
            self.keys[scope, name] = self._literal(name)
        return place

    def _closure_of(self, condition: Condition) -> str:
        name = f"c{len(self.closures)}"
        self.closures[name] = self._closure(condition)
        return f"{name}(facts, now)"

    def _literal(self, value: Any) -> str:
        text = f"k{len(self.literals)}"
        self.literals[text] = value
        return repr(text)
