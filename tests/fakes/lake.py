"""The lake in memory: files, and queries whose answers a test lays down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from stepwell.errors import NotFound


class MemoryLakeFiles:
    """See `stepwell.lake.snapshots.SnapshotFiles`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def get(self, key: str) -> bytes:
        if key not in self.files:
            raise NotFound("There is no such object.")
        return self.files[key]

    def put(self, key: str, body: bytes, *, content_type: str = "") -> None:
        del content_type
        self.files[key] = body

    def put_manifest(self, key: str, rows: Any) -> int:
        lines = [json.dumps(row) for row in rows]
        self.files[key] = "\n".join(lines).encode()
        return len(lines)

    def join(self, key: str, pieces: Any, *, content_type: str = "") -> int:
        del content_type
        self.files[key] = b"".join(pieces)
        return len(self.files[key])


class MemoryLakeQueries:
    """See `stepwell.lake.evaluating.LakeQueries`; `answers` are by the place of the query."""

    database = "lake_stepwell"

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.answers: list[Sequence[Mapping[str, Any]] | None] = []

    def start(self, statement: str) -> str:
        self.statements.append(statement)
        return f"query-{len(self.statements) - 1}"

    def rows(self, tenant: str, query: str, wait_s: float) -> Sequence[Mapping[str, Any]] | None:
        del wait_s
        place = query.removeprefix("query-")
        if not place.isdigit() or int(place) >= len(self.statements):
            raise NotFound("There is no such query.", code="no_query")
        if f"tenant = '{tenant}'" not in self.statements[int(place)]:
            raise NotFound("There is no such query.", code="no_query")
        return self.answers[int(place)]
