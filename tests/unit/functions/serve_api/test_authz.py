"""Every route × every role × no token × other tenants: the table of rights is the one that is enforced."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from routes.access import ROLES, groups
from routes.app import openapi
from routes.routing import RIGHTS, Right

from tests.unit.functions.serve_api.conftest import Api
from tests.unit.publishing.stage import person, welcome

# Written out by hand: a change of a role must be meant.
PUBLISHER = {
    ("POST", "/suppressions"),
    ("POST", "/social/posts"),
    ("PUT", "/social/posts/<post>"),
    ("POST", "/social/posts/<post>/cancel"),
    ("POST", "/social/posts/<post>/publish"),
    ("POST", "/deliverability/pause"),
    ("POST", "/deliverability/resume"),
    ("POST", "/social/alerts/<account>/end"),
    ("POST", "/workflows/<workflow>/seeds"),
    ("POST", "/workflows/<workflow>/review/decision"),
    ("DELETE", "/workflows/<workflow>"),
    ("POST", "/workflows/<workflow>/publish"),
    ("POST", "/workflows/<workflow>/rollback"),
    ("POST", "/workflows/<workflow>/pause"),
    ("POST", "/workflows/<workflow>/resume"),
    ("POST", "/workflows/<workflow>/stop"),
    ("POST", "/workflows/<workflow>/migrate"),
    ("POST", "/workflows/<workflow>/eject"),
    ("POST", "/workflows/<workflow>/start"),
    ("POST", "/imports/<job>/start"),
    ("POST", "/lake/snapshots"),
    ("POST", "/lake/days"),
    ("POST", "/imports/<job>/cancel"),
    ("POST", "/exports"),
    ("GET", "/exports/<job>/file"),
    ("POST", "/exports/<job>/cancel"),
    ("POST", "/scoring/models"),
    ("PUT", "/scoring/models/<model>"),
    ("DELETE", "/scoring/models/<model>"),
    ("POST", "/scoring/models/<model>/rollback"),
    ("PUT", "/attributes"),
    ("PUT", "/computed-attributes"),
    ("PUT", "/lifecycle"),
    ("POST", "/catalogs"),
    ("PUT", "/catalogs/<catalog>"),
    ("DELETE", "/catalogs/<catalog>"),
}
EDITOR = {
    ("POST", "/suppressions/look"),
    ("POST", "/bundles"),
    ("POST", "/templates/<template>/test-send"),
    ("POST", "/workflows/<workflow>/test-send"),
    ("POST", "/workflows/<workflow>/review"),
    ("DELETE", "/workflows/<workflow>/review"),
    ("POST", "/workflows"),
    ("PUT", "/workflows/<workflow>"),
    ("POST", "/workflows/<workflow>/exit/<contact>"),
    ("POST", "/contacts"),
    ("PUT", "/contacts/<contact>/consent"),
    ("POST", "/contacts/<contact>/merge"),
    ("POST", "/merges/<merge>/undo"),
    ("POST", "/merge-reviews/<pair>"),
    ("POST", "/segments"),
    ("PUT", "/segments/<segment>"),
    ("DELETE", "/segments/<segment>"),
    ("POST", "/segments/<segment>/settle"),
    ("POST", "/segments/<segment>/review"),
    ("POST", "/segments/estimate/full"),
    ("GET", "/segments/estimate/full/<query>"),
    ("POST", "/segments/<segment>/members"),
    ("POST", "/segments/<segment>/members/remove"),
    ("POST", "/imports"),
    ("POST", "/imports/<job>/preview"),
    ("GET", "/imports/<job>/errors"),
    ("POST", "/pinpoint/segments"),
    ("POST", "/contacts/<contact>/scores/<model>/adjust"),
    ("POST", "/sequences"),
    ("PUT", "/sequences/<sequence>"),
    ("DELETE", "/sequences/<sequence>"),
    ("POST", "/templates"),
    ("PUT", "/templates/<template>"),
    ("DELETE", "/templates/<template>"),
    ("PUT", "/content/<kind>/<piece>"),
    ("DELETE", "/content/<kind>/<piece>"),
    ("POST", "/sources-of-content/try"),
    ("POST", "/images"),
    ("DELETE", "/images/<image>"),
    ("POST", "/events/session"),
    ("DELETE", "/events/session"),
    ("PUT", "/workspace/fields"),
    ("PUT", "/social/mentions/<mention>"),
    ("POST", "/social/mentions/<mention>/answer"),
    ("PUT", "/page-topics"),
    ("PUT", "/preference-centre"),
    ("POST", "/contacts/<contact>/opt-in"),
    ("GET", "/write-keys"),
    ("POST", "/events/test"),
    ("GET", "/sources"),
    ("GET", "/sources/<source>"),
    ("POST", "/library/<template>"),
    ("POST", "/forms"),
    ("PUT", "/forms/<form>"),
    ("DELETE", "/forms/<form>"),
    ("POST", "/enrichment/providers/<provider>/review"),
    ("POST", "/contacts/<contact>/enrich"),
    ("GET", "/verifications"),
    ("POST", "/verifications/<contact>"),
    ("POST", "/catalogs/<catalog>/items"),
    ("PUT", "/catalogs/<catalog>/items/<item>"),
    ("DELETE", "/catalogs/<catalog>/items/<item>"),
    ("DELETE", "/contacts/<contact>/browsers/<browser>"),
}
ADMIN = {
    ("POST", "/suppressions/lift"),
    ("PUT", "/social/apps/<platform>"),
    ("POST", "/social/accounts/connect"),
    ("POST", "/social/callback"),
    ("DELETE", "/social/accounts/<account>"),
    ("POST", "/channels/<channel>/providers/<provider>/test"),
    ("PUT", "/channels/<channel>"),
    ("PUT", "/social/rules"),
    ("PUT", "/social/login"),
    ("GET", "/texts/senders"),
    ("PUT", "/workspace/sending"),
    ("GET", "/data-requests"),
    ("POST", "/data-requests/<request>/close"),
    ("PUT", "/workspace/links"),
    ("PUT", "/channels/<channel>/providers/<provider>/secrets"),
    ("POST", "/push/keys"),
    ("POST", "/sending-identities"),
    ("DELETE", "/sending-identities/<identity>"),
    ("PUT", "/sending-identities/<identity>/mail-from"),
    ("POST", "/team"),
    ("PUT", "/team/<person>"),
    ("DELETE", "/team/<person>"),
    ("POST", "/team/<person>/invite-again"),
    ("POST", "/team/<person>/reset-second-factor"),
    ("POST", "/merge-decisions"),
    ("GET", "/contacts/<contact>/erasure"),
    ("POST", "/contacts/<contact>/erasure"),
    ("GET", "/contacts/<contact>/data"),
    ("DELETE", "/contacts/<contact>/suppression"),
    ("POST", "/poison/replay"),
    ("PUT", "/workspace"),
    ("PUT", "/workspace/allowlist"),
    ("PUT", "/workspace/stop"),
    ("PUT", "/reply-rules"),
    ("POST", "/write-keys"),
    ("DELETE", "/write-keys/<key>"),
    ("POST", "/sources"),
    ("PUT", "/sources/<source>"),
    ("DELETE", "/sources/<source>"),
    ("POST", "/sources/<source>/secrets"),
    ("DELETE", "/sources/<source>/secrets/previous"),
    ("GET", "/audit"),
    ("PUT", "/stages"),
    ("PUT", "/retention"),
    ("POST", "/retention/apply"),
    ("PUT", "/enrichment"),
    ("PUT", "/enrichment/providers/<provider>/credentials"),
}


def needed(right: Right) -> str:
    key = (right.method, right.path.removeprefix("/api/v1"))
    if key in ADMIN:
        return "admin"
    if key in PUBLISHER:
        return "publisher"
    return "editor" if key in EDITOR else "viewer"


def filled(right: Right) -> str:
    return re.sub(r"<\w+>", "x1", right.path)


def test_the_table_is_the_one_that_was_meant() -> None:
    assert {(r.method, r.path): r.role for r in RIGHTS} == {(r.method, r.path): needed(r) for r in RIGHTS}
    named = {(r.method, r.path.removeprefix("/api/v1")) for r in RIGHTS}
    assert named >= ADMIN | PUBLISHER | EDITOR
    # Whatever changes something is no business of a viewer, checks, previews and trials aside.
    for right in RIGHTS:
        if right.method != "GET" and right.role == "viewer":
            assert re.search(r"/(validate|check|preview|try|parse|print|length|suggest)$", right.path), right


@pytest.mark.parametrize("role", ROLES)
def test_every_route_asks_for_its_role_before_anything_else(api: Api, role: str) -> None:
    for right in RIGHTS:
        # A body that no route takes: who may not call it must not learn that.
        status, told = api.call(right.method, filled(right), {"junk": 1}, role=role)
        if ROLES.index(role) < ROLES.index(right.role):
            assert (status, told["code"]) == (403, "role_needed"), right
        else:
            assert status not in (401, 403, 500), (right, told)


def test_no_token_no_answer(api: Api) -> None:
    for right in RIGHTS:
        status, told = api.call(right.method, filled(right), {}, role=None)
        assert (status, told["code"]) == (401, "unauthenticated"), right


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"token_use": "id"}, (401, "wrong_token")),
        ({"token_use": ""}, (401, "wrong_token")),
        ({"custom:tenant": ""}, (403, "no_tenant")),
        ({"custom:tenant": "a#b"}, (403, "no_tenant")),
        ({"custom:tenant": "ACME"}, (403, "no_tenant")),
        ({"cognito:groups": None}, (403, "no_role")),
        ({"cognito:groups": "[]"}, (403, "no_role")),
        ({"cognito:groups": "[administrators]"}, (403, "no_role")),
    ],
)
def test_tokens_that_are_none_of_ours(api: Api, claims: dict[str, Any], expected: tuple[int, str]) -> None:
    for right in RIGHTS:
        status, told = api.call(right.method, filled(right), {}, claims=claims)
        assert (status, told["code"]) == expected, right


@pytest.mark.parametrize("claim", ["[viewer admin]", "[viewer, admin]", ["viewer", "admin"], "admin"])
def test_groups_arrive_in_many_forms(api: Api, claim: object) -> None:
    assert "admin" in groups(claim)
    assert api.call("GET", "/api/v1/me", claims={"cognito:groups": claim})[1]["role"] == "admin"


def test_another_tenant_finds_nothing(api: Api) -> None:
    api.create(welcome())
    api.publish()
    api.enroll(person(1))
    key = api.ok("POST", "/write-keys", {"source": "web"})
    for path in (
        "/workflows/welcome",
        "/workflows/welcome/versions",
        "/workflows/welcome/versions/1",
        "/workflows/welcome/enrollments",
        f"/workflows/welcome/explain/{person(1).id}",
        f"/contacts/{person(1).id}",
        "/templates/hello",
    ):
        assert api.call("GET", f"/api/v1{path}")[0] == 200, path
        status, told = api.call("GET", f"/api/v1{path}", tenant="other")
        assert status == 404, (path, told)
    for path in ("/workflows", "/contacts", "/templates", "/write-keys", "/audit", "/events", "/poison"):
        assert api.ok("GET", path, tenant="other")["items"] == [], path
    assert api.call("DELETE", f"/api/v1/write-keys/{key['id']}", tenant="other")[0] == 404
    api.ok("PUT", "/workspace/stop", {"stopped": True}, tenant="other")
    assert api.ok("GET", "/workspace")["stopped"] is False


def test_no_request_names_a_tenant(api: Api) -> None:
    document = json.loads(openapi())
    schemas = document["components"]["schemas"]
    routes = [route for methods in document["paths"].values() for route in methods.values()]
    asked = json.dumps([[r.get("parameters"), r.get("requestBody")] for r in routes])
    seen: set[str] = set()
    while named := set(re.findall(r"#/components/schemas/(\w+)", asked)) - seen:
        seen |= named
        asked += json.dumps([schemas[name] for name in sorted(named)])
    assert "WorkflowIn" in seen
    assert "tenant" not in asked.replace("custom:tenant", "")


def test_paths_beside_the_routes_are_no_way_in(api: Api) -> None:
    for path in ("/api/v1/nothing", "/api/v2/workflows", "/api", "/api/v1/workflows/a/b/c/d"):
        assert api.call("GET", path)[0] == 404
        assert api.call("GET", path, role=None)[0] in (401, 404)
    for path in ("//api/v1/workflows", "/x/../api/v1/workflows", "/API/v1/workflows"):
        assert api.call("GET", path, role=None)[0] == 404
    assert api.call("PATCH", "/api/v1/workflows")[0] == 404
