"""Field types that node configs share; each carries a mark, so that forms and checks know its meaning.

A mark replaces lists elsewhere of "which fields of which type hold a condition": a check asks a config for
all its conditions, templates, fields or segments, and the form picks the same widget everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic_core import CoreSchema

from stepwell.conditions import ConditionError, from_json
from stepwell.conditions.values import zone_named
from stepwell.contracts.event_catalogue import canonical_event, canonical_events
from stepwell.workflows.model import parse_duration

MAX_WAIT = timedelta(days=730)
"""No wait may be longer than two years: whoever waits longer was forgotten."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Says what a config field means: ``condition``, ``template``, ``field``, ``segment`` and so on.

    Attributes:
        widget: The meaning, at once the form's widget.
        as_json: Whether the field may also be given as a JSON object.
    """

    widget: str
    as_json: bool = False

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Add the widget to the field's JSON Schema."""
        schema = dict(handler(core_schema))
        if self.as_json:
            schema.pop("type", None)
            schema["anyOf"] = [{"type": "string"}, {"type": "object"}]
        return {**schema, "x-widget": self.widget}


def marked(config: BaseModel, widget: str) -> Iterator[tuple[str, str]]:
    """Yield (dotted path, text) of every non-empty field with a mark, in lists and nested models too.

    Of a marked mapping the keys are yielded: they name what the mark means.
    """
    for name, info in type(config).model_fields.items():
        yield from _marked(info.alias or name, getattr(config, name), widget, _widget(info.metadata))


def _marked(path: str, value: Any, widget: str, own: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        yield from ((f"{path}.{inner}", text) for inner, text in marked(value, widget))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _marked(f"{path}.{index}", item, widget, own)
    elif own == widget and isinstance(value, Mapping):
        yield from ((f"{path}.{key}", str(key)) for key in value)
    elif own == widget and isinstance(value, str) and value:
        yield path, value


def _widget(metadata: list[Any]) -> str:
    return next((item.widget for item in metadata if isinstance(item, Mark)), "")


def widgets(config: type[BaseModel]) -> dict[str, str]:
    """Return the widget of each marked field of a config model."""
    found = {info.alias or name: _widget(info.metadata) for name, info in config.model_fields.items()}
    return {name: widget for name, widget in found.items() if widget}


def _condition_text(value: object) -> object:
    # One form inside: closures are cached by text. What the author wrote stays in the document.
    if not isinstance(value, Mapping):
        return value
    from stepwell.conditions import to_text  # only authors write JSON

    try:
        return to_text(from_json(value))
    except ConditionError:
        # A check says what is wrong with it; a config must not hide its other faults behind this one.
        return json.dumps(value, sort_keys=True, default=str)


def _duration(text: str) -> str:
    if not text:
        return text
    try:
        length = parse_duration(text)
    except OverflowError:
        length = timedelta.max
    if length > MAX_WAIT:
        raise ValueError(f"`{text}` is longer than two years; choose a shorter time")
    return text


def signed_duration(text: str) -> timedelta:
    """Read a duration that may start with ``-`` (before); empty is zero.

    Raises:
        ValueError: Not a duration.
    """
    if not text:
        return timedelta()
    return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text.removeprefix("+"))


def _offset(text: str) -> str:
    _duration(text.lstrip("+-"))
    return text


def _zone(name: str) -> str:
    if name and zone_named(name) is None:
        raise ValueError(f"there is no time zone `{name}`; write an IANA name such as `Europe/Berlin`")
    return name


ConditionText = Annotated[str, BeforeValidator(_condition_text), Mark("condition", as_json=True)]
"""A condition as text (or JSON, held as text); empty where a model allows it to be absent."""

TemplateId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_\-]{0,63}$"), Mark("template")]
OptionalTemplate = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9_\-]{0,63})?$"), Mark("template")
]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_\-]{0,63}$")]
TemplateIds = Annotated[tuple[_Id, ...], Field(min_length=1, max_length=20), Mark("template")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,99}$"), Mark("field_write")]
FieldNames = Annotated[tuple[str, ...], Field(max_length=50), Mark("field")]
WrittenFields = Annotated[tuple[str, ...], Field(max_length=50), Mark("field_write")]
FieldValues = Annotated[dict[str, Any], Field(max_length=50), Mark("field_write")]
Duration = Annotated[str, AfterValidator(_duration), Mark("duration")]
Offset = Annotated[str, AfterValidator(_offset), Mark("duration")]
TimeZone = Annotated[str, AfterValidator(_zone), Mark("time_zone")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$"), Mark("time_of_day")]
_Event = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(canonical_event)]
EventName = Annotated[_Event, Mark("event")]
OptionalEvent = Annotated[
    str, StringConstraints(max_length=200), AfterValidator(canonical_event), Mark("event")
]
EventNames = Annotated[
    tuple[_Event, ...],
    Field(min_length=1, max_length=50),
    AfterValidator(canonical_events),
    Mark("event"),
]
"""Event names; a name of `EVENT_GROUPS` stands for all of its events."""

Handle = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""An outcome's name, as authors may choose it."""

OptionalHandle = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,39})?$")]
Purpose = Literal["", "marketing", "transactional"]
