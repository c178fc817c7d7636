"""JSONata as Step Functions evaluates it: `{% … %}` in templates, `$states`, variables, no undefined results.

Known differences from AWS, all on the strict side: a null inside a variable or input reads as undefined (a
quirk of jsonata-python) and so fails, and `$eval` is refused when it is parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonata import Jsonata
from jsonata.jexception import JException
from jsonata.utils import Utils

QUERY_ERROR = "States.QueryEvaluationError"
_EVAL = re.compile(r"\$eval\b")
_NAME = re.compile(r"\$`?([A-Za-z_]\w*)")
_STATES = re.compile(r"\$states\b(?:\.([A-Za-z_]\w*))?")
_CHANGING = re.compile(r"\$(?:now|millis|random|uuid)\b")
_MOST_KNOWN = 50_000
_known: dict[tuple[str, str], str] = {}
"""Results as JSON: the same few expressions see the same values again and again."""


class StateError(Exception):
    """An error of a state, by the name that Retry and Catch match.

    Args:
        name: Error name, e.g. `States.TaskFailed` or `Lambda.TooManyRequestsException`.
        cause: Free text.
    """

    def __init__(self, name: str, cause: str = "") -> None:
        super().__init__(f"{name}: {cause}")
        self.name = name
        self.cause = cause


class InvalidDefinitionError(Exception):
    """The definition is not one that Step Functions would accept."""


def is_expression(value: object) -> bool:
    """Say whether a string is a JSONata expression field."""
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")


@lru_cache(maxsize=20_000)
def parse(text: str) -> Jsonata:
    """Parse the text between the marks.

    Raises:
        InvalidDefinitionError: It is no JSONata, or uses `$eval`, which Step Functions lacks.
    """
    if _EVAL.search(text):
        raise InvalidDefinitionError(f"$eval does not exist in Step Functions: {text}")
    try:
        expression = Jsonata.jsonata(text)
    except JException as error:
        raise InvalidDefinitionError(f"no JSONata: {text}: {error}") from error
    expression.set_output_convert_nulls(False)
    expression.set_validate_input(False)
    return expression


def check_template(value: Any) -> None:
    """Parse every expression in a template.

    Raises:
        InvalidDefinitionError: One does not parse, or starts with `{%` and does not end with `%}`.
    """
    if isinstance(value, Mapping):
        for item in value.values():
            check_template(item)
    elif isinstance(value, list):
        for item in value:
            check_template(item)
    elif is_expression(value):
        parse(value[2:-2].strip())
    elif isinstance(value, str) and value.startswith("{%"):
        raise InvalidDefinitionError(f"unclosed expression: {value}")


def variables_read(template: Any) -> set[str]:
    """Return the names of variables (and functions) in a template's expressions."""
    if isinstance(template, Mapping):
        return {name for item in template.values() for name in variables_read(item)}
    if isinstance(template, list):
        return {name for item in template for name in variables_read(item)}
    return set(_names(template)) if is_expression(template) else set()


def evaluate(template: Any, states: Mapping[str, Any], variables: Mapping[str, Any]) -> Any:
    """Evaluate a template: strings marked as expressions are evaluated, all else is copied.

    Raises:
        StateError: `States.QueryEvaluationError`, also when an expression has no result.
    """
    if isinstance(template, Mapping):
        return {key: evaluate(item, states, variables) for key, item in template.items()}
    if isinstance(template, list):
        return [evaluate(item, states, variables) for item in template]
    if not is_expression(template):
        return template
    text = template[2:-2].strip()
    if _CHANGING.search(text):
        return _result(text, states, variables)
    key = text, json.dumps(_read_by(text, states, variables))
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = json.dumps(_result(text, states, variables))
    return json.loads(_known[key])


def _read_by(text: str, states: Mapping[str, Any], variables: Mapping[str, Any]) -> list[Any]:
    """Return the values that an expression may read: equal ones give equal results."""
    parts = _parts_read(text)
    read = states if "" in parts else {part: states.get(part) for part in sorted(parts)}
    return [read, {name: variables[name] for name in sorted(_names(text) & variables.keys())}]


@lru_cache(maxsize=20_000)
def _names(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text))


@lru_cache(maxsize=20_000)
def _parts_read(text: str) -> frozenset[str]:
    """Which parts of `$states` are read; the empty name: it is read as a whole."""
    return frozenset(_STATES.findall(text))


def _result(text: str, states: Mapping[str, Any], variables: Mapping[str, Any]) -> Any:
    bindings = {name: Utils.NULL_VALUE if value is None else value for name, value in variables.items()}
    bindings["states"] = states
    try:
        result = parse(text).evaluate(None, bindings)
    except (JException, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise StateError(QUERY_ERROR, f"{text}: {error}") from error
    if result is None:
        raise StateError(QUERY_ERROR, f"no result: {text}")
    return plain(Utils.convert_nulls(result))


def plain(value: Any) -> Any:
    """Copy to plain JSON: no sequences of the library, no shared parts, whole floats as integers.

    Raises:
        StateError: The result is no JSON, e.g. a function.
    """
    try:
        return _whole(json.loads(json.dumps(value)))
    except TypeError as error:
        raise StateError(QUERY_ERROR, str(error)) from error


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
