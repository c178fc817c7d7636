"""In-memory stand-ins for what enrichment needs (`stepwell.enrichment.ports`)."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from stepwell.consent.proofs import Proof
from stepwell.contracts.clock import Clock
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import AuditEntry, Document
from stepwell.enrichment.model import Budget
from stepwell.enrichment.ports import Account, Answer, EnrichmentPorts, EnrichmentProvider, Query, Usage
from stepwell.errors import Conflict, NotFound, Unavailable


class MemoryDocuments:
    """See `Documents`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.stored: dict[tuple[str, str, str], Document] = {}

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        if (tenant, kind, id_) not in self.stored:
            raise NotFound(f"There is no {id_!r} here.")
        return self.stored[tenant, kind, id_]

    def documents(
        self, tenant: str, kind: str, limit: int = 50, cursor: str | None = None
    ) -> tuple[list[Document], str | None]:
        found = sorted(
            (d for (t, k, _), d in self.stored.items() if (t, k) == (tenant, kind)), key=lambda d: d.id
        )
        rest = [d for d in found if cursor is None or d.id > cursor]
        return rest[:limit], rest[limit - 1].id if len(rest) > limit else None

    def save_document(
        self, tenant: str, kind: str, id_: str, rev: int, body: Mapping[str, Any], by: str = ""
    ) -> Document:
        known = self.stored.get((tenant, kind, id_))
        if (known.rev if known else 0) != rev:
            raise Conflict("Somebody else changed it first.")
        plain = json.loads(json.dumps(body))
        saved = Document(kind, id_, rev + 1, plain, self._clock.now(), by)
        self.stored[tenant, kind, id_] = saved
        return saved

    def delete_document(self, tenant: str, kind: str, id_: str, rev: int) -> None:
        known = self.stored.get((tenant, kind, id_))
        if known is None or known.rev != rev:
            raise Conflict("Somebody else changed it first.")
        del self.stored[tenant, kind, id_]


class MemoryAnswers:
    """See `Answers`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], tuple[Answer, int]] = {}
        self.said: dict[tuple[str, str], dict[str, Answer]] = defaultdict(dict)

    def get(self, tenant: str, provider: str, key: str, now: datetime) -> Answer | None:
        answer, until = self.kept.get((tenant, provider, key), (None, 0))
        return answer if until > now.timestamp() else None

    def keep(self, tenant: str, provider: str, key: str, answer: Answer, until: int) -> None:
        self.kept[tenant, provider, key] = (answer, until)

    def note(self, tenant: str, provider: str, profile: str, answer: Answer, until: int) -> None:
        before = self.said[tenant, provider].get(profile)
        fields = {**(before.fields if before else {}), **answer.fields}
        self.said[tenant, provider][profile] = Answer(fields, answer.at)

    def noted(
        self, tenant: str, provider: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[tuple[str, Answer]], str | None]:
        found = sorted(self.said[tenant, provider].items())
        rest = [one for one in found if cursor is None or one[0] > cursor]
        return rest[:limit], rest[limit - 1][0] if len(rest) > limit else None


class MemorySpending:
    """See `Spending`; one lock is what one conditional write is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spent: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def _month(self, tenant: str, provider: str, at: datetime) -> dict[str, int]:
        return self._spent[tenant, provider, f"{at:%Y-%m}"]

    def take(self, tenant: str, provider: str, now: datetime, price: int, budget: Budget) -> bool:
        with self._lock:
            month = self._month(tenant, provider, now)
            fits = (
                month["calls"] < budget.calls_per_month
                and month[f"{now:%d}"] < budget.calls_per_day
                and month["micros"] + price <= budget.micros
            )
            if fits:
                self._add(month, now, 1, price)
            return fits

    def give_back(self, tenant: str, provider: str, at: datetime, price: int) -> None:
        with self._lock:
            month = self._month(tenant, provider, at)
            if month[f"{at:%d}"] > 0:
                self._add(month, at, -1, -price)

    @staticmethod
    def _add(month: dict[str, int], at: datetime, calls: int, micros: int) -> None:
        month["calls"] += calls
        month["micros"] += micros
        month[f"{at:%d}"] += calls

    def usage(self, tenant: str, provider: str, now: datetime) -> Usage:
        month = self._month(tenant, provider, now)
        return Usage(month[f"{now:%d}"], month["calls"], month["micros"])


