"""What a workspace says of enrichment: on what legal ground, when, by whom, for which fields, at what price."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from stepwell.conditions import ConditionField, to_json, to_text
from stepwell.contracts.enrichment import VERIFY_RULE, WANTED_PREFIX

KIND = "ENRICH"
SETTINGS = "settings"
Provider = Literal["clearbit", "fullcontact", "zoominfo"]
Ground = Literal["off", "consent", "legitimate_interest"]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
FIELDS = ("company_revenue", "employee_count", "technologies")
"""The specification's enrichment fields (5.1)."""
PERSONAL = ("first_name", "last_name", "job_title", "city", "country")
OF_COMPANIES = (*FIELDS, "company", "company_size", "industry", "website")
OFFERED = (*OF_COMPANIES, *PERSONAL)
"""All fields that the adapters can fill: of the person, and of the company that it works for."""
MICROS = 1_000_000
CONSENT = "profile:enrichment"
"""Under which name a contact's consent to enrichment, or the objection to it, stands in its messaging record."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Budget(_Model):
    """What may be spent on a provider; reached, nothing more is asked until the day or month (UTC) is over.

    Attributes:
        calls_per_day: Calls a day.
        calls_per_month: Calls a month.
        dollars_per_month: Money a month.
    """

    calls_per_day: int = Field(default=100, ge=0, le=1_000_000)
    calls_per_month: int = Field(default=1_000, ge=0, le=10_000_000)
    dollars_per_month: float = Field(default=100.0, ge=0, le=1_000_000)

    @property
    def micros(self) -> int:
        """Money a month in millionths of a dollar."""
        return round(self.dollars_per_month * MICROS)


class Sealed(_Model):
    """Encrypted credentials.

    Attributes:
        sealed: The ciphertext, base64.
        at: When they were set.
    """

    sealed: str
    at: AwareDatetime


class ProviderSettings(_Model):
    """A provider of a workspace.

    Attributes:
        enabled: Whether it is asked.
        address: Base address; empty: the provider's own.
        dollars_per_call: What a call costs by your contract.
        budget: What may be spent.
        fields: Which fields are taken from it; all others are dropped unread.
        paused: Whether it is kept from being asked although it is enabled: by hand, or as its facts were wrong.
        paused_because: Why.
        credentials: Encrypted; None: not set.
    """

    enabled: bool = False
    address: str = Field(default="", max_length=300)
    dollars_per_call: float = Field(default=0.10, ge=0, le=100)
    budget: Budget = Field(default_factory=Budget.model_construct)
    fields: tuple[FieldName, ...] = Field(default=FIELDS, max_length=30)
    paused: bool = False
    paused_because: str = Field(default="", max_length=300)
    credentials: Sealed | None = None

    @property
    def price(self) -> int:
        """Price of a call in millionths of a dollar."""
        return round(self.dollars_per_call * MICROS)

    @property
    def asked(self) -> bool:
        """Whether it may be asked at all."""
        return self.enabled and not self.paused and self.credentials is not None


class Trigger(_Model):
    """When a contact is worth asking for.

    Attributes:
        id: Its name, e.g. `sales_readiness`.
        condition: Whoever it becomes true for is asked about, once until it has become false again.
        providers: Whom to ask, in this order, until no wanted field is left.
    """

    id: RuleId
    condition: ConditionField
    providers: tuple[Provider, ...] = Field(default=("clearbit", "fullcontact", "zoominfo"), min_length=1)


class Enrichment(_Model):
    """A workspace's settings.

    Attributes:
        legal_basis: `off`: nobody is asked about; `consent`: who agreed (`profile:enrichment`);
            `legitimate_interest`: who did not object (GDPR Art. 6(1)(f), 21; CCPA 1798.120).
        assessment: Where the balancing of interests is written down; needed for `legitimate_interest`.
        providers: Settings a provider.
        triggers: When to ask; the specification's two unless others are given.
        cache_days: How long an answer serves all contacts with the same address or company.
        negative_days: How long "nothing found" does.
        refresh_days: An enriched value younger than this is not asked for again.
        check_mail: Whether an address's domain is looked up (MX) before money is spent.
        minimum_accuracy: Share of right facts below which a provider is paused.
        minimum_samples: Compared facts without which nothing is concluded.
        verify_when: Whose facts somebody shall check by hand: leads of high value.
    """

    legal_basis: Ground = "off"
    assessment: str = Field(default="", max_length=500)
    providers: dict[Provider, ProviderSettings] = Field(default_factory=dict)
    triggers: tuple[Trigger, ...] = Field(default_factory=lambda: default_triggers(), max_length=10)
    cache_days: int = Field(default=90, ge=1, le=365)
    negative_days: int = Field(default=14, ge=1, le=365)
    refresh_days: int = Field(default=180, ge=1, le=3_650)
    check_mail: bool = True
    minimum_accuracy: float = Field(default=0.85, gt=0, le=1)
    minimum_samples: int = Field(default=30, ge=10, le=10_000)
    verify_when: ConditionField | None = None

    @model_validator(mode="after")
    def _complete(self) -> Enrichment:
        if self.legal_basis == "legitimate_interest" and not self.assessment.strip():
            raise ValueError("`legitimate_interest` needs `assessment`: where the balancing is written down.")
        ids = [trigger.id for trigger in self.triggers]
        if len(set(ids)) != len(ids):
            raise ValueError("Two triggers have the same id.")
        unknown = sorted({f for one in self.providers.values() for f in one.fields} - set(OFFERED))
        if unknown:
            raise ValueError(f"No provider tells {', '.join(unknown)}; there are {', '.join(OFFERED)}.")
        return self

    def provider(self, name: str) -> ProviderSettings:
        """Return the settings of a provider; defaults where none were saved."""
        return {str(known): one for known, one in self.providers.items()}.get(name) or ProviderSettings()

    def with_provider(self, name: str, settings: ProviderSettings) -> Enrichment:
        """Return these settings with another provider's in place of its own."""
        return self.model_copy(update={"providers": {**self.providers, name: settings}})

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return self.model_dump(mode="json")

    def rules(self) -> list[dict[str, Any]] | None:
        """Return what the pass compiles (part `wanted` of `RULES`): conditions kept like segments; None: none."""
        found = [
            {"id": f"{WANTED_PREFIX}{trigger.id}", "kind": "dynamic", "condition": to_json(trigger.condition)}
            for trigger in self.triggers
            if self.legal_basis != "off"
        ]
        if self.verify_when is not None:
            found.append({"id": VERIFY_RULE, "kind": "dynamic", "condition": to_json(self.verify_when)})
        return found or None


