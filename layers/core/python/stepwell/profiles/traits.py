"""Which profile field each trait of the tracking API becomes.

The reserved traits of Segment's specification ("Spec: Identify") get snake_case names; every other trait
keeps its name. A value of null removes the field. E-mail addresses are stripped and lower-cased, because
identity, consent and suppression compare them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

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
MAX_TEXT = 1_000
_EMAIL = re.compile(r"^[^@\s<>]{1,64}@[^@\s<>]{1,255}$")


def normal_email(value: object) -> str:
    """Return an address stripped and in lower case; empty when it is none."""
    text = value.strip().lower() if isinstance(value, str) else ""
    return text if _EMAIL.match(text) else ""


def changes(traits: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields to set (None: to remove) for the traits of one call.

    An unusable e-mail address is left out, so that it never replaces a good one.
    """
    found: dict[str, Any] = {}
    for name, value in traits.items():
        field = RESERVED.get(name, name)
        if field == "email" and value is not None:
            address = normal_email(value)
            if address:
                found[field] = address
        elif field and len(field) <= 64:
            found[field] = _storable(value)
    return found


def apply(before: Mapping[str, Any], traits: Mapping[str, Any]) -> dict[str, Any]:
    """Return the profile's fields after the traits of one call, at most `MAX_TRAITS` of them."""
    after = dict(before)
    for field, value in changes(traits).items():
        if value is None:
            after.pop(field, None)
        elif field in after or len(after) < MAX_TRAITS:
            after[field] = value
    return after


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
