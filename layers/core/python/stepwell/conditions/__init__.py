"""The condition language: one small typed expression language for branches, waits, filters and segments.

Text (`score >= 50 and not did(purchase, 90 days)`) is parsed into frozen models that are stored as JSON,
checked against what a workspace knows, and compiled into closures. Nothing a person writes is ever evaluated
as code. The reference with all operators is docs/reference/conditions.md.

```python
condition = parse("score >= 50")
problems = check(condition, FieldSchema(profile={"score": FieldType.NUMBER}))
holds = compile_condition(condition)
holds(Facts(profile={"score": 70}), now)
```

The names below are loaded when first asked for: a step that runs a stored condition needs neither the checker
nor the explanations, and a cold start is short.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .activity import ENGAGEMENT_EVENTS, Activity
    from .binding import bind
    from .checker import Problem, check
    from .compile import compile_condition
    from .engagement import DEFAULT_THRESHOLD, Engagement, EngagementKind, engagement_score
    from .errors import ConditionError, ConditionFormatError, ConditionSyntaxError
    from .explainer import Explanation, explain
    from .facts import Facts
    from .history import DailyCounts, EventFilter, EventHistory, EventList, RecentEvent
    from .models import Condition
    from .parser import parse
    from .printer import to_text
    from .read import Test
    from .references import References, referenced
    from .schema import FieldSchema, FieldType, json_schema
    from .storage import ConditionField, from_json, to_json

__all__ = [
    "DEFAULT_THRESHOLD",
    "ENGAGEMENT_EVENTS",
    "Activity",
    "Condition",
    "ConditionError",
    "ConditionField",
    "ConditionFormatError",
    "ConditionSyntaxError",
    "DailyCounts",
    "Engagement",
    "EngagementKind",
    "EventFilter",
    "EventHistory",
    "EventList",
    "Explanation",
    "Facts",
    "FieldSchema",
    "FieldType",
    "Problem",
    "RecentEvent",
    "References",
    "Test",
    "bind",
    "check",
    "compile_condition",
    "engagement_score",
    "explain",
    "from_json",
    "json_schema",
    "parse",
    "referenced",
    "to_json",
    "to_text",
]

# No module may be named like one of its names: loading it would put the module in the name's place.
_HOMES = {
    "activity": ("ENGAGEMENT_EVENTS", "Activity"),
    "binding": ("bind",),
    "checker": ("Problem", "check"),
    "compile": ("compile_condition",),
    "engagement": ("DEFAULT_THRESHOLD", "Engagement", "EngagementKind", "engagement_score"),
    "errors": ("ConditionError", "ConditionFormatError", "ConditionSyntaxError"),
    "explainer": ("Explanation", "explain"),
    "facts": ("Facts",),
    "history": ("DailyCounts", "EventFilter", "EventHistory", "EventList", "RecentEvent"),
    "models": ("Condition",),
    "parser": ("parse",),
    "printer": ("to_text",),
    "read": ("Test",),
    "references": ("References", "referenced"),
    "schema": ("FieldSchema", "FieldType", "json_schema"),
    "storage": ("ConditionField", "from_json", "to_json"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{home}", __name__), name)
    return found
