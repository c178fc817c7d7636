"""What counts as a definition: known fields only, every target and expression checked before it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulation.asl_query import InvalidDefinitionError, check_template, variables_read

MAX_NAME = 80

_COMMON = frozenset({"Type", "Comment"})
_FIELDS: dict[str, frozenset[str]] = {
    "Task": _COMMON
    | {"Resource", "Arguments", "Output", "Assign", "Next", "End", "Retry", "Catch", "TimeoutSeconds"},
    "Choice": _COMMON | {"Choices", "Default", "Output", "Assign"},
    "Pass": _COMMON | {"Output", "Assign", "Next", "End"},
    "Wait": _COMMON | {"Seconds", "Timestamp", "Output", "Assign", "Next", "End"},
    "Succeed": _COMMON | {"Output"},
    "Fail": _COMMON | {"Error", "Cause"},
}
_RULE = frozenset({"Condition", "Next", "Assign", "Output", "Comment"})
_RETRY = frozenset(
    [
        "ErrorEquals",
        "IntervalSeconds",
        "MaxAttempts",
        "BackoffRate",
        "MaxDelaySeconds",
        "JitterStrategy",
        "Comment",
    ]
)
_CATCH = frozenset({"ErrorEquals", "Next", "Assign", "Output", "Comment"})
_TOP = frozenset({"StartAt", "States", "QueryLanguage", "Comment", "Version", "TimeoutSeconds"})


def _only(fields: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    if unknown := sorted(set(fields) - known):
        raise InvalidDefinitionError(f"{where}: unknown fields {unknown}")


@dataclass(frozen=True)
class Machine:
    """A checked definition."""

    definition: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Check fields, targets and expressions.

        Raises:
            InvalidDefinitionError: What Step Functions would refuse, or this interpreter does not know.
        """
        _only(self.definition, _TOP, "machine")
        if self.definition.get("QueryLanguage") != "JSONata":
            raise InvalidDefinitionError("only JSONata machines")
        if self.definition["StartAt"] not in self.states:
            raise InvalidDefinitionError("StartAt names no state")
        reached = {self.definition["StartAt"]}
        for name, state in self.states.items():
            _check_state(name, state)
            targets = set(_targets(state))
            if missing := targets - set(self.states):
                raise InvalidDefinitionError(f"{name}: no state {sorted(missing)}")
            reached |= targets
        if lost := set(self.states) - reached:
            raise InvalidDefinitionError(f"unreachable states {sorted(lost)}")
        if len(json.dumps(self.definition)) > 1024 * 1024:
            raise InvalidDefinitionError("definition over 1 MB")

    @property
    def states(self) -> Mapping[str, Mapping[str, Any]]:
        """States by name."""
        return self.definition["States"]  # type: ignore[no-any-return]


def _check_state(name: str, state: Mapping[str, Any]) -> None:
    kind = state.get("Type")
    if kind not in _FIELDS:
        raise InvalidDefinitionError(f"{name}: type {kind}")
    if len(name) > MAX_NAME:
        raise InvalidDefinitionError(f"{name}: name over {MAX_NAME} characters")
    _only(state, _FIELDS[kind], name)
    if kind in ("Task", "Pass", "Wait") and ("Next" in state) == (state.get("End") is True):
        raise InvalidDefinitionError(f"{name}: needs Next or End, and only one")
    if kind == "Wait" and ("Seconds" in state) == ("Timestamp" in state):
        raise InvalidDefinitionError(f"{name}: needs Seconds or Timestamp, and only one")
    if kind == "Choice" and not state.get("Choices"):
        raise InvalidDefinitionError(f"{name}: needs Choices")
    for rule in state.get("Choices", ()):
        _only(rule, _RULE, f"{name} rule")
        if "Next" not in rule or "Condition" not in rule:
            raise InvalidDefinitionError(f"{name}: a rule needs Condition and Next")
        check_template([rule["Condition"], rule.get("Assign", {}), rule.get("Output", {})])
    for part, known in (("Retry", _RETRY), ("Catch", _CATCH)):
        for item in state.get(part, ()):
            _only(item, known, f"{name} {part}")
            if not item.get("ErrorEquals"):
                raise InvalidDefinitionError(f"{name}: {part} without ErrorEquals")
            check_template([item.get("Assign", {}), item.get("Output", {})])
    for key in ("Arguments", "Assign", "Output", "Seconds", "Timestamp", "Error", "Cause"):
        check_template(state.get(key))


def check_assigns(machine: Machine) -> None:
    """Refuse an Assign whose entries read each other's variables: AWS reads all of them as they were before.

    Interpreters differ here (MiniStack lets a later entry see an earlier one); what reads only its own agrees.

    Raises:
        InvalidDefinitionError: There is one.
    """
    for name, state in machine.states.items():
        for part in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            assigns = part.get("Assign", {})
            for variable, value in assigns.items():
                if others := (set(assigns) - {variable}) & variables_read(value):
                    raise InvalidDefinitionError(f"{name}: Assign of {variable} reads {sorted(others)}")


def _targets(state: Mapping[str, Any]) -> Iterator[str]:
    yield from (state[key] for key in ("Next", "Default") if key in state)
    yield from (item["Next"] for part in ("Choices", "Catch") for item in state.get(part, ()))
