"""Scoring models and sequences in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.rule_ports import RulePorts, RuleRecord, RuleVersion

from tests.fakes.segments import MemoryRules, MemorySample


class MemoryRuleStore:
    """See `stepwell.publishing.rule_ports.RuleStore`."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], RuleRecord] = {}
        self.past: dict[tuple[str, str], dict[int, RuleRecord]] = {}

    def get(self, tenant: str, rule: str) -> RuleRecord | None:
        return self.records.get((tenant, rule))

    def all(self, tenant: str) -> list[RuleRecord]:
        return [record for (owner, _), record in sorted(self.records.items()) if owner == tenant]

    def save(self, tenant: str, record: RuleRecord) -> bool:
        stored = self.get(tenant, record.id)
        if (stored.rev if stored else 0) != record.rev:
            return False
        kept = record.evolve(rev=record.rev + 1, body=json.loads(json.dumps(record.body)))
        self.records[tenant, record.id] = kept
        self.past.setdefault((tenant, record.id), {}).setdefault(record.version, kept)
        return True

    def delete(self, tenant: str, rule: str, rev: int) -> bool:
        stored = self.get(tenant, rule)
        if stored is None or stored.rev != rev:
            return False
        del self.records[tenant, rule]
        return True

    def versions(self, tenant: str, rule: str) -> list[RuleVersion]:
        past = self.past.get((tenant, rule), {})
        return [
            RuleVersion(number, one.updated_at, one.updated_by, one.note)
            for number, one in sorted(past.items(), reverse=True)
        ]

    def version(self, tenant: str, rule: str, number: int) -> Mapping[str, Any] | None:
        found = self.past.get((tenant, rule), {}).get(number)
        return None if found is None else found.body


def rule_ports(ports: PublishingPorts) -> RulePorts:
    """Scoring models and sequences over publishing's fakes."""
    return RulePorts(
        models=MemoryRuleStore(),
        sequences=MemoryRuleStore(),
        rules=MemoryRules(),
        sample=MemorySample(ports.profiles),
        publishing=ports,
    )
