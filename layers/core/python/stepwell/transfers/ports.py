"""What imports and exports reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.contracts.clock import Clock
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.runtime.jobs import Jobs
from stepwell.triggers.ports import RecordSink, RulesStore

PARTS_AT_ONCE = 4
"""How many parts the machine has done at a time; they share the rate of imports."""


class Files(Protocol):
    """Files in the bucket of artifacts."""

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        ...

    def size(self, key: str) -> int:
        """Return a file's bytes.

        Raises:
            NotFound: There is no such file.
        """
        ...

    def read(self, key: str, start: int, end: int) -> bytes:
        """Return bytes from ``start`` to before ``end``, fewer where the file ends."""
        ...

    def blocks(self, key: str, start: int = 0) -> Iterator[bytes]:
        """Return a file from a byte on, in blocks."""
        ...

    def put(self, key: str, body: bytes, *, content_type: str = ...) -> None:
        """Put a file, replacing what is there."""
        ...

    def put_manifest(self, key: str, rows: Iterable[Any]) -> int:
        """Put one JSON value a line; return how many."""
        ...

    def join(self, key: str, pieces: Iterable[bytes], *, content_type: str = ...) -> int:
        """Write a file piece by piece, of any length, in little memory; return its bytes."""
        ...

    def upload_url(self, key: str, size: int, *, expires_s: int) -> str:
        """Return an address that takes exactly so many bytes by PUT."""
        ...

    def download_url(self, key: str, name: str, *, expires_s: int) -> str:
        """Return an address from which a file is saved under a name."""
        ...


class TransferJobs(Jobs, Protocol):
    """Progress of imports and exports."""

    def is_done(self, tenant: str, job: str, part: str) -> bool:
        """Tell whether a part's counts were added."""
        ...

    def parts_done(self, tenant: str, job: str) -> frozenset[str]:
        """Return the parts whose counts were added."""
        ...


class Tables(Protocol):
    """Files of Parquet."""

    def head(self, key: str, rows: int) -> tuple[list[str], list[Mapping[str, Any]]]:
        """Return the columns' names and the first rows.

        Raises:
            InvalidInput: It is no such file.
        """
        ...

    def to_lines(self, key: str, target: str) -> int:
        """Write a file's rows as JSON, a line each; return the new file's bytes.

        Raises:
            InvalidInput: It is no such file.
        """
        ...

    def from_lines(self, keys: Sequence[str], columns: Sequence[str], target: str) -> int:
        """Write JSON lines as one file of these columns; return its bytes."""
        ...


class Directory(Protocol):
    """Who is known, by the ids that lead to profiles."""

    def get(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Profile]:
        """Return profiles by the ids asked for."""
        ...


class People(Protocol):
    """Contacts in large numbers."""

    def shard(self, tenant: str, segment: str | None, shard: int) -> Iterator[Sequence[Profile]]:
        """Return the contacts of one of `SHARDS` parts of a segment, or of all (None), page by page."""
        ...


class Consents(Protocol):
    """What contacts agreed to."""

    def records(self, tenant: str, profiles: Sequence[str]) -> Mapping[str, MessagingRecord]:
        """Return messaging records."""
        ...


class TransferMachine(Protocol):
    """The machine that has the parts of a job done (`statemachines/system/transfers.asl.yaml`)."""

    def start(self, name: str, document: Mapping[str, Any]) -> None:
        """Start it under a name; already started is no error."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPorts:
    """What an import's parts reach."""

    clock: Clock
    files: Files
    jobs: TransferJobs
    stream: RecordSink
    rules: RulesStore
    tables: Tables
    profiles: Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPorts:
    """What an export's parts reach."""

    clock: Clock
    files: Files
    jobs: TransferJobs
    tables: Tables
    people: People
    consents: Consents
