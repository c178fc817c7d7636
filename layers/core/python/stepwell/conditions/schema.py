"""What fields, events and segments a workspace has, for `check`, and the JSON Schema for forms."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from .names import ENROLLMENT_KEYS
from .storage import adapter


class FieldType(StrEnum):
    """The type of a field; `any` switches checks of type off."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"
    OBJECT = "object"
    ANY = "any"


_ENGAGEMENT: Mapping[str, FieldType] = {
    "score": FieldType.NUMBER,
    "delivered": FieldType.NUMBER,
    "opens": FieldType.NUMBER,
    "clicks": FieldType.NUMBER,
    "visits": FieldType.NUMBER,
    "last_at": FieldType.DATE,
}
_EVENT: Mapping[str, FieldType] = {
    "name": FieldType.TEXT,
    "type": FieldType.TEXT,
    "timestamp": FieldType.DATE,
    "message_id": FieldType.TEXT,
    "context": FieldType.OBJECT,
    "properties": FieldType.OBJECT,
}


class FieldSchema(BaseModel):
    """What a workspace knows; None means unknown, and then nothing of that kind is checked.

    Attributes:
        profile: Type by trait; nested traits as dotted paths (`address.city`); an `object` admits any below
        it. events: Types of the properties by event name; an event with None has unknown properties. trigger:
        The properties of the event that triggers the workflow (`enrollment.event`, `event`). segments: Names
        of the segments. open_events: Whether other events, and other properties of these, may come too.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    profile: dict[str, FieldType] | None = None
    events: dict[str, dict[str, FieldType] | None] | None = None
    trigger: dict[str, FieldType] | None = None
    segments: frozenset[str] | None = None
    open_events: bool = False

    def fields_of(self, scope: str, event: str | None = None) -> Mapping[str, FieldType] | None:
        """All known fields of a scope by dotted path; None when they are unknown.

        Args:
            scope: profile, event, enrollment or engagement.
            event: The counted event, inside a `where`.
        """
        if scope == "profile":
            return self.profile
        if scope == "engagement":
            return _ENGAGEMENT
        if scope == "event":
            if event is None:
                return _with_properties(self.trigger)
            return _with_properties((self.events or {}).get(event))
        return self._enrollment()

    def _enrollment(self) -> Mapping[str, FieldType]:
        fields = dict.fromkeys(ENROLLMENT_KEYS, FieldType.ANY)
        fields["entered_at"] = FieldType.DATE
        fields["event"] = FieldType.OBJECT
        return fields | {f"event.{path}": kind for path, kind in _with_properties(self.trigger).items()}


def _with_properties(properties: Mapping[str, FieldType] | None) -> dict[str, FieldType]:
    known = properties or {}
    return {**_EVENT, **{f"properties.{name}": kind for name, kind in known.items()}}


def json_schema() -> dict[str, Any]:
    """Export the JSON Schema (2020-12) of a stored condition."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **adapter().json_schema()}
