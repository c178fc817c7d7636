"""Imports, exports and segments of Pinpoint over the API: what is answered at each step."""

from __future__ import annotations

from typing import get_args, get_type_hints

from replies.starting import JobKind
from stepwell.lake.events import KIND as EVENTS
from stepwell.lake.snapshots import KIND as SNAPSHOT
from stepwell.publishing.records import Move
from stepwell.runtime.jobs import Job
from stepwell.transfers import jobs as files

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api
from tests.unit.publishing.stage import person, welcome

CSV = b"email,first_name\nann@example.com,Ann\nnobody,Bob\n"


def _uploaded(api: Api) -> str:
    body = {"name": "people.csv", "size": len(CSV), "kind": "profiles", "format": "csv"}
    made = api.ok("POST", "/imports", body)
    assert made["upload"]["method"] == "PUT" and made["state"] == "uploading"
    assert made["holds"] == "profiles"
    assert (made["total"], made["started_at"], made["rows_per_s"]) == (None, None, None)
    api.wired.transfers.imports.files.files[files.file_key(TENANT, made["id"])] = CSV
    return str(made["id"])


def test_an_import_from_upload_to_errors(api: Api) -> None:
    job = _uploaded(api)
    seen = api.ok("POST", f"/imports/{job}/preview", {})
    assert seen["header"] == ["email", "first_name"] and seen["written"]["delimiter"] == ","
    assert [row["taken_in"] for row in seen["rows"]] == [True, False]
    assert {fault["column"] for fault in seen["rows"][1]["faults"]} == {"email"}
    spec = {"columns": seen["columns"]}
    assert api.ok("POST", f"/imports/{job}/start", spec)["request"]["columns"]
    api.wired.transfers.machine.run()
    done = api.ok("GET", f"/imports/{job}")
    assert (done["state"], done["rows"], done["has_errors"]) == ("done", 2, True)
    assert api.ok("GET", f"/imports/{job}/errors")["url"].startswith("https://files.test/")
    assert [one["id"] for one in api.ok("GET", "/imports", state="done")["items"]] == [job]
    assert api.call("GET", "/api/v1/imports", state="lost")[0] == 422


def test_an_import_that_is_cancelled(api: Api) -> None:
    job = _uploaded(api)
    assert api.ok("POST", f"/imports/{job}/cancel", {})["state"] == "cancelled"


def test_an_export(api: Api) -> None:
    api.add(person(1))
    job = api.ok("POST", "/exports", {"columns": ["email"]})["id"]
    api.wired.transfers.machine.run()
    assert api.ok("GET", f"/exports/{job}")["ready"]
    assert api.ok("GET", f"/exports/{job}/file")["url"]
    assert api.ok("GET", "/exports")["items"][0]["kind"] == "export"
    assert api.ok("GET", f"/exports/{job}")["holds"] == ""
    other = api.ok("POST", "/exports", {"format": "ndjson"})["id"]
    assert api.ok("POST", f"/exports/{other}/cancel", {})["state"] == "cancelled"


def test_segments_of_pinpoint(api: Api) -> None:
    original = {
        "Id": "a1",
        "Name": "Berlin",
        "SegmentType": "DIMENSIONAL",
        "Dimensions": {"Location": {"Country": {"DimensionType": "INCLUSIVE", "Values": ["DE"]}}},
    }
    (told,) = api.ok("POST", "/pinpoint/segments", {"documents": [original], "create": True})["items"]
    assert told["created"] and told["complete"] and told["problems"] == []
    (again,) = api.ok("POST", "/pinpoint/segments", {"documents": [original], "create": True})["items"]
    assert again["source"] == "a1"


def test_ending_what_is_in_flight_and_deleting(api: Api) -> None:
    api.create(welcome())
    assert api.ok("DELETE", "/workflows/welcome") == {"deleted": "welcome"}
    api.create(welcome())
    api.publish()
    assert api.ok("POST", "/workflows/welcome/eject", {"version": 1})["job"]


def test_jobs_of_all_kinds_are_read_by_one_route(api: Api) -> None:
    moves = set(get_args(get_type_hints(Move)["kind"]))
    others = {"broadcast", "retire", SNAPSHOT, EVENTS, "import", "dry_run", "export"}
    assert set(get_args(JobKind)) == moves | others
    for kind in sorted(moves | others):
        state = files.UPLOADING if kind == "import" else "done"
        api.jobs.put(TENANT, Job(f"j_{kind}", kind, "welcome", state, api.world.clock.now()))
        assert api.ok("GET", f"/jobs/j_{kind}")["kind"] == kind
