"""What the worker beside the pass does: asks providers, judges addresses, lists who is to be checked, notes purges.

Each piece may come twice, and a batch is repeated as a whole when something was down: what was done is found done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from stepwell.contracts.clock import from_iso
from stepwell.contracts.enrichment import CHECK_EMAIL, ENRICH, NOTE_PURGE, VERIFY
from stepwell.contracts.workspace import AuditEntry
from stepwell.enrichment.enriching import Enricher, Report
from stepwell.enrichment.mail import DELIVERABLE, judge, told_of
from stepwell.enrichment.ports import EnrichmentPorts
from stepwell.enrichment.verifying import open_check

Work = Mapping[str, Any]


def carry_out(ports: EnrichmentPorts, tenant: str, work: Sequence[Work]) -> Report:
    """Do the work of one call.

    Raises:
        Unavailable: Something was down: the call is to be repeated.
    """
    by_kind: dict[str, list[Work]] = {}
    for piece in work:
        by_kind.setdefault(str(piece.get("what")), []).append(piece)
    report = Report()
    for piece in by_kind.get(NOTE_PURGE, ()):
        _note(ports, tenant, piece)
        report.counts["purges_noted"] += 1
    _check(ports, tenant, by_kind.get(CHECK_EMAIL, ()), report.counts)
    _list(ports, tenant, by_kind.get(VERIFY, ()), report.counts)
    asked = [(str(one["profile"]), str(one.get("trigger", ""))) for one in by_kind.get(ENRICH, ())]
    if asked:
        enricher = Enricher(ports, tenant)
        enricher.report = report
        enricher.run(asked)
        enricher.review()
    return report


def _note(ports: EnrichmentPorts, tenant: str, piece: Work) -> None:
    """Write that values were purged: which fields of whom, never what they held."""
    fields = [name for name in str(piece.get("fields", "")).split(",") if name]
    entry = AuditEntry(
        from_iso(str(piece["at"])),
        "stepwell",
        "profile.purged",
        f"profile/{piece['profile']}",
        {"fields": fields, "why": "retention"},
    )
    ports.audit.audit(tenant, entry)


def _check(ports: EnrichmentPorts, tenant: str, pieces: Sequence[Work], counts: Counter[str]) -> None:
    """Judge addresses that came by forms."""
    profiles = ports.profiles.get(tenant, [str(piece["profile"]) for piece in pieces]) if pieces else {}
    for profile in profiles.values():
        if not profile.email:
            continue
        verdict = judge(profile.email, ports.mail)
        counts["addresses_judged"] += 1
        if verdict is not None and profile.traits.get(DELIVERABLE) is not verdict:
            ports.stream.emit(tenant, [told_of(profile.id, profile.email, verdict, ports.now())])


def _list(ports: EnrichmentPorts, tenant: str, pieces: Sequence[Work], counts: Counter[str]) -> None:
    profiles = ports.profiles.get(tenant, [str(piece["profile"]) for piece in pieces]) if pieces else {}
    for profile in profiles.values():
        counts["listed"] += open_check(ports, tenant, profile)