def shown(settings: Enrichment, rev: int) -> dict[str, Any]:
    """Return settings as people see them: conditions as text, nothing of credentials but when they were set."""
    document = settings.document()
    for trigger, told in zip(settings.triggers, document["triggers"], strict=True):
        told["condition"] = to_text(trigger.condition)
    if settings.verify_when is not None:
        document["verify_when"] = to_text(settings.verify_when)
    for provider in document["providers"].values():
        credentials = provider.pop("credentials", None)
        provider["credentials_set_at"] = credentials["at"] if credentials else None
    return {**document, "rev": rev}


def with_secrets_of(told: Mapping[str, Any], before: Enrichment) -> Enrichment:
    """Read settings as people write them; credentials stay as they are: they are set apart, and never shown.

    Raises:
        ValidationError: They do not fit.
    """
    given = {
        name: {**one, "credentials": _kept(before.provider(name).credentials)}
        for name, one in dict(told.get("providers") or {}).items()
    }
    return Enrichment.model_validate({**told, "providers": given})


def _kept(sealed: Sealed | None) -> dict[str, Any] | None:
    return None if sealed is None else sealed.model_dump(mode="json")


def default_triggers() -> tuple[Trigger, ...]:
    """Return the specification's trigger conditions: much intent within a week, and readiness for sales."""
    conditions = {
        "high_intent_signals": "count(page_view, 7 days) >= 10 or did(lead_form_submitted) or did(demo_requested)",
        "sales_readiness": "lead_score >= 300",
    }
    return tuple(Trigger.model_validate({"id": id_, "condition": text}) for id_, text in conditions.items())


def expires(at: datetime, days: int) -> int:
    """Return when something of `at` is gone (epoch seconds)."""
    return int(at.timestamp()) + days * 86_400
