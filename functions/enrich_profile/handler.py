"""Does what the pass must not wait for: enrichment providers, DNS, lists for people, audit entries of purges."""

from __future__ import annotations

from typing import Any

from stepwell.enrichment.working import carry_out
from stepwell.observability import observed
from stepwell.profiling import profiling


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Carry out the work of one asynchronous call; one that fails is repeated by Lambda, then among dead letters."""
    del context
    with observed("enrich_profile") as batch:
        tenant, work = str(event["tenant"]), event["work"]
        batch.note(tenant=tenant, pieces=len(work))
        report = carry_out(profiling().enrichment, tenant, work)
        batch.note(did=dict(report.counts), failures=dict(report.failures))
        batch.count("Enriched", report.counts["enriched"])
        batch.count("OverBudget", report.counts["over_budget"])
        return {"did": dict(report.counts)}
