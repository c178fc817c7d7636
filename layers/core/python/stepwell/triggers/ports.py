"""What the way from an event to its consequences needs from outside, as small Protocols.

Stores that the runtime defines (`ProfileStore`, `MessagingStore`, `TokenStore`, `VersionStore`, `EventSink`)
are used as they are; here stands what only events need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from stepwell.contracts.segments import Member

    # Adapters of ingestion import this module and need nothing of the runtime.
    from stepwell.contracts.tokens import Token
    from stepwell.runtime.enrolling import Entry
    from stepwell.runtime.ports import WaitRow


@dataclass(frozen=True, slots=True)
class WriteKey:
    """Whom a write key stands for.

    Attributes:
        tenant: Tenant id.
        source: Source id, shown in the debugger.
    """

    tenant: str
    source: str


class WriteKeys(Protocol):
    """Write keys by the SHA-256 of their text; the text itself is stored nowhere."""

    def find(self, digest: str) -> WriteKey | None:
        """Return whom the key with this SHA-256 (hex) stands for, None for an unknown or revoked one."""
        ...


class StreamRecord(NamedTuple):
    """A record of the event stream.

    Attributes:
        key: Partition key ``<tenant>#<person>``: one person's records stay in order.
        data: The encoded batch.
    """

    key: str
    data: bytes


class RecordSink(Protocol):
    """The event stream as ingestion sees it."""

    def put(self, records: Sequence[StreamRecord]) -> None:
        """Put records, in order a key.

        Raises:
            Throttled: The stream asks to slow down; some records may be in (message ids drop duplicates).
            Unavailable: It cannot be reached.
        """
        ...


class HookBus(Protocol):
    """The bus that carries webhooks, so that anyone may put rules of their own on them."""

    def put(self, detail: Mapping[str, Any]) -> None:
        """Put one `webhook.received`.

        Raises:
            Unavailable: It was not taken.
        """
        ...


class DebugTail(Protocol):
    """The debugger's last events of a tenant."""

    def watching(self, tenant: str) -> bool:
        """Tell whether somebody has the debugger open (may be a few seconds old)."""
        ...

    def append(self, tenant: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Add entries ``{at, source, status: accepted|rejected, code, place, message, name, message_id}``."""
        ...


class PoisonQueue(Protocol):
    """Records that could not be processed, kept with their reason until somebody replays them."""

    def put(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Keep documents (see `stepwell.triggers.poison`).

        Raises:
            Unavailable: Not all were taken; nothing may be dropped then.
        """
        ...

    def take(self, limit: int) -> list[tuple[str, Mapping[str, Any]]]:
        """Return up to ``limit`` (receipt, document); nobody else gets them for half a minute."""
        ...

    def release(self, receipts: Sequence[str]) -> None:
        """Give back at once what was taken."""
        ...

    def drop(self, receipts: Sequence[str]) -> None:
        """Delete what was taken."""
        ...


class IndexStore(Protocol):
    """The compiled trigger index of a tenant (config item `TRIGGERS`)."""

    def triggers(self, tenant: str) -> Mapping[str, Any]:
        """Return the document, at most seconds old; empty when nothing is published."""
        ...


class RulesStore(Protocol):
    """What a tenant derives from events, compiled (config item `RULES`, see `stepwell.triggers.rules`)."""

    def rules(self, tenant: str) -> Mapping[str, Any]:
        """Return the document, at most seconds old; empty when nothing was saved."""
        ...


class Counters(Protocol):
    """Counts of outcomes a workflow version and node (config item `N#<workflow>#<version>`)."""

    def add(
        self,
        tenant: str,
        workflow: str,
        version: int,
        counts: Mapping[tuple[str, str], int],
        once: Mapping[str, Mapping[tuple[str, str], int]] | None = None,
    ) -> None:
        """Add ``{(node, outcome): n}``.

        Args:
            tenant: Tenant id.
            workflow: Workflow id.
            version: Version.
            counts: Added as they are.
            once: Added by the id of what is counted, unless that id is among the last 100 counted ones.
        """
        ...


class Enroller(Protocol):
    """Makes enrollments and starts their cohort."""

    def known(self, tenant: str, workflow: str, entries: Sequence[Entry]) -> set[tuple[str, str]]:
        """Return profile and key of the entries that are enrolled for certain, found by reads alone."""
        ...

    def enroll(
        self, tenant: str, workflow: str, version: int, trigger: str, entries: Sequence[Entry]
    ) -> Mapping[str, str]:
        """Enroll contacts through a trigger node; return an outcome an entry's key.

        Idempotent by that key. Re-entry rules are its business: a refusal is an outcome, not an error.

        Raises:
            Unavailable: Try again later; what was enrolled stays so.
        """
        ...


class Waker(Protocol):
    """Takes parked tokens by compare-and-set into new runs."""

    def waiters(self, tenant: str, profile: str) -> list[tuple[WaitRow, Token]]:
        """Return the waiter rows of a profile with their parked tokens, strongly read.

        Rows of lost answers (`stepwell.runtime.lost_answers`) come with their token in any state.
        """
        ...

    def confirm(self, tenant: str, row: WaitRow) -> None:
        """Note that a message whose answer was lost reached the provider; repeatable."""
        ...

    def wake(
        self,
        tenant: str,
        workflow: str,
        version: int,
        wakes: Sequence[tuple[Token, str]],
        seen: Mapping[str, datetime] | None = None,
    ) -> set[str]:
        """Wake tokens, each by the outcome of the wait that it leaves by; return those woken by this call.

        ``seen`` is the time of the event that wakes a token, by token id.
        """
        ...


class Exiter(Protocol):
    """Ends enrollments at once."""

    def end(
        self,
        tenant: str,
        workflow: str,
        profile: str,
        reason: str,
        only: Callable[[Token], bool] | None = None,
    ) -> list[str]:
        """End the living enrollments of a profile for which `only` holds; return their ids."""
        ...


class SegmentMembers(Protocol):
    """Who belongs to a segment, as lists that need no scan; they follow from the membership in profiles."""

    def move(self, tenant: str, moves: Sequence[tuple[str, str, bool, int]]) -> None:
        """Write moves ``(segment, profile, entered, since)`` and count them; repeating one changes nothing."""
        ...

    def page(
        self, tenant: str, segment: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Member], str | None]:
        """Return up to ``limit`` members and where the next page starts (None: that was all)."""
        ...

    def count(self, tenant: str, segment: str) -> int:
        """Count a segment's members: a read of all of them."""
        ...
