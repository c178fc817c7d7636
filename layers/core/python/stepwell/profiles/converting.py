"""Brings the values of traits to their attribute's type: '42' is 42, 'yes' is true, a phone number is E.164.

Sources disagree on how they write things; conditions, scores and messages shall not have to. Nothing here guesses
what is ambiguous (12/11/2026, a phone number without country): such a value is refused, alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from stepwell.conditions.values import as_time

MAX_TEXT = 1_000
MAX_ELEMENTS = 50
_EMAIL = re.compile(r"^[^@\s<>]{1,64}@[^@\s<>]{1,255}$")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_URL = re.compile(r"https?://[^\s/]+\.[^\s/]+.*|https?://localhost.*", re.IGNORECASE)
_YES = frozenset({"yes", "y", "true", "t", "1", "on"})
_NO = frozenset({"no", "n", "false", "f", "0", "off"})


class UnusableError(ValueError):
    """A value is none of its attribute's type."""


def normal_email(value: object) -> str:
    """Return an address stripped and in lower case; empty when it is none."""
    text = value.strip().lower() if isinstance(value, str) else ""
    return text if _EMAIL.match(text) else ""


def normal_phone(value: object, region: str | None) -> str:
    """Return a phone number in E.164; empty when it is none.

    Args:
        value: As told.
        region: Country (two capital letters) of a number that does not begin with `+`.
    """
    # Loaded when a contact has a number: its tables take a tenth of a second.
    import phonenumbers

    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    try:
        number = phonenumbers.parse(text[:50], region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def storable(value: Any) -> Any:
    """Return a value as any profile can keep it."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def as_text(value: Any) -> str:
    """Bring a value to text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)[:MAX_TEXT]
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise UnusableError


def as_number(value: Any) -> int | float:
    """Bring a value to a number; thousands separators are ambiguous and refused."""
    if isinstance(value, str) and _NUMBER.fullmatch(text := value.strip()):
        value = int(text) if text.lstrip("+-").isdigit() and len(text) < 20 else float(text)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
    raise UnusableError


def as_boolean(value: Any) -> bool:
    """Bring a value to true or false."""
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise UnusableError


def as_date(value: Any) -> str:
    """Bring a day or an instant (ISO 8601, epoch seconds or milliseconds) to ISO 8601."""
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) > 8:
        value = int(value)
    found = as_time(value.strip() if isinstance(value, str) else value)
    if found is None:
        raise UnusableError
    return found.isoformat()


def as_email(value: Any) -> str:
    """Bring an address to its normal form."""
    address = normal_email(value)
    if not address:
        raise UnusableError
    return address


def as_url(value: Any) -> str:
    """Bring an address of the web to one with its scheme."""
    text = value.strip() if isinstance(value, str) else ""
    if "://" not in text and "." in text:
        text = f"https://{text}"
    if not _URL.fullmatch(text) or len(text) > MAX_TEXT:
        raise UnusableError
    return text


def as_list(value: Any) -> list[Any]:
    """Bring a value to a list of plain values, each once; a text is split at its commas."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list | tuple | set | frozenset):
        raise UnusableError
    found = [storable(part) for part in value if isinstance(part, str | int | float)]
    return list(dict.fromkeys(found))[:MAX_ELEMENTS]


def as_object(value: Any) -> dict[str, Any]:
    """Take an object as it is."""
    if not isinstance(value, Mapping):
        raise UnusableError
    return dict(value)


CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "any": storable,
    "text": as_text,
    "number": as_number,
    "boolean": as_boolean,
    "date": as_date,
    "email": as_email,
    "url": as_url,
    "list": as_list,
    "object": as_object,
}
"""By attribute type; `phone` needs a country and is done by `normal_phone`."""
