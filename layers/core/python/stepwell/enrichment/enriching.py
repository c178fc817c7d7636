"""Asks providers about a contact: whether it may, what is missing, what is remembered, what may still be spent.

Order of one contact: legal ground and objections, address (syntax, then DNS), and for each provider until nothing
is missing: cache, budget, call, cache. What is found goes on the stream as an `identify` of the provider, so that
the pass folds it in by the same rules as everything else; values of providers only fill gaps.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.profiles import Profile
from stepwell.enrichment.deciding import query_of, refusal, wanted
from stepwell.enrichment.mail import judge, told_of
from stepwell.enrichment.model import Enrichment, ProviderSettings, Trigger, expires
from stepwell.enrichment.ports import Account, Answer, EnrichmentPorts, EnrichmentProvider, Query
from stepwell.enrichment.reviewing import review, settings_of
from stepwell.errors import (
    NotReady,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Unavailable,
)

NOTED_DAYS = 400


@dataclass(slots=True)
class Report:
    """What became of a batch, for one log line.

    Attributes:
        counts: How often each outcome came: `enriched`, `cached`, `nothing_found`, `nothing_missing`, `over_budget`,
            `opted_out`, `no_consent`, `off`, `gone`, `undeliverable`, `failed`.
        failures: Codes of providers' failures.
    """

    counts: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)


class Enricher:
    """Enriches contacts of one workspace.

    Args:
        ports: What it reaches.
        tenant: Tenant id.
    """

    def __init__(self, ports: EnrichmentPorts, tenant: str) -> None:
        self._ports = ports
        self._tenant = tenant
        self._settings, self._rev = settings_of(ports, tenant)
        self.report = Report()

    def run(self, work: Sequence[tuple[str, str]]) -> Report:
        """Enrich (profile, trigger) one after another.

        Raises:
            Unavailable: A store or every provider that was needed is down; repeating costs nothing twice.
        """
        profiles = self._ports.profiles.get(self._tenant, [profile for profile, _ in work])
        records = self._ports.consents.records(self._tenant, [one.id for one in profiles.values()])
        down: Unavailable | None = None
        for asked, trigger in dict.fromkeys(work):
            profile = profiles.get(asked)
            if profile is None:
                self.report.counts["gone"] += 1
                continue
            why = refusal(self._settings, profile.traits, records[profile.id].consent)
            if why:
                self.report.counts[why] += 1
                continue
            try:
                self._enrich(profile, trigger)
            except Unavailable as error:
                down = error
        if down is not None:
            raise down
        return self.report

    def _enrich(self, profile: Profile, trigger: str) -> None:
        settings = self._settings
        query = query_of(profile)
        if query.email and settings.check_mail and not self._deliverable(profile, query):
            self.report.counts["undeliverable"] += 1
            query = Query()
        if not query.key.strip("@"):
            self.report.counts["nothing_to_ask_by"] += 1
            return
        rule = next((one for one in settings.triggers if one.id == trigger), None)
        found: dict[str, Any] = {}
        down: Unavailable | None = None
        for name in _providers(settings, rule):
            told = settings.provider(name)
            missing = [
                one
                for one in wanted(profile, told.fields, self._ports.now(), settings.refresh_days)
                if one not in found
            ]
            if not told.asked:
                continue
            if not missing:
                self.report.counts["nothing_missing"] += 1
                continue
            try:
                for question in self._provider(name).questions(query, missing):
                    answer = self._answer(name, told, question)
                    if answer is not None and answer.fields:
                        found.update(self._tell(profile, name, told, answer, trigger))
            except Unavailable as error:
                self.report.failures[f"{name}:{error.code}"] += 1
                down = error
            except (ProviderRejected, OutcomeUnknown, NotReady) as error:
                self.report.failures[f"{name}:{error.code}"] += 1
        if down is not None and not found:
            raise down

    def _answer(self, name: str, told: ProviderSettings, query: Query) -> Answer | None:
        """Return what a provider knows, from memory or by a call; None: the budget has no room."""
        ports, settings, now = self._ports, self._settings, self._ports.now()
        known = ports.answers.get(self._tenant, name, query.key, now)
        if known is not None:
            self.report.counts["cached" if known.fields else "nothing_found"] += 1
            return known
        account = self._account(name, told)
        if not ports.spending.take(self._tenant, name, now, told.price, told.budget):
            self.report.counts["over_budget"] += 1
            return None
        try:
            fields = self._provider(name).look_up(query, account)
        except OutcomeUnknown:
            # It may have been counted over there as well.
            raise
        except StepwellError:
            ports.spending.give_back(self._tenant, name, now, told.price)
            raise
        answer = Answer(dict(fields or {}), now)
        days = settings.cache_days if answer.fields else settings.negative_days
        ports.answers.keep(self._tenant, name, query.key, answer, expires(now, days))
        self.report.counts["enriched" if answer.fields else "nothing_found"] += 1
        return answer

    def _provider(self, name: str) -> EnrichmentProvider:
        if name not in self._ports.providers:
            raise NotReady(f"`{name}` cannot be asked here.", code="no_provider")
        return self._ports.providers[name]

    def _account(self, name: str, told: ProviderSettings) -> Account:
        if told.credentials is None:
            raise NotReady(f"`{name}` has no credentials.", code="no_credentials")
        opened = self._ports.vault.open(self._tenant, name, told.credentials.sealed)
        credentials: dict[str, str] = json.loads(opened)
        return Account(credentials, told.address)

    def _tell(
        self, profile: Profile, name: str, told: ProviderSettings, answer: Answer, trigger: str
    ) -> Mapping[str, Any]:
        now = self._ports.now()
        fields = {one: answer.fields[one] for one in told.fields if answer.fields.get(one) is not None}
        if not fields:
            return {}
        kept = Answer(fields, answer.at)
        self._ports.answers.note(self._tenant, name, profile.id, kept, expires(answer.at, NOTED_DAYS))
        mark = short_hash("enrich", name, profile.id, iso(answer.at), *sorted(fields), length=24)
        common = {"v": 1, "profile": profile.id, "received_at": iso(now)}
        self._ports.stream.emit(
            self._tenant,
            [
                {
                    **common,
                    "message_id": f"enrich-{mark}",
                    "kind": "identify",
                    "name": "identify",
                    "traits": fields,
                    "occurred_at": iso(answer.at),
                    "source": name,
                },
                {
                    **common,
                    "message_id": f"enriched-{mark}",
                    "kind": "engagement",
                    "name": "profile_enriched",
                    "properties": {"provider": name, "fields": sorted(fields), "trigger": trigger},
                    "occurred_at": iso(now),
                    "source": "stepwell",
                },
            ],
        )
        return fields

    def _deliverable(self, profile: Profile, query: Query) -> bool:
        """Tell whether an address can take mail; what cannot be found out may. It is told to the contact."""
        verdict = judge(query.email, self._ports.mail)
        if verdict is not None and profile.traits.get("email_deliverable") is not verdict:
            self._ports.stream.emit(
                self._tenant, [told_of(profile.id, query.email, verdict, self._ports.now())]
            )
        return verdict is not False

    def review(self) -> None:
        """Pause providers whose facts are wrong too often; at most once a day and provider."""
        for name, told in self._settings.providers.items():
            if told.asked:
                review(self._ports, self._tenant, name)


def _providers(settings: Enrichment, rule: Trigger | None) -> Sequence[str]:
    return rule.providers if rule is not None else tuple(settings.providers)
