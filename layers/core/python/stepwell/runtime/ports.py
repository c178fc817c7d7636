"""What the runtime needs from the outside, as small Protocols; adapters and fakes honour the same contract tests.

All reads are strongly consistent unless said otherwise. Every method may be repeated after a crash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from stepwell.contracts.messages import Claim, Email, MessagingRecord, Place
    from stepwell.contracts.profiles import Profile, ProfilePatch
    from stepwell.contracts.tokens import Move, Run, Token, Trace
    from stepwell.contracts.workspace import Control, Workspace


@dataclass(frozen=True, slots=True)
class DueRow:
    """An index row that says: this token may be due.

    Attributes:
        workflow: Workflow id.
        token: Token id.
        epoch: Epoch of the PARKED token it points at; a stale row costs one failed check.
        due: When.
    """

    workflow: str
    token: str
    epoch: int
    due: datetime


@dataclass(frozen=True, slots=True)
class WaitRow:
    """An index row that says: this token may be woken by an event of its profile.

    Attributes:
        event: Event name, or ``*`` for any.
        workflow: Workflow id.
        token: Token id.
        epoch: Epoch of the PARKED token.
        version: Workflow version.
        node: The waiting node.
    """

    event: str
    workflow: str
    token: str
    epoch: int
    version: int
    node: str


class TokenStore(Protocol):
    """Enrollments and their tokens (table `engine`)."""

    def get(self, tenant: str, workflow: str, ids: Sequence[str], *, strong: bool = True) -> dict[str, Token]:
        """Read tokens by id; unknown ones are absent.

        Without ``strong`` at half the price, and what was written in the last second may be missing.
        """
        ...

    def of_profile(self, tenant: str, workflow: str, profile: str) -> list[Token]:
        """Read all tokens of a profile in a workflow, ended ones too."""
        ...

    def create(self, tenant: str, workflow: str, tokens: Sequence[Token]) -> set[str]:
        """Put tokens that do not exist yet; return the ids that this call created."""
        ...

    def move(self, tenant: str, workflow: str, moves: Sequence[Move]) -> set[str]:
        """Apply compare-and-sets, each on its own; return the token ids that moved."""
        ...

    def arrive(self, tenant: str, workflow: str, arrivals: Mapping[str, Sequence[str]]) -> dict[str, Token]:
        """Add branches to the `arrived` set of parent tokens; return the parents after it (absent: unknown)."""
        ...


class ParkingStore(Protocol):
    """Index rows under due minute and event (table `engine`)."""

    def put_due(self, tenant: str, rows: Sequence[DueRow]) -> None:
        """Write bucket markers, then rows."""
        ...

    def delete_due(self, tenant: str, rows: Sequence[DueRow]) -> None:
        """Delete rows; missing ones are no error."""
        ...

    def due_buckets(self, tenant: str, until: datetime) -> list[tuple[str, tuple[int, ...]]]:
        """Return (bucket, shards in use) of all buckets up to ``until``, oldest first."""
        ...

    def due_rows(self, tenant: str, bucket: str, shard: int, limit: int) -> list[DueRow]:
        """Return up to ``limit`` rows of a bucket's shard."""
        ...

    def drop_bucket(self, tenant: str, bucket: str) -> None:
        """Delete a bucket's marker."""
        ...

    def put_waiters(self, tenant: str, rows: Sequence[WaitRow]) -> None:
        """Write waiter rows."""
        ...

    def delete_waiters(self, tenant: str, rows: Sequence[WaitRow]) -> None:
        """Delete waiter rows; missing ones are no error."""
        ...

    def waiters(self, tenant: str, profile: str) -> list[WaitRow]:
        """Return all waiter rows of a profile."""
        ...

    def hold(self, tenant: str, workflow: str, tokens: Sequence[str]) -> None:
        """Write hold rows (paused tokens)."""
        ...

    def held(self, tenant: str, workflow: str, limit: int) -> list[str]:
        """Return up to ``limit`` held token ids."""
        ...

    def release(self, tenant: str, workflow: str, tokens: Sequence[str]) -> None:
        """Delete hold rows."""
        ...


class RunStore(Protocol):
    """Runs and traces (table `runs`)."""

    def record(self, tenant: str, run: Run) -> Run:
        """Put a run unless it exists; return what is stored."""
        ...

    def get(self, tenant: str, run: str) -> Run | None:
        """Read a run with its cohort."""
        ...

    def attempt(self, tenant: str, run: str) -> int:
        """Read only the current attempt (0: unknown run), to fence older ones."""
        ...

    def advance(self, tenant: str, run: str, attempt: int, expected_by: datetime) -> bool:
        """Set the attempt to ``attempt + 1`` if it still is ``attempt``."""
        ...

    def expect(self, tenant: str, run: str, expected_by: datetime) -> None:
        """Say when to look for the run again (it waits until about then)."""
        ...

    def close(self, tenant: str, run: str) -> None:
        """Mark a run as done."""
        ...

    def put_trace(self, tenant: str, trace: Trace, cohort: Sequence[str]) -> Trace:
        """Put a step's trace unless one exists for (run, node, loop, part); return what is stored.

        ``cohort`` is the run's cohort (token ids); the store keeps positions in it.
        """
        ...

    def trace(self, tenant: str, run: str, node: str, loop: str, part: int) -> Trace | None:
        """Read one step's trace."""
        ...

    def traces(self, tenant: str, run: str) -> list[Trace]:
        """Read all traces of a run in order of time."""
        ...

    def overdue(self, tenant: str, now: datetime, limit: int) -> list[str]:
        """Return ids of open runs whose `expected_by` has passed (index, eventually consistent)."""
        ...

    def of_workflow(
        self, tenant: str, workflow: str, limit: int, cursor: str | None
    ) -> tuple[list[Run], str | None]:
        """Page through a workflow's runs, newest first (index, eventually consistent), with cohorts."""
        ...


