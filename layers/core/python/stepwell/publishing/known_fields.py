"""Which fields the contacts of a workspace have, and of which types, as conditions are checked by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from stepwell.contracts.computed import LIFECYCLE_STAGE
from stepwell.profiles.schema import AttributeType, schema_of
from stepwell.profiles.traits import RESERVED
from stepwell.segments.hints import FIELD_TYPES, PREDICTIONS

_TYPES: Mapping[AttributeType, str] = {
    "text": "text",
    "email": "text",
    "phone": "text",
    "url": "text",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "list": "list",
    "object": "object",
    "any": "any",
}
# What the other kinds give is a value of the events: of any type.
_NUMBERS = frozenset({"count", "sum", "average", "distinct", "days_since", "frequency", "monetary"})


def known_fields(rules: Mapping[str, Any], models: Collection[str]) -> tuple[dict[str, str], bool]:
    """Return the type a field, and whether contacts may have fields that are not among them.

    Known are attributes (built-in and the workspace's own), computed attributes, scores, the lifecycle stage, and
    predictions, which are fields once a model writes them.

    Args:
        rules: The workspace's rules, as `stepwell.publishing.rules` keeps them.
        models: Ids of its scoring models.
    """
    schema = schema_of(rules.get("schema"))
    found: dict[str, str] = {name: str(FIELD_TYPES[name]) for name in PREDICTIONS}
    # What `scoring_update` counts in when nothing else is said.
    found["score"] = "number"
    if schema.unknown == "accept":
        found |= dict.fromkeys(RESERVED.values(), "any")
    found |= {name: _TYPES[attribute.type] for name, attribute in schema.by_name.items()}
    found |= {f"{model}_score": "number" for model in models}
    found |= {
        str(one["name"]): "number" if one["kind"] in _NUMBERS else "any"
        for one in rules.get("computed") or ()
    }
    return {**found, LIFECYCLE_STAGE: "text"}, schema.unknown == "accept"
