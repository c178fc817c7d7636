"""Whether what a form was filled with can be: addresses, numbers, choices, lengths. No network is asked here.

Whether an address's domain takes mail is a question to DNS, see `stepwell.forms.deliverable`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import regex

from stepwell.forms.model import Form, FormField

_PATTERN_S = 0.05
_TRUE = frozenset({"true", "on", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field.

    Attributes:
        field: Its name.
        code: `required`, `bad_email`, `bad_phone`, `bad_url`, `bad_number`, `bad_date`, `bad_choice`, `too_short`,
            `too_long`, `too_small`, `too_big`, `bad_format`, `unknown_field`.
        message: A sentence for people, without the value.
    """

    field: str
    code: str
    message: str


def check(form: Form, values: Mapping[str, Any], region: str | None = None) -> list[Problem]:
    """Return what is wrong with a submission, field by field, in the form's order.

    Args:
        form: The form.
        values: What was sent, by field; what was left empty may be missing.
        region: Country (two capital letters) of phone numbers that do not begin with `+`.
    """
    found: list[Problem] = []
    for field in form.fields:
        value = values.get(field.name)
        if (
            value is None
            or value == ""
            or (field.type == "checkbox" and field.required and not _ticked(value))
        ):
            if field.required:
                found.append(_problem(field, "required", "is missing"))
            continue
        problem = check_field(field, value, region)
        if problem is not None:
            found.append(problem)
    return found


def check_field(field: FormField, value: Any, region: str | None = None) -> Problem | None:
    """Return what is wrong with one value, None: nothing."""
    text = str(value).strip()
    judged = _BY_TYPE.get(field.type)
    if field.type == "tel":
        if not valid_phone(text, region):
            return _problem(field, "bad_phone", "is no phone number")
    elif judged is not None:
        ok, code, words = judged
        if not ok(text):
            return _problem(field, code, words)
    if field.type == "select" and text not in field.values:
        return _problem(field, "bad_choice", "is none of the choices")
    if field.type == "number":
        return _bounds(field, float(text))
    return _form(field, text)


def _bounds(field: FormField, number: float) -> Problem | None:
    if field.minimum is not None and number < field.minimum:
        return _problem(field, "too_small", f"is less than {field.minimum:g}")
    if field.maximum is not None and number > field.maximum:
        return _problem(field, "too_big", f"is more than {field.maximum:g}")
    return None


def _form(field: FormField, text: str) -> Problem | None:
    if len(text) < field.min_length:
        return _problem(field, "too_short", f"has fewer than {field.min_length} characters")
    if len(text) > field.max_length:
        return _problem(field, "too_long", f"has more than {field.max_length} characters")
    if field.pattern:
        try:
            # A pattern of a workspace must not keep the pass busy.
            matches = regex.fullmatch(field.pattern, text, timeout=_PATTERN_S) is not None
        except (regex.error, TimeoutError):
            matches = True
        if not matches:
            return _problem(field, "bad_format", "does not have the form that is asked for")
    return None


def _problem(field: FormField, code: str, words: str) -> Problem:
    return Problem(field.name, code, f"{field.label or field.name} {words}.")


def _ticked(value: Any) -> bool:
    return value is True or str(value).strip().lower() in _TRUE


def valid_email(text: str) -> bool:
    """Tell whether a text is an e-mail address by its syntax (RFC 5321, 5322, 6531)."""
    # Loaded when an address is judged: no other call needs its tables.
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def valid_phone(text: str, region: str | None = None) -> bool:
    """Tell whether a text is a phone number that its country may have given out."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text[:50], region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


def valid_url(text: str) -> bool:
    """Tell whether a text is an address of the web; one without a scheme may be."""
    if any(ord(letter) <= 32 for letter in text) or len(text) > 1_000:
        return False
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in host.strip(".") and ".." not in host


def _number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


_BY_TYPE = {
    "email": (valid_email, "bad_email", "is no e-mail address"),
    "url": (valid_url, "bad_url", "is no address of the web"),
    "number": (_number, "bad_number", "is no number"),
    "date": (_day, "bad_date", "is no date"),
}
