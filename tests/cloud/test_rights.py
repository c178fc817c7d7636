"""Who may call the deployed API, and what strangers are told."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from stepwell_cli.api import Api
from stepwell_cli.errors import CliError

from tests.cloud.graphs import chain, mail, node
from tests.cloud.platform import Platform, Tenant


@pytest.fixture(scope="module")
def ours(deployed: Platform) -> Tenant:
    return deployed.workspace("ours")


@pytest.fixture(scope="module")
def roles(deployed: Platform, ours: Tenant) -> Iterator[dict[str, Api]]:
    yield {role: deployed.api("ours", role) for role in ("viewer", "editor", "publisher")}


def get(platform: Platform, path: str, token: str | None = None) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.get(platform.address + path, headers=headers, timeout=30)


def forged(token: str, **claims: Any) -> str:
    """The token with other claims; the signature stays."""
    head, body, signature = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**known, **claims}).encode()).decode().rstrip("=")
    return f"{head}.{changed}.{signature}"


def unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return f"{head}.{token.split('.')[1]}."


def test_no_token_or_a_forged_one_is_refused(platform: Platform, ours: Tenant):
    token = ours.api._token()
    assert get(platform, "/api/v1/workflows", token).status_code == 200
    for wrong in (None, "nonsense", forged(token, **{"custom:tenant": "theirs"}), unsigned(token)):
        answer = get(platform, "/api/v1/workflows", wrong)
        assert answer.status_code == 401, (wrong, answer.text)


def test_an_id_token_is_refused(platform: Platform, ours: Tenant):
    cognito = platform.cloud.client("cognito-idp")
    signed = platform.sign_in("admin@ours.example")
    answer = cognito.initiate_auth(
        ClientId=platform.profile.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": signed.refresh_token},
    )
    token = answer["AuthenticationResult"]["IdToken"]
    assert get(platform, "/api/v1/workflows", token).status_code == 401


def test_another_tenants_things_are_not_there(platform: Platform, ours: Tenant, tenant: Tenant):
    ours.template("secret_news")
    ours.publish(chain("secret", node("go", "manual_trigger"), mail("secret_news")))
    ours.start("secret", ["ann@people.example"])
    platform.quiet()
    job = ours.api.get("/workflows/secret/jobs")["items"][0]["id"]
    for path in (
        "/workflows/secret",
        "/workflows/secret/enrollments",
        "/workflows/secret/explain/ann@people.example",
        "/contacts/ann@people.example",
        "/templates/secret_news",
        f"/jobs/{job}",
    ):
        assert ours.api.get(path), path
        with pytest.raises(CliError) as refused:
            tenant.api.get(path)
        assert refused.value.code in {"no_workflow", "no_contact", "no_template", "no_job", "not_found"}, path
    assert tenant.api.get("/workflows")["items"] == []
    assert tenant.api.get("/contacts")["items"] == []
    with pytest.raises(CliError):
        tenant.api.post("/workflows/secret/stop")
    assert ours.api.get("/workflows/secret")["status"] == "active"


@pytest.mark.parametrize(
    ("role", "method", "path", "body"),
    [
        ("viewer", "POST", "/workflows", {"workflow": {}}),
        ("viewer", "POST", "/contacts", {"contacts": [{"email": "x@people.example"}]}),
        ("viewer", "GET", "/write-keys", None),
        ("editor", "POST", "/workflows/any/publish", {}),
        ("editor", "POST", "/workflows/any/start", {"everybody": True}),
        ("editor", "POST", "/write-keys", {"source": "x"}),
        ("publisher", "PUT", "/workspace/stop", {"stopped": True}),
        ("publisher", "PUT", "/workspace/allowlist", {"allowlist": []}),
        ("publisher", "POST", "/poison/replay", {"limit": 1}),
        ("publisher", "GET", "/audit", None),
    ],
)
def test_a_role_too_low_is_refused(
    roles: dict[str, Api], role: str, method: str, path: str, body: dict[str, Any] | None
):
    with pytest.raises(CliError) as refused:
        roles[role].call(method, path, body)
    assert refused.value.code == "role_needed"


def test_each_role_may_do_its_own(roles: dict[str, Api], ours: Tenant):
    assert roles["viewer"].get("/me")["role"] == "viewer"
    assert roles["viewer"].get("/workflows") is not None
    assert roles["editor"].post("/contacts", {"contacts": [{"email": "new@people.example"}]})["ids"]
    drawn = chain("drawn", node("go", "manual_trigger"), node("mark", "data_update", set={"a": 1}))
    rev = roles["editor"].post("/workflows", {"workflow": drawn})["rev"]
    assert roles["publisher"].post("/workflows/drawn/publish", {"rev": rev})["version"] == 1
    actions = {entry["action"] for entry in ours.api.get("/audit", limit=200)["items"]}
    assert {"workflow.created", "workflow.published"} <= actions


def test_tracking_needs_a_write_key_that_is_known_and_not_revoked(platform: Platform, tenant: Tenant):
    event = {"userId": "u", "event": "Signed Up"}
    assert tenant.send("/v1/track", event).status_code == 200
    assert tenant.send("/v1/track", event, key="swk_unknown").status_code == 401
    bare = httpx.post(f"{platform.address}/v1/track", json=event, timeout=30)
    assert bare.status_code in (400, 401)
    key = tenant.api.get("/write-keys")["items"][0]["id"]
    tenant.api.delete(f"/write-keys/{key}")
    platform.run(120)
    assert tenant.send("/v1/track", event).status_code == 401
    # A key for events opens nothing else.
    assert get(platform, "/api/v1/workflows", tenant.write_key).status_code == 401


def test_public_pages(platform: Platform):
    document = get(platform, "/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert len(document["paths"]) >= 40
    assert get(platform, "/health").json() == {"status": "ok"}
    assert get(platform, "/docs").status_code == 200
    assert get(platform, "/").status_code == 200