class PlainVault:
    """See `Vault`; what is sealed names whom it is for."""

    def seal(self, tenant: str, provider: str, text: str) -> str:
        return f"{tenant}/{provider}/{text}"

    def open(self, tenant: str, provider: str, sealed: str) -> str:
        assert sealed.startswith(f"{tenant}/{provider}/")
        return sealed.removeprefix(f"{tenant}/{provider}/")


class ScriptedProvider:
    """See `EnrichmentProvider`: knows what `known` says, raises what it says, by the question's key."""

    def __init__(self, known: Mapping[str, Any] | None = None) -> None:
        self.known = dict(known or {})
        self.asked: list[str] = []
        self.accounts: list[Account] = []

    def questions(self, query: Query, wanted: Sequence[str]) -> Sequence[Query]:
        return [query]

    def look_up(self, question: Query, account: Account) -> Mapping[str, Any] | None:
        self.asked.append(question.key)
        self.accounts.append(account)
        found = self.known.get(question.key)
        if isinstance(found, Exception):
            raise found
        return None if found is None else dict(found)


class ScriptedDomains:
    """See `MailDomains`."""

    def __init__(self, **known: bool | None) -> None:
        self.known: dict[str, bool | None] = {name.replace("_", "."): found for name, found in known.items()}
        self.asked: list[str] = []

    def takes_mail(self, domain: str) -> bool | None:
        self.asked.append(domain)
        return self.known.get(domain, True)


class MemoryStream:
    """See `Stream`."""

    def __init__(self) -> None:
        self.events: list[Mapping[str, Any]] = []

    def emit(self, tenant: str, events: Sequence[Mapping[str, Any]]) -> None:
        self.events += events


class MemoryPeople:
    """Profiles and what they agreed to; see `Profiles` and `Consents`."""

    def __init__(self) -> None:
        self.profiles: dict[str, Profile] = {}
        self.consent: dict[str, dict[str, str]] = defaultdict(dict)

    def get(self, tenant: str, ids: Sequence[str]) -> dict[str, Profile]:
        return {id_: self.profiles[id_] for id_ in ids if id_ in self.profiles}

    def records(self, tenant: str, profiles: Sequence[str]) -> dict[str, MessagingRecord]:
        return {id_: MessagingRecord(id_, consent=self.consent[id_]) for id_ in profiles}


class MemoryAuditLog:
    """See `Audit`."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def audit(self, tenant: str, entry: AuditEntry) -> None:
        self.entries.append(entry)


class MemoryProofs:
    """See `ConsentProofs`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Proof] = {}

    def put(self, tenant: str, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            self.kept.setdefault((proof.message_id, proof.key), proof)

    def of(
        self, tenant: str, profile: str, limit: int, cursor: str | None = None
    ) -> tuple[list[Proof], str | None]:
        found = [one for one in self.kept.values() if one.profile == profile]
        return sorted(found, key=lambda one: one.at, reverse=True)[:limit], None


class MemoryWork:
    """See `ProfilingWork`; `down` calls fail from now on."""

    def __init__(self) -> None:
        self.pieces: list[Mapping[str, Any]] = []
        self.down = 0

    def ask(self, tenant: str, work: Sequence[Mapping[str, Any]]) -> None:
        if self.down:
            self.down -= 1
            raise Unavailable("down")
        self.pieces += work


class Enriching:
    """All ports of enrichment in memory."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.documents = MemoryDocuments(clock)
        self.people = MemoryPeople()
        self.answers = MemoryAnswers()
        self.spending = MemorySpending()
        self.stream = MemoryStream()
        self.mail = ScriptedDomains()
        self.log = MemoryAuditLog()
        self.providers: dict[str, ScriptedProvider] = {}

    @property
    def ports(self) -> EnrichmentPorts:
        providers: dict[str, EnrichmentProvider] = dict(self.providers)
        return EnrichmentPorts(
            now=self.clock.now,
            documents=self.documents,
            profiles=self.people,
            consents=self.people,
            answers=self.answers,
            spending=self.spending,
            vault=PlainVault(),
            stream=self.stream,
            mail=self.mail,
            audit=self.log,
            providers=providers,
        )

    def put(self, profile: Profile) -> None:
        self.people.profiles[profile.id] = replace(profile)
