"""Conditions as straight-line code: one function a condition, whatever it is made of.

`compile.py` builds a test from closures, one for each `and`, `or`, `not` and comparison, which fetch, compare and call
each other. Here the same tree becomes one Python function: what it reads of the contact or of the event is fetched in
place, the commonest comparisons are written out, and all others are calls of their closures. What is unusual about a
value (a Decimal, a number that is none) is left to the closures as well, so the answers are the same;
`test_straight.py` holds them together.

Source is made of the condition's shape alone. Names of fields, literals and closures come in as values of global
names (`k0`, `k1`, …): nothing that anybody wrote is ever read as code, and conditions of one shape share it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
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

_COMPARED = {"eq": "==", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_OF_PROFILE = "    fields = facts.profile\n"
_OF_EVENT = """\
    try:
        told = facts.event["properties"]
    except (KeyError, TypeError):
        told = NOTHING
    if told.__class__ is not dict and not isinstance(told, Mapping):
        told = NOTHING
"""
_NOTHING: Mapping[str, Any] = {}


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
    for read, place in writer.reads.items():
        if text.count(place) == 1:
            text = text.replace(place, read)
        else:
            # Read once, whoever asks for it.
            before += f"    {place} = {read}\n"
    source = "def test(facts, now):\n"
    source += _OF_PROFILE if "fields.get(" in before + text else ""
    source += _OF_EVENT if "told.get(" in before + text else ""
    source += before
    names: dict[str, Any] = {"NOTHING": _NOTHING, "Mapping": Mapping, **writer.values}
    exec(_code(f"{source}    return {text}\n"), names)  # noqa: S102 - our own text, see above
    test: Test = names["test"]
    return test


@lru_cache(maxsize=1024)
def _code(source: str) -> CodeType:
    return compile(source, "<condition>", "exec")


class _Writer:
    """Writes one condition.

    Attributes:
        values: Values of the global names.
        written: How many comparisons are written out.
        reads: What is read of the contact or the event, with the local name that stands for it in the text.
    """

    def __init__(self, closure: Callable[[Condition], Test]) -> None:
        self._closure = closure
        self.values: dict[str, Any] = {}
        self.written = 0
        self.reads: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}

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
                return f"({self._name(segment)} in facts.segments)"
        text = self._comparison(condition)
        if text is None:
            return f"{self._name(self._closure(condition))}(facts, now)"
        self.written += 1
        return text

    def _comparison(self, condition: Condition) -> str | None:
        match condition:
            case Compare(op=op, left=left, right=Value(value=int() | float() as number)) if (
                number.__class__ is not bool and op in _COMPARED and (read := self._read(left))
            ):
                known = f"(v := {read}).__class__ is int or v.__class__ is float"
                return f"(v {_COMPARED[op]} {self._name(number)} if {known} else {self._unusual(condition)})"
            case Compare(op="eq", left=left, right=Value(value=str() as text)) if read := self._read(left):
                same = f"(v := {read}) == {self._name(text)}"
                return f"({same} or (isinstance(v, str) and v.casefold() == {self._name(text.casefold())}))"
            case Membership(op="in", left=left, values=values) if all(
                value.__class__ is str for value in values
            ) and (read := self._read(left)):
                texts = self._name(frozenset(str(value).casefold() for value in values))
                return f"(v.casefold() in {texts} if (v := {read}).__class__ is str else {self._unusual(condition)})"
            case Contains(left=left, values=(str() as part,)) if read := self._read(left):
                held = self._name(part.casefold())
                return f"({held} in v.casefold() if (v := {read}).__class__ is str else {self._unusual(condition)})"
        return None

    def _unusual(self, condition: Condition) -> str:
        # What is missing is no comparison's.
        return f"v is not None and {self._name(self._closure(condition))}(facts, now)"

    def _read(self, operand: Operand) -> str:
        """Return how a field one step away is read, else nothing."""
        match operand:
            case FieldRef(scope="profile", path=(key,)):
                return self._place("fields", key)
            case FieldRef(scope="event", path=("properties", key)):
                return self._place("told", key)
        return ""

    def _place(self, scope: str, key: str) -> str:
        known = self._names.get((scope, key))
        if known is None:
            # No name is the beginning of another one.
            known = self._names[scope, key] = f"r{len(self._names)}_"
            self.reads[f"{scope}.get({self._name(key)})"] = known
        return known

    def _name(self, value: Any) -> str:
        name = f"k{len(self.values)}"
        self.values[name] = value
        return name
