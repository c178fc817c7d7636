"""Every route with ids of another workspace: nothing of it is told, and nothing of it changes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from boto3 import client
from routes.app import openapi
from stepwell.contracts.workspace import Workspace

from tests.unit.functions.serve_api.conftest import REGION, TEMPLATE, TENANT, Api
from tests.unit.publishing.stage import person

ID = "of_acme"
SECRET = "canary"
KINDS = ("TPL", "SEG", "SCORE", "SEQ", "SRC", "FORM", "CAT", "SNP")


def _rows(api: Api) -> list[str]:
    found = client("dynamodb", region_name=REGION).scan(TableName="config")["Items"]
    own = [str(row) for row in found if row["pk"]["S"].startswith(f"{TENANT}#")]
    return sorted(own + [str(row) for row in api.world.profiles_table.items.items()])


def _walk(api: Api, tenant: str, contact: str, methods: Sequence[str]) -> tuple[int, list[str]]:
    """Call all routes that name something; return how many, and those that told what acme's things say."""
    called, told = 0, []
    for path, item in json.loads(openapi())["paths"].items():
        for method in methods:
            if method not in item or "{" not in path:
                continue
            url = re.sub(r"{(\w+)}", lambda found: contact if found[1] == "contact" else ID, path)
            body: Any = None if method in ("get", "delete") else {}
            _, answer = api.call(method.upper(), url, body, tenant=tenant)
            called += 1
            if SECRET in str(answer):
                told.append(f"{method} {path}")
    return called, told


def test_ids_of_another_workspace_tell_and_change_nothing(api: Api) -> None:
    api.config.save_workspace(Workspace("rival", name="Rival", sender="R <r@example.com>"))
    contact = person(1, email=f"{SECRET}@example.com")
    api.world.profiles.put(TENANT, [contact])
    for kind in KINDS:
        api.config.save_document(TENANT, kind, ID, 0, {**TEMPLATE, "id": ID, "name": SECRET})
    before = _rows(api)
    for path in (f"contacts/{contact.id}", f"templates/{ID}"):
        assert SECRET in str(api.call("GET", f"/api/v1/{path}")), path
    called, told = _walk(api, "rival", contact.id, ("get", "put", "patch", "post", "delete"))
    assert told == []
    assert called > 100
    assert _rows(api) == before
