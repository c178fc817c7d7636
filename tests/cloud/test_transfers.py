"""Imports and exports on the whole platform: a file goes straight to S3, its rows become contacts, and come back."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import httpx
import pytest

from tests.cloud.graphs import chain, node
from tests.cloud.platform import Platform, Tenant

pytestmark = pytest.mark.cloud
ROWS = 2_000
COLUMNS = [
    {"source": "Email Address", "to": "email"},
    {"source": "First Name", "to": "first_name"},
    {"source": "Age", "to": "age"},
    {"source": "Opt-in", "to": "consent.email"},
]


def table() -> bytes:
    """A file as Excel writes it in Europe: Windows-1252, semicolons, line ends in quotes; every 100th row is bad."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["Email Address", "First Name", "Age", "Opt-in"])
    for n in range(ROWS):
        address = f"p{n}@people.example" if n % 100 else "nobody"
        writer.writerow(
            [address, f"Zoë\nof {n}", n % 90 if n % 250 != 1 else "old", "no" if n % 10 == 3 else "yes"]
        )
    return out.getvalue().encode("cp1252")


def upload(tenant: Tenant, body: bytes, **more: Any) -> str:
    made = tenant.api.post("/imports", {"name": "people.csv", "size": len(body), **more})
    answer = httpx.put(made["upload"]["url"], content=body, timeout=60)
    assert answer.status_code == 200, answer.text
    return str(made["id"])


def test_a_file_becomes_contacts_and_comes_back(platform: Platform, tenant: Tenant):
    tenant.publish(chain("greet", node("told", "event_trigger", event="identify"), node("end", "exit")))
    tenant.api.post("/segments", {"segment": {"id": "fair", "name": "Fair", "kind": "static"}})
    job = upload(tenant, table())

    seen = tenant.api.post(f"/imports/{job}/preview", {})
    assert seen["written"] == {"encoding": "cp1252", "delimiter": ";", "quote": '"', "skip": 0}
    suggested = {column["source"]: column["to"] for column in seen["columns"]}
    assert suggested == {
        "Email Address": "email",
        "First Name": "first_name",
        "Age": "age",
        "Opt-in": "consent.email",
    }
    assert [fault["code"] for fault in seen["rows"][0]["faults"]] == ["invalid_email"]
    assert seen["rows"][1]["values"]["first_name"] == "Zoë\nof 1"

    options = {"segment": "fair", "identify_by": "email"}
    tenant.api.post(f"/imports/{job}/start", {"columns": COLUMNS, "options": options})
    platform.quiet(240)
    told = tenant.api.get(f"/imports/{job}")
    assert (told["state"], told["total"], told["rows"], told["parts"]) == ("done", ROWS, ROWS, 1), told
    assert (told["counts"]["taken_in"], told["counts"]["refused"], told["counts"]["in_part"]) == (
        1_980,
        20,
        8,
    )
    assert told["rows_per_s"]

    wrong = list(
        csv.reader(io.StringIO(httpx.get(tenant.api.get(f"/imports/{job}/errors")["url"], timeout=60).text))
    )
    assert wrong[:2] == [
        ["row", "code", "column", "message"],
        ["2", "invalid_email", "Email Address", wrong[1][3]],
    ]
    assert len(wrong) == 1 + 20 + 20 + 8

    contact = tenant.api.get("/contacts/p7@people.example")
    assert (contact["traits"]["age"], contact["consent"]) == (
        7,
        {"email:marketing": "granted", "proof:email": "told"},
    )
    assert tenant.api.get("/contacts/p13@people.example")["consent"] == {"email:marketing": "denied"}
    assert tenant.states("greet") == {}, "an import starts no workflow unless it is asked to"
    assert tenant.api.get("/segments/fair")["size"] == 1_980

    for form in ("csv", "parquet"):
        asked = {"segment": "fair", "columns": ["email", "first_name", "age"], "format": form}
        export = tenant.api.post("/exports", asked)["id"]
        platform.quiet(240)
        told = tenant.api.get(f"/exports/{export}")
        assert (told["state"], told["rows"], told["ready"]) == ("done", 1_980, True), told
        data = httpx.get(tenant.api.get(f"/exports/{export}/file")["url"], timeout=60).content
        if form == "csv":
            rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
            assert rows[0] == ["email", "first_name", "age"]
            assert len(rows) == 1 + 1_980
            assert ["p1001@people.example", "Zoë\nof 1001", ""] in rows
            assert ["p1003@people.example", "Zoë\nof 1003", "13"] in rows
        else:
            assert data[:4] == b"PAR1"
            again = upload(tenant, data, format="parquet")
            seen = tenant.api.post(f"/imports/{again}/preview", {})
            assert seen["header"] == ["email", "first_name", "age"]
            tenant.api.post(f"/imports/{again}/start", {"columns": seen["columns"], "dry_run": True})
            platform.quiet(240)
            dry = tenant.api.get(f"/imports/{again}-dry")
            assert (dry["state"], dry["counts"]["known"], dry["counts"].get("new", 0)) == (
                "done",
                1_980,
                0,
            ), dry
    assert platform.denied() == [], json.dumps(platform.denied()[:3])
