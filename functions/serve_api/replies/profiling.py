"""Forms, stages, proofs of consent, retention, enrichment, facts checked by hand."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from stepwell.enrichment.model import Budget
from stepwell.enrichment.model import Trigger as TriggerDocument
from stepwell.forms.model import Form as FormDocument
from stepwell.forms.model import Stage as StageDocument

from replies.forms import DocumentOf, Json, Reply, Time


class FormSummary(Reply):
    """A form as lists show it.

    Attributes:
        fields: How many it has.
        active: Whether submissions are taken.
    """

    id: str
    name: str
    form_type: str
    fields: int
    active: bool
    rev: int
    updated_at: Time


class Form(Reply):
    """A form.

    Attributes:
        rev: Send it back with the next change.
    """

    form: Annotated[Json, DocumentOf(FormDocument)]
    rev: int


class Stages(Reply):
    """Stages in which contacts become known.

    Attributes:
        rev: Send it back with the next change; 0: they were never changed.
    """

    stages: list[Annotated[Json, DocumentOf(StageDocument)]]
    rev: int


class StageProgress(Reply):
    """How far a contact has come in a stage.

    Attributes:
        known: Fields that are known.
        missing: Fields that are not.
        silent_sources: Data sources that told nothing yet.
    """

    stage: str
    method: str
    known: list[str]
    missing: list[str]
    silent_sources: list[str]
    complete: bool


class ContactStages(Reply):
    """How far a contact has come, stage by stage."""

    contact: str
    stages: list[StageProgress]


class Retention(Reply):
    """How long values are kept.

    Attributes:
        inactive_days: Days without an event of their own after which contacts are purged; null: never.
        purge: What of them goes.
        attributes: Days by attribute; absent ones are kept for good.
    """

    inactive_days: int | None
    purge: Literal["personal", "all"]
    attributes: dict[str, int]


class RetentionApplied(Reply):
    """A page of contacts is looked at.

    Attributes:
        asked: How many.
        cursor: Send it as `cursor` for the next page; null: that was the last.
    """

    asked: int
    cursor: str | None


class EnrichmentProvider(Reply):
    """Settings of a provider.

    Attributes:
        address: Where it is asked, if not at its own address.
        paused: Whether it is kept from being asked although it is enabled.
        credentials_set_at: Null: none are set.
    """

    enabled: bool
    address: str
    dollars_per_call: float
    budget: Annotated[Json, DocumentOf(Budget)]
    fields: list[str]
    paused: bool
    paused_because: str
    credentials_set_at: Time | None


class Enrichment(Reply):
    """Settings of enrichment.

    Attributes:
        legal_basis: `off`: nobody is asked about; `consent`: who agreed; `legitimate_interest`: who did not object.
        assessment: Where the balancing of interests is written down.
        cache_days: How long an answer serves all contacts of the same address or company.
        negative_days: How long "nothing found" does.
        refresh_days: An enriched value younger than this is not asked for again.
        check_mail: Whether an address's domain is looked up before money is spent.
        minimum_accuracy: Share of right facts below which a provider is paused, 0 to 1.
        minimum_samples: Compared facts without which nothing is concluded.
        verify_when: Whose facts somebody shall check, as a condition; null: nobody's.
        rev: Send it back with the next change; 0: never changed.
    """

    legal_basis: Literal["off", "consent", "legitimate_interest"]
    assessment: str
    providers: dict[str, EnrichmentProvider]
    triggers: list[Annotated[Json, DocumentOf(TriggerDocument)]]
    cache_days: int
    negative_days: int
    refresh_days: int
    check_mail: bool
    minimum_accuracy: float
    minimum_samples: int
    verify_when: str | None
    rev: int


class EnrichmentUsage(Reply):
    """What was spent on a provider, and what may be; days and months are UTC's.

    Attributes:
        stopped_by: Why it is asked about nobody now: no legal basis (`off`), not enabled, paused, no credentials, or
            which cap of its budget is reached; null: it is asked.
    """

    provider: str
    enabled: bool
    paused: bool
    calls_today: int
    calls_this_month: int
    dollars_this_month: float
    calls_per_day: int
    calls_per_month: int
    dollars_per_month: float
    stopped_by: (
        Literal[
            "off",
            "not_enabled",
            "paused",
            "no_credentials",
            "calls_per_day",
            "calls_per_month",
            "dollars_per_month",
        ]
        | None
    )


class AccuracyShare(Reply):
    """How often facts were right.

    Attributes:
        accuracy: Share, 0 to 1; null: nothing was compared.
        low: With 95 % certainty not less.
        high: With 95 % certainty not more.
    """

    right: int
    compared: int
    accuracy: float | None
    low: float
    high: float


class AccuracyReport(AccuracyShare):
    """How often a provider was right.

    Attributes:
        minimum: Share below which it is paused.
        minimum_samples: Compared facts without which nothing is concluded.
        fields: By field.
    """

    provider: str
    at: Time
    minimum: float
    minimum_samples: int
    verdict: Literal["unknown", "too_low", "good", "unclear"]
    fields: dict[str, AccuracyShare]


class EnrichmentAsked(Reply):
    """A contact that providers are asked about."""

    contact: str
    asked: bool


class CheckedFact(Reply):
    """A fact to be checked.

    Attributes:
        source: Who told it.
        told_at: Null: not known.
        enriched: Whether it is a provider's word.
    """

    value: Any
    source: str
    told_at: Time | None
    enriched: bool


class Verification(Reply):
    """A lead whose facts wait to be checked.

    Attributes:
        opened_at: Since when.
        score: The lead score at that time; null: none.
        fields: Facts by field.
    """

    profile: str
    opened_at: Time
    score: float | None
    fields: dict[str, CheckedFact]


class VerificationDecision(Reply):
    """What was decided on a lead.

    Attributes:
        fields: Fields that were corrected.
    """

    profile: str
    decision: Literal["approved", "rejected", "corrected"]
    fields: list[str]
