"""The criteria that the specification (7.2) names, as suggestions for whoever draws a segment.

A hint is a field with its type, or a behaviour with a condition to begin from. A workspace's own fields come from
its registered schema; these are offered beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stepwell.conditions import FieldType

Family = Literal["demographic", "firmographic", "behavioral", "technographic", "psychographic", "predictive"]


@dataclass(frozen=True, slots=True)
class Hint:
    """A criterion.

    Attributes:
        name: As the specification names it.
        family: Its criteria family.
        type: Type of the profile field of this name; None: no field, look at the example.
        example: A condition to begin from.
        note: What it means, in a sentence.
    """

    name: str
    family: Family
    type: FieldType | None
    example: str
    note: str = ""


_TEXT, _NUMBER, _LIST = FieldType.TEXT, FieldType.NUMBER, FieldType.LIST

HINTS: tuple[Hint, ...] = (
    Hint("age_range", "demographic", _TEXT, 'age_range in ["25-34", "35-44"]'),
    Hint("age", "demographic", _NUMBER, "age between 25 and 44"),
    Hint("gender", "demographic", _TEXT, 'gender = "female"'),
    Hint("location", "demographic", _TEXT, 'location contains "Berlin"'),
    Hint("language", "demographic", _TEXT, 'language starts with "de"'),
    Hint("income_level", "demographic", _TEXT, 'income_level in ["high", "very_high"]'),
    Hint("company_size", "firmographic", _NUMBER, "company_size >= 200"),
    Hint("industry", "firmographic", _TEXT, 'industry in ["software", "finance"]'),
    Hint("job_title", "firmographic", _TEXT, 'job_title matches "*chief*"'),
    Hint("department", "firmographic", _TEXT, 'department = "marketing"'),
    Hint(
        "website_activity",
        "behavioral",
        None,
        "count(page_view, 30 days) >= 3",
        "Visits are counted by day for 90 days.",
    ),
    Hint(
        "email_engagement",
        "behavioral",
        None,
        "did(email_opened, 30 days) and engagement_score >= 0.3",
        "The engagement score is 0 to 1 and halves its evidence every 30 days.",
    ),
    Hint(
        "purchase_history",
        "behavioral",
        None,
        "did(order_completed) and not did(order_completed, 90 days)",
        "Bought before, not in the last 90 days.",
    ),
    Hint("preferences", "behavioral", _LIST, 'preferences contains "newsletter"'),
    Hint("technology_stack", "technographic", _LIST, 'technology_stack contains any ["aws", "azure"]'),
    Hint("platform_usage", "technographic", _TEXT, 'platform_usage = "daily"'),
    Hint("integration_count", "technographic", _NUMBER, "integration_count >= 3"),
    Hint("user_roles", "technographic", _LIST, 'user_roles contains "admin"'),
    Hint("interests", "psychographic", _LIST, 'interests contains any ["cycling", "travel"]'),
    Hint("values", "psychographic", _LIST, 'values contains "sustainability"'),
    Hint("personality", "psychographic", _TEXT, 'personality = "early_adopter"'),
    Hint(
        "communication_preferences",
        "psychographic",
        _LIST,
        'communication_preferences contains "email"',
    ),
    Hint("churn_risk", "predictive", _NUMBER, "churn_risk > 0.7", "Probability, 0 to 1; made daily."),
    Hint(
        "purchase_likelihood",
        "predictive",
        _NUMBER,
        "purchase_likelihood > 0.8",
        "Probability, 0 to 1; made daily.",
    ),
    Hint(
        "engagement_potential",
        "predictive",
        _NUMBER,
        "engagement_potential > 0.5",
        "Probability, 0 to 1; made daily.",
    ),
)

PREDICTIONS = frozenset(hint.name for hint in HINTS if hint.family == "predictive")
"""Profile fields that a model fills; a predictive segment reads at least one."""

FIELD_TYPES = {hint.name: hint.type for hint in HINTS if hint.type is not None}
