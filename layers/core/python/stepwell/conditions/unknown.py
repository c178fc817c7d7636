"""Which problems of a condition are there only because a contact's field is in no list."""

from __future__ import annotations

from .checker import check
from .models import Condition
from .schema import FieldSchema


def unknown_fields(condition: Condition, schema: FieldSchema) -> frozenset[str]:
    """Return the paths of the profile fields that a schema does not know.

    They are what `check` finds and would not find if all fields were known.
    """
    if schema.profile is None:
        return frozenset()
    others = {problem.path for problem in check(condition, schema.model_copy(update={"profile": None}))}
    found = {problem.path for problem in check(condition, schema) if problem.code == "unknown_field"}
    return frozenset(found - others)