class ProfileStore(Protocol):
    """Hot profiles (table `profiles`)."""

    def get(self, tenant: str, ids: Sequence[str]) -> dict[str, Profile]:
        """Read profiles; unknown ones are absent; a pointer is followed and returned under the asked id."""
        ...

    def put(self, tenant: str, profiles: Sequence[Profile]) -> set[str]:
        """Write profiles, each conditional on the stored rev being ``profile.rev``; return ids written.

        The stored rev is one more than the given.
        """
        ...

    def patch(self, tenant: str, patches: Sequence[ProfilePatch]) -> dict[str, str]:
        """Apply patches at most once a visit; return an error code a profile id that failed."""
        ...

    def link(self, tenant: str, pointers: Mapping[str, str]) -> dict[str, str]:
        """Put pointers ``{profile id of an identity: profile id}`` unless taken; return who owns each."""
        ...


class MessagingStore(Protocol):
    """Messaging records and suppressed addresses (table `profiles`)."""

    def records(
        self, tenant: str, profiles: Sequence[str], *, strong: bool = True
    ) -> dict[str, MessagingRecord]:
        """Read messaging records; a profile without one gets an empty record with rev 0.

        Without ``strong`` at half the price, and what was written in the last second may be missing: a claim over
        such a record fails.
        """
        ...

    def claim(self, tenant: str, claims: Sequence[tuple[MessagingRecord, Claim]]) -> set[str]:
        """Append claims, each conditional on the record's rev (≤ 25 a call); return profiles claimed."""
        ...

    def keep_places(self, tenant: str, places: Sequence[tuple[MessagingRecord, Place]]) -> set[str]:
        """Keep places of messages that are held over, each conditional on the record's rev (≤ 25 a call)."""
        ...

    def release(self, tenant: str, profile: str, visit: str, claimant: str) -> None:
        """Take a claim back after a definite refusal."""
        ...

    def settle(self, tenant: str, profile: str, visit: str, state: str) -> None:
        """Set a claim's state (`sent` or `unknown`)."""
        ...

    def set_consent(self, tenant: str, profile: str, changes: Mapping[str, str]) -> None:
        """Set ``{"email:marketing": "granted"|"denied"}``; bumps rev, so that no older claim succeeds."""
        ...

    def suppressed(
        self, tenant: str, channel: str, addresses: Sequence[str], *, strong: bool = True
    ) -> dict[str, str]:
        """Return the reason a suppressed address (``hard_bounce``, ``complaint``, ``unsubscribed``, ``manual``)."""
        ...

    def suppress(
        self, tenant: str, channel: str, address: str, reason: str, at: datetime, source: str
    ) -> None:
        """Suppress an address; the record of the contact whom it identifies gets a new rev, as by `set_consent`."""
        ...

    def unsuppress(self, tenant: str, channel: str, address: str) -> None:
        """Lift a suppression."""
        ...

    def ask(self, tenant: str, channel: str, address: str, visit: str, now: datetime) -> bool:
        """Note that a visit asks an address to confirm; False: it was asked often enough (`with_asked`)."""
        ...


class VersionStore(Protocol):
    """Published, immutable versions (table `config`)."""

    def document(self, tenant: str, workflow: str, version: int) -> Mapping[str, Any]:
        """Return a published version's graph as plain JSON (expanded, validated).

        Raises:
            NotFound: No such version.
        """
        ...


class WorkspaceStore(Protocol):
    """Tenant settings and switches (table `config`)."""

    def workspace(self, tenant: str) -> Workspace:
        """Return the tenant's settings (may be a minute old)."""
        ...

    def control(self, tenant: str) -> Control:
        """Return the switches (at most a second old)."""
        ...

    def tenants(self) -> list[str]:
        """Return all tenant ids."""
        ...


class Machines(Protocol):
    """State machine executions."""

    def start(self, tenant: str, run: Run) -> None:
        """Start a run's execution by its name; already started is no error.

        Raises:
            Unavailable: Could not be started now; the reconciler will.
        """
        ...

    def status(self, tenant: str, run: Run) -> str:
        """Return RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED or MISSING."""
        ...


class SendRate(Protocol):
    """The providers' rates as leases (engine rule 11), and the daily caps of warm-ups."""

    def acquire(self, tenant: str, want: int, stream: str = "") -> tuple[int, float]:
        """Ask for up to ``want`` sends of a stream; return (granted, seconds until more, 0 if all granted)."""
        ...


class Mailer(Protocol):
    """An e-mail provider; one attempt a call."""

    def send(self, email: Email) -> str:
        """Send and return the provider's message id.

        Raises:
            ProviderRejected: Definitely not sent.
            Throttled: Definitely not sent; slow down.
            OutcomeUnknown: It may have been sent.
        """
        ...


class EventSink(Protocol):
    """Where the platform puts events of its own (the stream)."""

    def emit(self, tenant: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Put event documents on the stream, in order a profile.

        Raises:
            Unavailable: Some were not taken; repeat all (message ids drop duplicates).
        """
        ...
