"""The attributes of a workspace: families, types, who may overwrite whom, and what is computed from events.

The attributes that the specification names (7.1, 7.2) are built in; a workspace changes them or adds its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from stepwell.conditions import ConditionField
from stepwell.contracts.event_catalogue import canonical_event

Family = Literal["demographic", "firmographic", "psychographic", "behavioural", "technographic", "custom"]
AttributeType = Literal["any", "text", "number", "boolean", "date", "email", "phone", "url", "list", "object"]
RuleName = Literal["latest", "first", "source_priority", "max", "min", "union"]
ComputedKind = Literal[
    "count",
    "sum",
    "min",
    "max",
    "average",
    "first",
    "last",
    "distinct",
    "days_since",
    "frequency",
    "monetary",
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
_VALUED = frozenset({"sum", "min", "max", "average", "distinct", "monetary"})
_WHOLE_LIFE = frozenset({"first", "last", "days_since"})
MAX_WINDOW_DAYS = 400


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Attribute(_Model):
    """A field of contacts.

    Attributes:
        name: Field name.
        family: What kind of knowledge it is.
        type: What values are brought to; `any` keeps them as they come.
        rule: Whose value stands when several are told.
        sources: Ranking for `source_priority`, and among values of one moment; best first.
        choices: The values that a text may have; none: any.
        pii: Whether it tells who somebody is.
        retention_days: Purged when it has not been told for so long; None: kept.
        consent: The purpose that must be consented to before it is kept; None: none.
    """

    name: Name
    family: Family = "custom"
    type: AttributeType = "any"
    rule: RuleName = "latest"
    sources: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    pii: bool = False
    retention_days: int | None = Field(default=None, ge=1)
    consent: str | None = None


class Schema(_Model):
    """The schema registry of a workspace.

    Attributes:
        attributes: Its own attributes; one with a built-in name replaces it.
        unknown: Whether traits that no attribute describes are kept.
        region: Country of phone numbers that do not name theirs, where the contact's is not known.
    """

    attributes: tuple[Attribute, ...] = ()
    unknown: Literal["accept", "reject"] = "accept"
    region: Region | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Attribute]:
        """All attributes, the built-in ones included."""
        return {**BUILT_IN, **{attribute.name: attribute for attribute in self.attributes}}


class Computed(_Model):
    """An attribute computed from events.

    Attributes:
        name: Field name.
        kind: What is computed; `frequency` counts and `monetary` sums, as in RFM.
        event: Event name.
        where: Which of these events count (`event.total > 10`).
        property: The property whose value is taken; dots lead inside.
        window_days: Only the last so many days count, today included (UTC); None: ever.
    """

    name: Name
    kind: ComputedKind
    event: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(canonical_event)]
    where: ConditionField | None = None
    property: str | None = Field(default=None, min_length=1, max_length=100)
    window_days: int | None = Field(default=None, ge=1, le=MAX_WINDOW_DAYS)

    @model_validator(mode="after")
    def _complete(self) -> Computed:
        if self.kind in _VALUED and not self.property:
            raise ValueError(f"`{self.kind}` needs a `property`.")
        if self.kind in _WHOLE_LIFE and self.window_days:
            raise ValueError(f"`{self.kind}` has no window.")
        return self


class Stage(_Model):
    """A lifecycle stage.

    Attributes:
        name: Its name.
        condition: Who is in it; none: everybody (the first stage).
    """

    name: Name
    condition: ConditionField | None = None


class Lifecycle(_Model):
    """Lifecycle stages from first to last: a contact is in the last one whose condition holds.

    Attributes:
        stages: In order.
    """

    stages: tuple[Stage, ...] = Field(min_length=1, max_length=20)


def rfm(event: str = "purchase", property: str = "total", window_days: int = 365) -> tuple[Computed, ...]:  # noqa: A002
    """Return recency (days since the last), frequency (count) and monetary value (sum) of an event."""
    return (
        Computed(name="recency_days", kind="days_since", event=event),
        Computed(name="frequency", kind="frequency", event=event, window_days=window_days),
        Computed(name="monetary", kind="monetary", event=event, property=property, window_days=window_days),
    )


def website_attribution() -> tuple[Computed, ...]:
    """Return where a contact came from: source, referrer and page of the first visit, source and campaign of the last.

    Visits that name no source or referrer leave what an earlier one told.
    """
    return (
        Computed(name="first_source", kind="first", event="page_view", property="utm_source"),
        Computed(name="first_referrer", kind="first", event="page_view", property="referrer"),
        Computed(name="first_landing_page", kind="first", event="page_view", property="path"),
        Computed(name="last_source", kind="last", event="page_view", property="utm_source"),
        Computed(name="last_campaign", kind="last", event="page_view", property="utm_campaign"),
    )


def default_lifecycle() -> Lifecycle:
    """Return the stages that a workspace may begin with: subscriber, lead, mql, customer, repeat customer."""
    conditions: tuple[tuple[str, str | None], ...] = (
        ("subscriber", None),
        ("lead", "did(form_submission) or did(lead_form_submitted) or lead_score >= 150"),
        ("mql", "lead_score >= 300"),
        ("customer", "did(purchase)"),
        ("repeat_customer", "count(purchase) >= 2"),
    )
    return Lifecycle.model_validate({"stages": [{"name": n, "condition": c} for n, c in conditions]})


def _built_in() -> dict[str, Attribute]:
    table: dict[Family, dict[AttributeType, str]] = {
        "demographic": {
            "number": "age",
            "text": "first_name last_name gender language age_range income_level city country time_zone",
            "email": "email",
            "phone": "phone",
            "any": "name location address birthday",
        },
        "firmographic": {
            "any": "company size company_size",
            "text": "industry job_title title department",
            "number": "revenue company_revenue employee_count",
            "list": "technologies",
            "url": "website",
        },
        "psychographic": {
            "list": "interests values",
            "text": "lifestyle personality",
            "any": "communication_preferences",
        },
        "behavioural": {
            "any": "preferences patterns engagement_level website_activity email_engagement purchase_history",
            "text": "lifecycle_stage",
        },
        "custom": {"boolean": "email_deliverable", "text": "verification", "date": "verified_at"},
        "technographic": {
            "list": "technology_stack user_roles",
            "any": "platform_usage",
            "number": "integration_count",
        },
    }
    return {
        name: Attribute(name=name, family=family, type=type_, pii=name in _PERSONAL)
        for family, types in table.items()
        for type_, names in types.items()
        for name in names.split()
    }


_PERSONAL = frozenset({"email", "phone", "first_name", "last_name", "name", "address", "birthday"})
BUILT_IN: Mapping[str, Attribute] = _built_in()


def schema_of(document: Mapping[str, Any] | None) -> Schema:
    """Read a stored schema; none is the built-in one."""
    return Schema.model_validate(dict(document)) if document else Schema()
