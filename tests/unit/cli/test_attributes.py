"""Attributes, computed ones and lifecycle stages by the command, on the real routes over the world in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from routes.app import serve
from stepwell_cli.errors import Exit

from tests.fakes.publishing import TENANT
from tests.unit.cli.harness import Command
from tests.unit.functions.serve_api.conftest import Api, api

__all__ = ["api"]
SCHEMA = {
    "attributes": [{"name": "tier", "type": "text", "choices": ["free", "paid"], "pii": True}],
    "unknown": "reject",
    "region": "DE",
}
COMPUTED = {"computed": [{"name": "big", "kind": "count", "event": "purchase", "where": "event.total > 100"}]}
LIFECYCLE = {"stages": [{"name": "subscriber"}, {"name": "customer", "condition": "count(purchase) >= 1"}]}
DOCUMENTS = {"attributes": SCHEMA, "computed": COMPUTED, "lifecycle": LIFECYCLE}


class InMemory:
    """The API behind the command; see `tests.unit.cli.harness.Deployed`."""

    def __init__(self, wired: Any) -> None:
        self._wired = wired

    def transport(self, role: str) -> httpx.MockTransport:
        def send(request: httpx.Request) -> httpx.Response:
            claims = {
                "token_use": "access",
                "custom:tenant": TENANT,
                "cognito:groups": f"[{role}]",
                "username": "ann",
            }
            event = {
                "version": "2.0",
                "routeKey": "ANY /api/{proxy+}",
                "rawPath": request.url.path,
                "rawQueryString": request.url.query.decode(),
                "queryStringParameters": dict(request.url.params) or None,
                "headers": dict(request.headers),
                "requestContext": {
                    "http": {"method": request.method, "path": request.url.path},
                    "stage": "$default",
                    "authorizer": {"jwt": {"claims": claims}},
                },
                "body": request.content.decode() or None,
                "isBase64Encoded": False,
            }
            answer = serve(event, None, self._wired)
            return httpx.Response(
                answer["statusCode"], headers=answer["headers"], content=answer["body"].encode()
            )

        return httpx.MockTransport(send)


@pytest.fixture
def it(tmp_path: Path, api: Api) -> Command:
    return Command(tmp_path, InMemory(api.wired))  # type: ignore[arg-type]


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(content: Any) -> Path:
        path = tmp_path / "file.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("group", DOCUMENTS)
def test_what_was_pushed_is_shown_fit_for_another_push(it: Command, write: Any, group: str) -> None:
    assert "Saved" in it(group, "push", write(DOCUMENTS[group]), "--note", "Begin").stdout
    shown = yaml.safe_load(it(group, "show").stdout)
    if group == "attributes":
        (tier,) = shown["attributes"]
        assert tier.items() >= SCHEMA["attributes"][0].items()  # type: ignore[attr-defined]
        assert (shown["unknown"], shown["region"]) == ("reject", "DE")
    else:
        assert shown == DOCUMENTS[group]
    assert it.json(group, "push", write(shown))["rev"] == 2
    assert yaml.safe_load(it(group, "show").stdout) == shown
    assert it.json(group, "show")["rev"] == 2
    told = it.error(group, "push", write(shown), "--if-rev", "1", code=Exit.CONFLICT)
    assert told["code"] == "stale_rev"


def test_attributes_are_listed_and_shown_over_many_pages(it: Command, write: Any) -> None:
    names = [f"a{n:03}" for n in range(250)]
    it("attributes", "push", write({"attributes": [{"name": name} for name in names]}))
    shown = yaml.safe_load(it("attributes", "show").stdout)
    assert [one["name"] for one in shown["attributes"]] == names
    assert "firmographic" in it("attributes", "list", "--family", "firmographic").stdout
    assert it.json("attributes", "list", "--type", "phone")["items"][0]["built_in"] is True


def test_faults_are_shown_with_their_places_and_files_are_told_apart(it: Command, write: Any) -> None:
    bad = write({"attributes": [{"name": "event"}]})
    told = it.error("attributes", "push", bad, code=Exit.NO)
    assert told["violations"][0]["place"] == "schema.attributes[0].name"
    assert "schema.attributes[0].name" in it("attributes", "push", bad, code=int(Exit.NO)).stderr
    assert it.error("computed", "push", write(LIFECYCLE), code=Exit.NO)["code"] == "wrong_file"
    assert it.error("lifecycle", "push", write(COMPUTED), code=Exit.NO)["code"] == "wrong_file"
