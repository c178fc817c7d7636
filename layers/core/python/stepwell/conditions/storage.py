"""Conditions as JSON and as fields of other models, where an author may write text instead."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationError

from .errors import ConditionFormatError
from .models import Condition
from .nesting import MAX_LEVELS, levels
from .parser import parse

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def _shallow(condition: Condition) -> Condition:
    if levels(condition) > MAX_LEVELS:
        raise ValueError(f"a condition nests at most {MAX_LEVELS} levels deep")
    return condition


def _from_text(value: Any) -> Any:
    return parse(value) if isinstance(value, str) else value


@cache
def adapter() -> TypeAdapter[Condition]:
    """The reader and writer of stored conditions, built at first use because it is slow."""
    from pydantic import TypeAdapter

    return TypeAdapter(Annotated[Condition, AfterValidator(_shallow)])


def to_json(condition: Condition) -> dict[str, Any]:
    """Write a condition as plain JSON values."""
    stored: dict[str, Any] = adapter().dump_python(condition, mode="json", exclude_none=True)
    return stored


def from_json(stored: Any) -> Condition:
    """Read a condition from plain JSON values, or from text.

    Raises:
        ConditionFormatError: The JSON is no condition.
        ConditionSyntaxError: The text is no condition.
    """
    if isinstance(stored, str):
        return parse(stored)
    try:
        return adapter().validate_python(stored)
    except (ValidationError, RecursionError) as error:
        raise ConditionFormatError(_first(error)) from error


def _first(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "the condition is nested too deeply"
    fault = error.errors()[0]
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else fault["msg"]


ConditionField = Annotated[
    Condition,
    AfterValidator(_shallow),
    BeforeValidator(_from_text, json_schema_input_type=Condition | str),
]
"""A condition as a field of another pydantic model: takes text or JSON, dumps JSON."""
