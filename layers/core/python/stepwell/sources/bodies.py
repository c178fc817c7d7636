"""Bodies as providers send them, as plain JSON: JSON, one JSON a line, or a form. Read only after verification."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from stepwell.errors import InvalidInput, LimitExceeded

MAX_DEPTH = 30
MAX_FIELDS = 2_000
_FORM = "application/x-www-form-urlencoded"
_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")


def body_of(plain: bytes, headers: Mapping[str, str]) -> Any:
    """Read a body.

    Returns:
        A form as an object of texts (a list where a name comes more than once), lines as a list, JSON as it is.

    Raises:
        InvalidInput: It is not what its label says, or has no label and is no JSON.
        LimitExceeded: Nested too deep, or too many fields.
    """
    label = headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        text = plain.decode("utf-8-sig")
        if label == _FORM and text.lstrip()[:1] not in ("{", "["):
            return _form(text)
        if label in _LINES:
            found: Any = [_json(line) for line in text.splitlines() if line.strip()]
        else:
            found = _json(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The body is neither JSON nor a form.", code="invalid_body") from error
    if too_deep(found, MAX_DEPTH):
        raise LimitExceeded(f"A body is nested at most {MAX_DEPTH} levels deep.", code="too_deep")
    return found


def _json(text: str) -> Any:
    found = json.loads(text, parse_constant=_no_constant)
    # 1e999 is read as infinity, and half of a pair of surrogates as a text: neither can be written anywhere.
    json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    return found


def _form(text: str) -> dict[str, Any]:
    if text.count("&") >= MAX_FIELDS:
        raise LimitExceeded(f"A form has at most {MAX_FIELDS} fields.", code="too_many_fields")
    fields: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields


def too_deep(value: Any, left: int) -> bool:
    """Tell whether a value is nested deeper than ``left`` levels."""
    if isinstance(value, dict):
        return left == 0 or any(too_deep(item, left - 1) for item in value.values())
    if isinstance(value, list):
        return left == 0 or any(too_deep(item, left - 1) for item in value)
    return False


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
