"""Files, streams and machines of imports and exports, in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stepwell.adapters.parquet_files import DuckTables
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.errors import NotFound, Throttled
from stepwell.transfers import exporting
from stepwell.transfers.ports import ExportPorts, ImportPorts
from stepwell.transfers.tasks import export_task, import_task
from stepwell.triggers.batches import decode

from tests.fakes.publishing import MemoryJobs


class MemoryFiles:
    bucket = "artifacts"

    def __init__(self, block: int = 1_000_000) -> None:
        self.files: dict[str, bytes] = {}
        self.block = block

    def size(self, key: str) -> int:
        return len(self._file(key))

    def _file(self, key: str) -> bytes:
        if key not in self.files:
            raise NotFound("There is no such file: was it uploaded?", code="no_file")
        return self.files[key]

    def read(self, key: str, start: int, end: int) -> bytes:
        return self._file(key)[start:end]

    def blocks(self, key: str, start: int = 0) -> Iterator[bytes]:
        data = self._file(key)
        for at in range(start, len(data), self.block):
            yield data[at : at + self.block]

    def put(self, key: str, body: bytes, *, content_type: str = "") -> None:
        self.files[key] = body

    def put_manifest(self, key: str, rows: Iterable[Any]) -> int:
        lines = [json.dumps(row) for row in rows]
        self.files[key] = "".join(f"{line}\n" for line in lines).encode()
        return len(lines)

    def join(self, key: str, pieces: Iterable[bytes], *, content_type: str = "") -> int:
        self.files[key] = b"".join(pieces)
        return len(self.files[key])

    def upload_url(self, key: str, size: int, *, expires_s: int) -> str:
        return f"https://files.test/{key}?size={size}"

    def download_url(self, key: str, name: str, *, expires_s: int) -> str:
        return f"https://files.test/{key}?name={name}"


class RecordedStream:
    """Keeps records; refuses a call for each entry of `refusals` that counts down to it."""

    def __init__(self) -> None:
        self.records: list[Any] = []
        self.calls = 0
        self.refuse: set[int] = set()

    def put(self, records: Sequence[Any]) -> None:
        self.calls += 1
        if self.calls in self.refuse:
            self.records += records[: len(records) // 2]
            raise Throttled("The event stream asked to slow down.", retry_after_s=1.0)
        self.records += records

    @property
    def events(self) -> list[Any]:
        return [event for record in self.records for event in decode(record.data).events]


class MemoryRulesOf:
    def __init__(self, document: Mapping[str, Any] | None = None) -> None:
        self.document = dict(document or {})

    def rules(self, tenant: str) -> Mapping[str, Any]:
        return self.document


class MemoryDirectory:
    def __init__(self) -> None:
        self.known: dict[str, Profile] = {}

    def get(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Profile]:
        return {one: self.known[one] for one in ids if one in self.known}


class MemoryPeople:
    """Members by segment; None are all."""

    def __init__(self) -> None:
        self.members: dict[str | None, list[Profile]] = {}

    def shard(self, tenant: str, segment: str | None, shard: int) -> Iterator[Sequence[Profile]]:
        yield self.members.get(segment, [])[shard :: exporting.SHARDS]

    def records(self, tenant: str, profiles: Sequence[str]) -> Mapping[str, MessagingRecord]:
        return {p: MessagingRecord(p, consent={"email:marketing": "granted"}) for p in profiles}


@dataclass
class MemoryTransferMachine:
    """Does what the machine does, in order; a part that keeps failing is left to the end."""

    imports: ImportPorts
    exports: ExportPorts
    started: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tries: int = 4

    def start(self, name: str, document: Mapping[str, Any]) -> None:
        self.started.setdefault(name, document)

    def run(self, name: str = "") -> Any:
        document = self.started[name] if name else list(self.started.values())[-1]
        importing_ = document["function"] == "import_profiles"

        def do(task: str, **more: Any) -> Any:
            event = {"task": task, "tenant": document["tenant"], "job": document["job"], **more}
            return import_task(self.imports, event) if importing_ else export_task(self.exports, event)

        if do("plan")["parts"]:
            for line in self.imports.files.read(document["manifest"], 0, 1 << 30).splitlines():
                for _ in range(self.tries):
                    try:
                        do("part", part=json.loads(line))
                    except Throttled:
                        continue
                    break
        return do("finish")


def transfer_ports(clock: Any) -> tuple[ImportPorts, ExportPorts]:
    """Ports in memory; Parquet is read by the real library."""
    stored, jobs, people = MemoryFiles(), MemoryJobs(), MemoryPeople()
    tables = DuckTables(stored)
    imports = ImportPorts(
        clock=clock,
        files=stored,
        jobs=jobs,
        stream=RecordedStream(),
        rules=MemoryRulesOf(),
        tables=tables,
        profiles=MemoryDirectory(),
    )
    exports = ExportPorts(clock=clock, files=stored, jobs=jobs, tables=tables, people=people, consents=people)
    return imports, exports
