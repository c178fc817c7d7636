"""How Handlebars sees values: what counts as true, how they read as text, and which of their properties there are.

Only a mapping's own keys, a sequence's items and lengths can be reached: there is no attribute of any Python object.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from jinja2.runtime import Undefined
from markupsafe import Markup

from stepwell.content.budget import budget
from stepwell.content.handlebars.tree import HandlebarsError

ABSENT: Final = object()
# As Handlebars: "=" and "`" too, so that a value in an attribute without quotes stays in it.
_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&#x27;",
        "`": "&#x60;",
        "=": "&#x3D;",
    }
)
_MAX_DEPTH = 20


def nothing(value: Any) -> bool:
    """Tell whether a value is null or not there."""
    return value is None or isinstance(value, Undefined)


def falsy(value: Any) -> bool:
    """Tell what JavaScript takes for false: mappings and sequences are true, empty or not."""
    return not value and not isinstance(value, Mapping | list | tuple)


def empty(value: Any) -> bool:
    """Tell what `if` and `with` take for nothing, besides 0: an empty sequence too."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return False
    return not value and not isinstance(value, Mapping)


def text_of(value: Any, depth: int = 0) -> str:
    """Return a value as JavaScript writes it; nothing for what is not there (which is reported)."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(budget().measure_value(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, list | tuple):
        if depth > _MAX_DEPTH:
            raise HandlebarsError("a sequence nested too deeply")
        budget().measure_value(value)
        text = ",".join([text_of(item, depth + 1) for item in value])
        budget().measure(len(text))
        return text
    if isinstance(value, Mapping):
        return "[object Object]"
    return str(value) if isinstance(value, Undefined | date | Decimal) else ""


def escaped(value: Any) -> str:
    """Return a value as text that is safe in HTML and in its attributes."""
    if isinstance(value, Markup):
        return str(value)
    text = text_of(value)
    return text.translate(_ESCAPES)


def own(value: Any, name: str) -> Any:
    """Return a property that is the value's own, or `ABSENT`."""
    if isinstance(value, Mapping):
        return value.get(name, ABSENT)
    if isinstance(value, str | list | tuple):
        if name == "length":
            return len(value)
        # Of ten digits at most: no sequence here is longer, and int() of many is work.
        if name.isdecimal() and len(name) <= 10 and int(name) < len(value):
            return value[int(name)]
    return ABSENT


def same(left: Any, right: Any) -> bool:
    """Tell whether two contexts are one: then a block opens no new level for ``..``."""
    if left is right or (nothing(left) and nothing(right)):
        return True
    return type(left) is type(right) and isinstance(left, str | int | float) and bool(left == right)
