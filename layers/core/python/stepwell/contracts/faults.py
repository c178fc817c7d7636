"""What pydantic finds wrong with a document, as violations: the same words whatever the document is."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError


def violations_of(error: ValidationError, *, code: str = "") -> list[dict[str, Any]]:
    """Return one violation a fault, ``{code, place, message}``; never what was given, which may be personal.

    A place is a dotted path.

    Args:
        error: What pydantic raised.
        code: The code of all; empty: pydantic's own type of each fault.
    """
    return [
        {
            "code": code or str(fault["type"]),
            "place": ".".join(str(part) for part in fault["loc"]),
            "message": str(fault["msg"]).removeprefix("Value error, "),
        }
        for fault in error.errors(include_input=False, include_url=False)
    ]
