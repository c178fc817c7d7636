"""Phone numbers of text messages: E.164, and the country that a number belongs to."""

from __future__ import annotations

import re
from functools import lru_cache

E164 = re.compile(r"^\+[1-9][0-9]{6,14}$")


def normal_number(text: str, region: str | None = None) -> str:
    """Return a number in E.164; empty when it is none that can be.

    Args:
        text: As people write it.
        region: Country of numbers that name none, ISO 3166.
    """
    import phonenumbers  # its tables are big, and most functions never send a text

    try:
        number = phonenumbers.parse(text[:50], region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=4096)
def country_of(number: str) -> str:
    """Return the country of a number in E.164 (ISO 3166, upper case); empty when it is in none.

    A calling code of several countries (+1, +7, +44) is told apart by the number's own ranges; a number that fits
    none of them belongs to the code's main country.
    """
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ""
    found = phonenumbers.region_code_for_number(parsed)
    if not found and parsed.country_code is not None:
        found = phonenumbers.region_code_for_country_code(parsed.country_code)
    return str(found) if found and len(found) == 2 and found.isalpha() else ""
