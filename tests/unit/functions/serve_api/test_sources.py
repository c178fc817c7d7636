"""Sources over the API: created, shown without secrets, changed, rotated, listed with write keys, tried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from stepwell.adapters.secret_box import KmsSecretBox
from stepwell.sources.models import SOURCE_KIND, Source

from tests.fakes.publishing import TENANT

from .conftest import Api

BASE = "/api/v1"
SECRET = "a-secret-that-nobody-may-see"
GITHUB: dict[str, Any] = {"verify": {"scheme": "github"}}
MAPPING = '{"event": "paid", "email": email, "properties": {"total": total}}'


@pytest.fixture
def sealed(api: Api) -> Iterator[Api]:
    client = boto3.client("kms", region_name="us-east-1")
    key = client.create_key()["KeyMetadata"]["Arn"]
    api.parts.secret_box = KmsSecretBox(client, key)
    yield api


def create(api: Api, id_: str = "code", **more: Any) -> tuple[int, Any]:
    return api.call("POST", f"{BASE}/sources", {"id": id_, "webhook": GITHUB, "secret": SECRET, **more})


def test_a_source_is_created_and_shown_without_its_secret(sealed: Api):
    status, made = create(sealed, name="Code", description="Pushes")
    assert status == 201
    assert made["address"] == f"https://events.example.com/v1/webhooks/{TENANT}/code"
    assert (made["kind"], made["webhook"]["preset"], len(made["secrets"])) == ("github", "github", 1)
    shown = sealed.call("GET", f"{BASE}/sources/code")
    assert shown == (200, made)
    listed = sealed.call("GET", f"{BASE}/sources")
    audit = sealed.call("GET", f"{BASE}/audit")
    assert SECRET not in json.dumps([made, shown, listed, audit])
    stored = sealed.config.document(TENANT, SOURCE_KIND, "code")
    source = Source.of("code", stored.rev, stored.body)
    assert SECRET not in json.dumps(stored.body)
    assert sealed.parts.secret_box.open(TENANT, "code", source.secrets[0]) == SECRET


def test_metas_verify_token_is_kept_as_a_hash(sealed: Api):
    meta = {"verify": {"scheme": "meta", "verify_token": "my-own-token"}}
    status, made = create(sealed, "pages", webhook=meta)
    assert status == 201
    assert made["webhook"]["verify"] == {"scheme": "meta"}
    assert "my-own-token" not in json.dumps(sealed.config.document(TENANT, SOURCE_KIND, "pages").body)
    # A change that does not tell the token again keeps it.
    changed = {"rev": made["rev"], "webhook": {"verify": {"scheme": "meta"}}}
    assert sealed.call("PUT", f"{BASE}/sources/pages", changed)[0] == 200
    stored = Source.of("pages", 0, sealed.config.document(TENANT, SOURCE_KIND, "pages").body)
    assert stored.webhook is not None
    assert stored.webhook.verify.told("my-own-token")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"secret": ""}, 400, "no_secret"),
        ({"secret": "short"}, 400, "bad_secret"),
        ({"id": "No"}, 422, "validation_failed"),
        ({"webhook": {"verify": {"scheme": "nobody"}}}, 422, "validation_failed"),
        ({"webhook": {**GITHUB, "mapping": "a +"}}, 400, "mapping_syntax"),
        ({"webhook": {**GITHUB, "preset": "nothing"}}, 400, "no_preset"),
        ({"webhook": {**GITHUB, "callback": True}}, 422, "validation_failed"),
        ({"webhook": {"verify": {"scheme": "meta"}}}, 400, "invalid_input"),
        ({"webhook": {"verify": {"scheme": "sendgrid"}, "callback": True}}, 400, "bad_secret"),
        ({"webhook": {"verify": {"scheme": "token"}}, "secret": "not fit for a path"}, 400, "bad_secret"),
    ],
)
def test_what_cannot_work_is_not_saved(sealed: Api, more: dict[str, Any], status: int, code: str):
    got, body = create(sealed, **more)
    assert (got, body["code"]) == (status, code)
    assert SECRET not in json.dumps(body)
    assert sealed.call("GET", f"{BASE}/sources")[1]["items"] == []


def test_an_id_is_taken_once(sealed: Api):
    create(sealed)
    assert create(sealed)[0] == 409


def test_a_change_needs_the_revision_that_was_read(sealed: Api):
    made = create(sealed)[1]
    changed = {"rev": made["rev"], "name": "New", "webhook": {**GITHUB, "mapping": MAPPING}}
    status, after = sealed.call("PUT", f"{BASE}/sources/code", changed)
    assert (status, after["name"], after["webhook"]["mapping"], len(after["secrets"])) == (
        200,
        "New",
        MAPPING,
        1,
    )
    assert sealed.call("PUT", f"{BASE}/sources/code", changed)[1]["code"] == "stale_rev"


def test_another_scheme_forgets_the_secrets(sealed: Api):
    made = create(sealed)[1]
    after = sealed.call(
        "PUT", f"{BASE}/sources/code", {"rev": made["rev"], "webhook": {"verify": {"scheme": "x"}}}
    )[1]
    assert after["secrets"] == []


def test_secrets_are_rotated(sealed: Api):
    create(sealed)
    status, both = sealed.call(
        "POST", f"{BASE}/sources/code/secrets", {"secret": "the-next-one", "keep_previous_hours": 2}
    )
    assert (status, [bool(s["until"]) for s in both["secrets"]]) == (200, [False, True])
    third = sealed.call("POST", f"{BASE}/sources/code/secrets", {"secret": "the-third-one"})
    assert (third[0], third[1]["code"]) == (409, "two_secrets")
    status, one = sealed.call("DELETE", f"{BASE}/sources/code/secrets/previous")
    assert (status, len(one["secrets"])) == (200, 1)
    assert sealed.call("DELETE", f"{BASE}/sources/code/secrets/previous")[0] == 404


def test_write_keys_and_webhooks_are_of_one_kind_of_source(sealed: Api):
    create(sealed, name="Code")
    sealed.call("POST", f"{BASE}/write-keys", {"source": "website", "name": "Shop"})
    sealed.call("POST", f"{BASE}/write-keys", {"source": "code"})
    items = sealed.call("GET", f"{BASE}/sources")[1]["items"]
    assert [(s["id"], s["kind"], s["write_keys"], s["rev"] > 0) for s in items] == [
        ("code", "github", 1, True),
        ("website", "tracking", 1, False),
    ]
    assert sealed.call("GET", f"{BASE}/sources/website")[1]["name"] == "Shop"
    assert sealed.call("DELETE", f"{BASE}/sources/website")[1]["code"] == "write_keys_only"
    # A source that has write keys can be given a webhook, and keeps them when that is gone.
    given = {"rev": 0, "name": "Shop", "webhook": GITHUB}
    assert sealed.call("PUT", f"{BASE}/sources/website", given)[1]["kind"] == "github"
    assert sealed.call("DELETE", f"{BASE}/sources/website")[0] == 200
    assert sealed.call("GET", f"{BASE}/sources/website")[1]["kind"] == "tracking"


def test_the_list_has_filters_sorts_and_pages(sealed: Api):
    for id_ in ("alpha", "beta", "gamma"):
        create(sealed, id_, name=id_.upper())
    create(sealed, "delta", webhook={"verify": {"scheme": "x"}})
    assert [s["id"] for s in sealed.call("GET", f"{BASE}/sources", kind="x")[1]["items"]] == ["delta"]
    assert [s["id"] for s in sealed.call("GET", f"{BASE}/sources", q="ALP")[1]["items"]] == ["alpha"]
    first = sealed.call("GET", f"{BASE}/sources", limit="3", order="desc")[1]
    assert ([s["id"] for s in first["items"]], first["total"]) == (["gamma", "delta", "beta"], 4)
    rest = sealed.call("GET", f"{BASE}/sources", limit="3", order="desc", cursor=first["cursor"])[1]
    assert ([s["id"] for s in rest["items"]], rest["cursor"]) == (["alpha"], None)


def test_a_mapping_is_tried_before_and_after_it_is_saved(sealed: Api):
    sample = {"email": "ann@x.example", "total": 5}
    status, told = sealed.call("POST", f"{BASE}/sources/try", {"mapping": MAPPING, "sample": sample})
    assert (status, told["ok"]) == (200, True)
    (event,) = told["events"]
    assert (event["name"], event["email"], event["properties"]) == ("paid", "ann@x.example", {"total": 5})
    create(sealed, webhook={**GITHUB, "mapping": MAPPING})
    body = {"sample": "email=ann%40x.example", "content_type": "application/x-www-form-urlencoded"}
    assert sealed.call("POST", f"{BASE}/sources/code/try", body)[1]["events"][0]["email"] == "ann@x.example"
    other = {"sample": sample, "mapping": '{"event": "email_opened"}'}
    told = sealed.call("POST", f"{BASE}/sources/code/try", other)[1]
    assert (told["ok"], told["refused"][0]["code"]) == (False, "reserved_event")
    assert sealed.stream.records == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"mapping": "a +", "sample": {}}, 200, "mapping_syntax"),
        ({"mapping": '$error("no")', "sample": {}}, 200, "mapping_failed"),
        ({"mapping": "[1..1000000]", "sample": {}}, 200, "mapping_limit"),
        ({"mapping": '{"event": "x"}', "sample": {}}, 200, ""),
        ({"sample": {}}, 400, "invalid_input"),
        ({"mapping": "a", "sample": "no json"}, 400, "invalid_body"),
    ],
)
def test_a_trial_tells_what_is_wrong(sealed: Api, body: dict[str, Any], status: int, code: str):
    got, told = sealed.call("POST", f"{BASE}/sources/try", body, role="viewer")
    assert got == status
    if status == 200:
        assert told["ok"] is False
        assert (told["error"] or {}).get("code", "") == code
    else:
        assert told["code"] == code


def test_ready_made_mappings_are_listed_and_tried(sealed: Api):
    items = sealed.call("GET", f"{BASE}/source-presets")[1]["items"]
    assert {p["name"] for p in items} >= {"plain", "github", "sendgrid", "hubspot"}
    sample = [{"email": "ann@x.example", "event": "open", "timestamp": 1}]
    told = sealed.call(
        "POST", f"{BASE}/sources/try", {"preset": "sendgrid", "sample": sample, "callback": True}
    )[1]
    assert told["events"][0]["name"] == "email_opened"


def test_a_deleted_source_is_gone(sealed: Api):
    create(sealed)
    assert sealed.call("DELETE", f"{BASE}/sources/code")[0] == 200
    assert sealed.call("GET", f"{BASE}/sources/code")[1]["code"] == "no_source"
