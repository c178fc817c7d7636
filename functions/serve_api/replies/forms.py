"""What all replies are made of: no field that is not declared, times as text, one shape for lists."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import TypedDict

T = TypeVar("T")

Time: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""A moment, ISO 8601 in UTC."""

Day: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "date"})]
"""A day, ISO 8601."""

Json: TypeAlias = dict[str, Any]
"""An object whose form the caller decides."""

Order: TypeAlias = Literal["asc", "desc"]


class DocumentOf:
    """Has the OpenAPI document describe an object by the pydantic model that it was read by; it stays the object.

    Fields that have a default may be missing in it: some documents are kept without them.

    Args:
        model: The model.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(TypeAdapter(self._model).core_schema)


def _open(schema: dict[str, Any]) -> None:
    # We compare answers strictly, but clients must bear fields that later releases add.
    schema.pop("additionalProperties", None)


class Reply(TypedDict):
    """An object of an answer."""


# Inherited by all of them; in the class it would be a field.
Reply.__pydantic_config__ = ConfigDict(extra="forbid", json_schema_extra=_open)  # type: ignore[attr-defined]


class Listed(Reply, Generic[T]):
    """A page of a list.

    Attributes:
        items: What is on the page.
        cursor: Send it as `cursor` for the next page; null: the list is through.
        total: Entries of all pages; null where only counting them all would tell.
    """

    items: list[T]
    cursor: str | None
    total: int | None


class Deleted(Reply):
    """What was deleted.

    Attributes:
        deleted: Its id.
    """

    deleted: str


class JobStarted(Reply):
    """Something that goes on in the background.

    Attributes:
        job: Ask `/jobs/{job}` how far it is.
    """

    job: str
