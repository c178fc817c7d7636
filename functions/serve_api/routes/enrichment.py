"""Enrichment providers: settings, credentials, spending, accuracy; and leads whose facts are checked by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.profiling import (
    AccuracyReport,
    Enrichment,
    EnrichmentAsked,
    EnrichmentUsage,
    Verification,
    VerificationDecision,
)
from stepwell.contracts.enrichment import PROVIDERS
from stepwell.enrichment import verifying
from stepwell.enrichment.deciding import stopped_by
from stepwell.enrichment.model import MICROS, shown
from stepwell.enrichment.reviewing import report_of, review, settings_of
from stepwell.errors import NotFound
from stepwell.publishing import contacts, profiling

from routes.replies import reply, stored, whole
from routes.routing import decoded, routed, this, topic

router = topic("Enrichment")


class SettingsIn(BaseModel):
    """Settings and the revision that they were read at."""

    model_config = ConfigDict(extra="forbid")

    settings: dict[str, Any] = Field(description="See the reference of progressive profiling.")
    rev: int = Field(default=0, ge=0)


class CredentialsIn(BaseModel):
    """Credentials of a provider; never shown again."""

    model_config = ConfigDict(extra="forbid")

    credentials: dict[str, str] = Field(min_length=1, max_length=5, examples=[{"key": "…"}])


class DecisionIn(BaseModel):
    """What somebody found out."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["approve", "reject", "correct"]
    corrections: dict[str, Any] = Field(default={}, max_length=20)
    note: str = Field(default="", max_length=300)


@routed(router, "GET", "/enrichment", "viewer", "Read the settings (never credentials)")
def read_enrichment() -> Enrichment:
    """Read the settings."""
    call = this()
    return reply(Enrichment, shown(*settings_of(call.wired.enrichment, call.tenant)))


@routed(
    router, "PUT", "/enrichment", "admin", "Change the settings; credentials stay (409 if somebody else did)"
)
def save_enrichment(body: Annotated[SettingsIn, Body()]) -> Enrichment:
    """Change the settings."""
    call = this()
    saved = profiling.save_enrichment(
        call.wired.enrichment,
        call.wired.segments.rules,
        call.tenant,
        body.settings,
        body.rev,
        call.actor,
    )
    ground = saved["legal_basis"]
    call.ports.note(call.tenant, call.actor, "enrichment.saved", "enrichment", legal_basis=ground)
    return reply(Enrichment, saved)


@routed(
    router, "PUT", "/enrichment/providers/<provider>/credentials", "admin", "Set a provider's credentials"
)
def set_provider_credentials(provider: str, body: Annotated[CredentialsIn, Body()]) -> Enrichment:
    """Set credentials."""
    call = this()
    saved = profiling.set_credentials(
        call.wired.enrichment, call.tenant, provider, body.credentials, call.actor
    )
    call.ports.note(call.tenant, call.actor, "enrichment.credentials_set", f"provider/{provider}")
    return reply(Enrichment, saved)


@routed(router, "GET", "/enrichment/usage", "viewer", "What was spent on each provider, and what may be")
def list_enrichment_usage() -> Listed[EnrichmentUsage]:
    """Tell what was spent."""
    call = this()
    ports = call.wired.enrichment
    settings, _ = settings_of(ports, call.tenant)
    items = []
    for name in PROVIDERS:
        told = settings.provider(name)
        spent = ports.spending.usage(call.tenant, name, call.ports.now())
        items.append(
            {
                "provider": name,
                "enabled": told.enabled,
                "paused": told.paused,
                "calls_today": spent.calls_today,
                "calls_this_month": spent.calls,
                "dollars_this_month": spent.micros / MICROS,
                **told.budget.model_dump(mode="json"),
                "stopped_by": stopped_by(settings, told, spent),
            }
        )
    return whole(items)


@routed(router, "GET", "/enrichment/accuracy", "viewer", "How often each provider was right")
def list_enrichment_accuracy() -> Listed[AccuracyReport]:
    """Return the latest report on each provider that has one."""
    call = this()
    found = [report_of(call.wired.enrichment, call.tenant, name)[0] for name in PROVIDERS]
    return whole([_report(report) for report in found if report])


def _report(report: dict[str, Any]) -> AccuracyReport:
    at = datetime.fromtimestamp(float(report["at"]), UTC)
    return reply(AccuracyReport, {**report, "at": at})


@routed(
    router, "POST", "/enrichment/providers/<provider>/review", "editor", "Measure a provider's accuracy now"
)
def review_provider(provider: str) -> AccuracyReport:
    """Measure a provider; one that is wrong too often beyond doubt is paused."""
    call = this()
    if provider not in PROVIDERS:
        raise NotFound(f"There is no provider `{provider}`.", code="no_provider")
    return _report(review(call.wired.enrichment, call.tenant, provider, at_once=True))


@routed(
    router, "POST", "/contacts/<contact>/enrich", "editor", "Ask providers about a contact now", status=202
)
def enrich_contact(contact: str) -> EnrichmentAsked:
    """Have a contact enriched; grounds, objections and budgets hold as ever."""
    call = this()
    profile = contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))
    work = [{"what": "enrich", "profile": profile.id, "trigger": ""}]
    call.wired.parts.profiling_work.ask(call.tenant, work)
    call.ports.note(call.tenant, call.actor, "enrichment.asked", f"profile/{profile.id}")
    return {"contact": profile.id, "asked": True}


@routed(router, "GET", "/verifications", "editor", "Leads whose facts wait to be checked by hand")
def list_verifications(
    limit: Annotated[int, Query(ge=1, le=100)] = 50, cursor: Annotated[str, Query()] = ""
) -> Listed[Verification]:
    """List leads, with the facts and who told each."""
    call = this()
    found, after = verifying.waiting(call.wired.enrichment, call.tenant, limit, cursor or None)
    return stored(found, after)


@routed(router, "POST", "/verifications/<contact>", "editor", "Approve, correct or reject a lead's facts")
def decide_verification(contact: str, body: Annotated[DecisionIn, Body()]) -> VerificationDecision:
    """Decide on a lead."""
    call = this()
    decided = verifying.decide(
        call.wired.enrichment,
        call.tenant,
        decoded(contact),
        body.decision,
        actor=call.actor,
        corrections=body.corrections,
        note=body.note,
    )
    return reply(VerificationDecision, decided)
