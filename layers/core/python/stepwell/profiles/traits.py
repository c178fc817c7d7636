"""Which profile field each trait becomes, brought to its attribute's type.

The reserved traits of Segment's specification ("Spec: Identify") get snake_case names; every other trait
keeps its name. A value of null removes the field. An unusable value is left out alone, so that it never replaces
a good one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stepwell.profiles.converting import CONVERT, MAX_TEXT, UnusableError, normal_email, normal_phone
from stepwell.profiles.schema import Attribute, Schema

__all__ = [
    "MAX_TEXT",
    "MAX_TRAITS",
    "RESERVED",
    "Attributes",
    "changes",
    "default_attributes",
    "normal_email",
]

RESERVED: Mapping[str, str] = {
    "firstName": "first_name",
    "firstname": "first_name",
    "lastName": "last_name",
    "lastname": "last_name",
    "createdAt": "created_at",
    "jobTitle": "title",
    "postalCode": "postal_code",
    "timeZone": "time_zone",
    "timezone": "time_zone",
    "phoneNumber": "phone",
}
"""Field by reserved trait; others (`email`, `name`, `phone`, `age`, `company`, …) have the same name in both."""

MAX_TRAITS = 100
MAX_NAME = 64
_ANY = Attribute(name="any")


class Attributes:
    """A schema as the fold uses it.

    Args:
        schema: The workspace's.
    """

    def __init__(self, schema: Schema) -> None:
        self._by_name = schema.by_name
        self._reject = schema.unknown == "reject"
        self._region = schema.region
        self._choices = {
            name: {choice.casefold(): choice for choice in attribute.choices}
            for name, attribute in self._by_name.items()
            if attribute.choices
        }

    @property
    def region(self) -> str | None:
        """Country of phone numbers that do not name theirs."""
        return self._region

    def of(self, field: str) -> Attribute:
        """Return a field's attribute; one that nobody described is of any type, the latest value stands."""
        return self._by_name.get(field, _ANY)

    def changes(
        self, traits: Mapping[str, Any], country: object = None, unusable: list[str] | None = None
    ) -> dict[str, Any]:
        """Return the fields to set (None: to remove) for the traits of one call.

        Args:
            traits: As told.
            country: The contact's, for phone numbers without one.
            unusable: Names of fields whose values could not be used are added here.
        """
        found: dict[str, Any] = {}
        for name, value in traits.items():
            field = RESERVED.get(name, name)
            attribute = self._by_name.get(field)
            if not field or len(field) > MAX_NAME or (attribute is None and self._reject):
                if unusable is not None:
                    unusable.append(field[:MAX_NAME])
            elif value is None:
                found[field] = None
            else:
                try:
                    found[field] = self._value(attribute or _ANY, value, traits.get("country") or country)
                except UnusableError:
                    if unusable is not None:
                        unusable.append(field)
        return found

    def _value(self, attribute: Attribute, value: Any, country: object) -> Any:
        if attribute.type == "phone":
            named = isinstance(country, str) and len(country) == 2
            number = normal_phone(value, str(country).upper() if named else self._region)
            if not number:
                raise UnusableError
            return number
        converted = CONVERT[attribute.type](value)
        choices = self._choices.get(attribute.name)
        if choices is not None and isinstance(converted, str):
            if converted.casefold() not in choices:
                raise UnusableError
            return choices[converted.casefold()]
        return converted


@cache
def default_attributes() -> Attributes:
    """Return the built-in attributes, for a workspace that has described none of its own."""
    return Attributes(Schema())


def changes(traits: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields to set (None: to remove) by the built-in attributes; see `Attributes.changes`."""
    return default_attributes().changes(traits)
