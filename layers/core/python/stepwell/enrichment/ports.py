"""What enrichment needs from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import AuditEntry, Document
from stepwell.enrichment.model import Budget


@dataclass(frozen=True, slots=True)
class Query:
    """Whom a provider is asked about.

    Attributes:
        email: Address, in lower case; may be empty.
        domain: Domain of the company; may be empty.
    """

    email: str = ""
    domain: str = ""

    @property
    def key(self) -> str:
        """What answers are kept by."""
        return self.email or f"@{self.domain}"


@dataclass(frozen=True, slots=True)
class Account:
    """How a workspace reaches a provider.

    Attributes:
        credentials: By name, e.g. `key`; `username`, `password`; `client_id`, `private_key`.
        address: Base address; empty: the provider's own.
    """

    credentials: Mapping[str, str]
    address: str = ""


class EnrichmentProvider(Protocol):
    """A provider of facts about people and companies."""

    def questions(self, query: Query, wanted: Sequence[str]) -> Sequence[Query]:
        """Return what is to be asked for these fields; each is one call, and one answer that is kept."""
        ...

    def look_up(self, question: Query, account: Account) -> Mapping[str, Any] | None:
        """Answer a question by one call: what it knows, by the platform's field names; None: nothing.

        Raises:
            Throttled: Too many calls, also the second time.
            ProviderRejected: It refuses: credentials, quota, or the question itself.
            OutcomeUnknown: No whole answer came; it may count the call.
            Unavailable: It was not reached, or failed twice.
        """
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer, as it is kept.

    Attributes:
        fields: What it knows; empty: nothing was found.
        at: When it was asked.
    """

    fields: Mapping[str, Any]
    at: datetime


class Answers(Protocol):
    """Answers of providers by what was asked, and what each said about whom."""

    def get(self, tenant: str, provider: str, key: str, now: datetime) -> Answer | None:
        """Return an answer that still serves, None: there is none."""
        ...

    def keep(self, tenant: str, provider: str, key: str, answer: Answer, until: int) -> None:
        """Keep an answer until a moment (epoch seconds)."""
        ...

    def note(self, tenant: str, provider: str, profile: str, answer: Answer, until: int) -> None:
        """Note what a provider said about a contact, for its accuracy to be measured."""
        ...

    def noted(
        self, tenant: str, provider: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[tuple[str, Answer]], str | None]:
        """Page through (profile, what the provider said)."""
        ...


@dataclass(frozen=True, slots=True)
class Usage:
    """What was spent on a provider.

    Attributes:
        calls_today: Calls on this day (UTC).
        calls: Calls in this month.
        micros: Money in this month, in millionths of a dollar.
    """

    calls_today: int = 0
    calls: int = 0
    micros: int = 0


class Spending(Protocol):
    """Counts calls and money; parallel workers together never exceed a budget."""

    def take(self, tenant: str, provider: str, now: datetime, price: int, budget: Budget) -> bool:
        """Count a call of this price if the budget has room for it; False: it has not, and nothing was counted."""
        ...

    def give_back(self, tenant: str, provider: str, at: datetime, price: int) -> None:
        """Take a call back that was counted at that time and certainly was not made."""
        ...

    def usage(self, tenant: str, provider: str, now: datetime) -> Usage:
        """Return what was spent."""
        ...


class Vault(Protocol):
    """Encrypts credentials; what is sealed opens for its own workspace and provider only."""

    def seal(self, tenant: str, provider: str, text: str) -> str:
        """Encrypt."""
        ...

    def open(self, tenant: str, provider: str, sealed: str) -> str:
        """Decrypt."""
        ...


class MailDomains(Protocol):
    """Domains as DNS knows them; remembered for hours."""

    def takes_mail(self, domain: str) -> bool | None:
        """Tell whether a domain takes mail; None: DNS did not say in time."""
        ...


class Profiles(Protocol):
    """Contacts by id."""

    def get(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Profile]:
        """Read profiles; unknown ones are absent."""
        ...


class Consents(Protocol):
    """What contacts agreed and objected to."""

    def records(self, tenant: str, profiles: Sequence[str]) -> Mapping[str, MessagingRecord]:
        """Read messaging records."""
        ...


class Stream(Protocol):
    """The event stream."""

    def emit(self, tenant: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Put event documents on the stream."""
        ...


class Documents(Protocol):
    """Documents of a workspace; see `stepwell.adapters.config_store.ConfigStore`."""

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        """Return one.

        Raises:
            NotFound: There is none.
        """
        ...

    def documents(
        self, tenant: str, kind: str, limit: int = 50, cursor: str | None = None
    ) -> tuple[Sequence[Document], str | None]:
        """Page through a kind."""
        ...

    def save_document(
        self, tenant: str, kind: str, id_: str, rev: int, body: Mapping[str, Any], by: str = ""
    ) -> Document:
        """Save one over the revision that was read.

        Raises:
            Conflict: Somebody else saved it first.
        """
        ...

    def delete_document(self, tenant: str, kind: str, id_: str, rev: int) -> None:
        """Delete one over the revision that was read.

        Raises:
            Conflict: Somebody else saved it first.
        """
        ...


class Audit(Protocol):
    """Who did what."""

    def audit(self, tenant: str, entry: AuditEntry) -> None:
        """Keep an entry."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichmentPorts:
    """All that enrichment reaches."""

    now: Any
    documents: Documents
    profiles: Profiles
    consents: Consents
    answers: Answers
    spending: Spending
    vault: Vault
    stream: Stream
    mail: MailDomains
    audit: Audit
    providers: Mapping[str, EnrichmentProvider] = field(default_factory=dict)
