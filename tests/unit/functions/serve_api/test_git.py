"""The API and what git manages: told as such, not editable; pausing and stopping stay possible."""

from __future__ import annotations

import pytest
from stepwell.contracts.workspace import GIT

from tests.fakes.deployments import Stack
from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import TEMPLATE, Api
from tests.unit.publishing.stage import welcome


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/workflows/welcome", {"workflow": welcome(days=9), "rev": 1}),
        ("POST", "/workflows/welcome/publish", {}),
        ("POST", "/workflows/welcome/rollback", {"to": 1}),
        ("DELETE", "/workflows/welcome", None),
    ],
)
def test_a_workflow_of_git_is_not_edited(api: Api, method: str, path: str, body: object) -> None:
    Stack(api).deploy(welcome())
    assert api.ok("GET", "/workflows/welcome")["managed_by"] == "git"
    status, told = api.call(method, f"/api/v1{path}", body)
    assert (status, told["code"]) == (409, "managed_by_git"), told
    assert "deploy" in told["message"]


def test_a_workflow_of_git_is_paused_resumed_and_stopped(api: Api) -> None:
    Stack(api).deploy(welcome())
    for action, status in (("pause", "paused"), ("resume", "active"), ("stop", "stopped")):
        api.ok("POST", f"/workflows/welcome/{action}", {})
        assert api.ok("GET", "/workflows/welcome")["status"] == status


def test_a_message_of_git_is_not_edited(api: Api) -> None:
    api.config.save_document(TENANT, "TPL", "greeting", 0, {**TEMPLATE, "id": "greeting", "version": 1}, GIT)
    assert api.ok("GET", "/templates/greeting")["managed_by"] == "git"
    for method, body in (("PUT", {"template": {**TEMPLATE, "id": "greeting"}, "rev": 1}), ("DELETE", None)):
        status, told = api.call(method, "/api/v1/templates/greeting", body)
        assert (status, told["code"]) == (409, "managed_by_git")
