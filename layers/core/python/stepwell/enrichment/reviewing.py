"""Measures providers over what they said of whom, and pauses those that are wrong too often."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from stepwell.contracts.workspace import AuditEntry
from stepwell.enrichment.accuracy import Tally
from stepwell.enrichment.model import KIND, SETTINGS, Enrichment
from stepwell.enrichment.ports import EnrichmentPorts
from stepwell.errors import Conflict, NotFound

REVIEW_EVERY = timedelta(days=1)
REVIEWED = 2_000
"""Most contacts whose facts one review compares."""


def settings_of(ports: EnrichmentPorts, tenant: str) -> tuple[Enrichment, int]:
    """Return a workspace's settings and their revision; the defaults have 0."""
    try:
        document = ports.documents.document(tenant, KIND, SETTINGS)
    except NotFound:
        return Enrichment(), 0
    return Enrichment.model_validate(dict(document.body)), document.rev


def measure(ports: EnrichmentPorts, tenant: str, provider: str) -> Tally:
    """Compare what a provider said with what is known better, over the contacts noted last."""
    tally, cursor, left = Tally(), None, REVIEWED
    while left > 0:
        page, cursor = ports.answers.noted(tenant, provider, min(100, left), cursor)
        profiles = ports.profiles.get(tenant, [profile for profile, _ in page])
        for profile, answer in page:
            known = profiles.get(profile)
            if known is not None:
                tally.add(answer.fields, known.traits, known.stamps)
        left -= len(page)
        if cursor is None:
            break
    return tally


def review(ports: EnrichmentPorts, tenant: str, provider: str, *, at_once: bool = False) -> dict[str, Any]:
    """Measure a provider's accuracy, keep the report, and pause the provider when it is too low.

    Args:
        ports: What it reaches.
        tenant: Tenant id.
        provider: The provider.
        at_once: Whether a report of today is made again.
    """
    now: datetime = ports.now()
    kept, rev = report_of(ports, tenant, provider)
    if kept and not at_once and now.timestamp() - float(kept["at"]) < REVIEW_EVERY.total_seconds():
        return kept
    settings, settings_rev = settings_of(ports, tenant)
    tally = measure(ports, tenant, provider)
    found = {
        "provider": provider,
        "at": now.timestamp(),
        **tally.document(settings.minimum_accuracy, settings.minimum_samples),
    }
    try:
        ports.documents.save_document(tenant, KIND, f"report_{provider}", rev, found, "stepwell")
    except Conflict:
        # Somebody else has just measured the same.
        return found
    told = settings.provider(provider)
    if (
        tally.too_low(settings.minimum_accuracy, settings.minimum_samples)
        and told.enabled
        and not told.paused
    ):
        why = (
            f"{found['accuracy']:.0%} of {found['compared']} facts were right: "
            f"less than {settings.minimum_accuracy:.0%} beyond doubt."
        )
        paused = settings.with_provider(
            provider, told.model_copy(update={"paused": True, "paused_because": why})
        )
        try:
            ports.documents.save_document(tenant, KIND, SETTINGS, settings_rev, paused.document(), "stepwell")
        except Conflict:
            return found
        details = {"accuracy": found["accuracy"], "compared": found["compared"], "high": found["high"]}
        entry = AuditEntry(now, "stepwell", "enrichment.paused", f"provider/{provider}", details)
        ports.audit.audit(tenant, entry)
    return found


def report_of(ports: EnrichmentPorts, tenant: str, provider: str) -> tuple[dict[str, Any], int]:
    """Return the latest report on a provider and its revision; empty and 0: there is none."""
    try:
        document = ports.documents.document(tenant, KIND, f"report_{provider}")
    except NotFound:
        return {}, 0
    return dict(document.body), document.rev
