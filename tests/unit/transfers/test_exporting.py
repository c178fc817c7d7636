"""Exports: what a file holds, in every format, and that no cell becomes a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.contracts.profiles import Profile
from stepwell.errors import Conflict, NotFound
from stepwell.publishing import segments
from stepwell.transfers import jobs, managing
from stepwell.transfers.model import export_spec

from tests.fakes.publishing import TENANT
from tests.unit.transfers.test_importing import Desk

SEEN = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    segments.create(desk.ports.segments, TENANT, {"id": "vip", "kind": "static"}, "ann")
    desk.exports.people.members["vip"] = [  # type: ignore[attr-defined]
        Profile(
            f"profile{n:09}",
            traits={
                "email": f"p{n}@x.example",
                "phone": "+4930123456",
                "note": "=1+1" if n else "Zoë\nsays",
                "tags": ["a", "b"],
            },
            user_id=f"u{n}",
            first_seen=SEEN,
        )
        for n in range(40)
    ]
    return desk


def export(desk: Desk, **asked: Any) -> tuple[dict[str, Any], bytes]:
    job = managing.create_export(desk.ports, TENANT, export_spec(asked), "ann")
    desk.machine.run()
    told = jobs.shown(jobs.found(desk.imports.jobs, TENANT, job.id, jobs.EXPORTS), desk.clock.now())
    form = asked.get("format", "csv")
    assert managing.download(desk.ports, TENANT, job.id, "ann").endswith(
        f"{asked.get('segment') or 'contacts'}.{form}"
    )
    return told, desk.imports.files.read(jobs.export_key(TENANT, job.id, form), 0, 1 << 20)


def test_csv_that_spreadsheets_may_open(desk: Desk):
    columns = ["id", "user_id", "email", "phone", "note", "tags", "first_seen", "consent.email", "nothing"]
    told, data = export(desk, segment="vip", columns=columns)
    assert (told["state"], told["rows"], told["ready"]) == ("done", 40, True)
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert rows[0] == columns
    assert rows[1] == [
        "profile000000000",
        "u0",
        "p0@x.example",
        "+4930123456",
        "Zoë\nsays",
        "a,b",
        "2026-01-02T00:00:00.000Z",
        "granted",
        "",
    ]
    assert {row[4] for row in rows[2:]} == {"'=1+1"}
    assert len(rows) == 41


def test_json_lines_and_parquet_keep_types(desk: Desk):
    _, lines = export(desk, segment="vip", columns=["email", "tags"], format="ndjson")
    assert json.loads(lines.splitlines()[0]) == {"email": "p0@x.example", "tags": ["a", "b"]}
    _, data = export(desk, segment="vip", columns=["email", "tags", "empty"], format="parquet")
    desk.imports.files.put("x", data)
    names, rows = desk.imports.tables.head("x", 2)
    assert names == ["email", "tags", "empty"]
    assert rows[0]["tags"] == ["a", "b"]


def test_an_export_of_nobody_has_its_columns(desk: Desk):
    _, data = export(desk, format="parquet", columns=["email"])
    desk.imports.files.put("x", data)
    assert desk.imports.tables.head("x", 2) == (["email"], [])
    assert export(desk, columns=["email"])[1] == b"email\r\n"


def test_who_asked_is_noted(desk: Desk):
    export(desk, segment="vip")
    actions = [entry.action for entry in desk.stage.audit.entries if entry.action.startswith("export")]
    assert actions == ["export.started", "export.downloaded"]


def test_what_is_not_there_or_not_ready_is_refused(desk: Desk):
    with pytest.raises(NotFound):
        managing.create_export(desk.ports, TENANT, export_spec({"segment": "nobody"}), "ann")
    job = managing.create_export(desk.ports, TENANT, export_spec({"segment": "vip"}), "ann")
    with pytest.raises(Conflict):
        managing.download(desk.ports, TENANT, job.id, "ann")
    managing.cancel(desk.ports, TENANT, job.id, jobs.EXPORTS, "ann")
    desk.machine.run()
    with pytest.raises(Conflict):
        managing.download(desk.ports, TENANT, job.id, "ann")
