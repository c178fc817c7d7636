"""Posts and accounts over the API."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from stepwell.contracts.social import Platform
from stepwell.publishing.team import Person

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api

REDIRECT = "https://console.example.com/social/callback"
BASE = "/api/v1/social"


@pytest.fixture
def social(api: Api) -> Any:
    return api.wired.social


def accounts(api: Api, *platforms: Platform) -> list[str]:
    return [api.wired.social.connect(TENANT, platform).id for platform in platforms]


def test_an_app_is_set_and_its_secret_never_shown(api: Api) -> None:
    listed = api.ok("GET", "/social/apps")["items"]
    assert [(one["platform"], one["client_id"]) for one in listed] == [(p.value, None) for p in Platform]
    told = api.ok("PUT", "/social/apps/twitter", {"client_id": "abc", "client_secret": "hush"})
    assert (told["client_id"], told["has_secret"]) == ("abc", True)
    kept = api.ok("PUT", "/social/apps/twitter", {"client_id": "abc"})
    assert kept["has_secret"]
    other = api.ok("PUT", "/social/apps/twitter", {"client_id": "another"})
    assert not other["has_secret"]
    assert "hush" not in str(api.ok("GET", "/social/apps"))
    status, told = api.call("PUT", f"{BASE}/apps/myspace", {"client_id": "abc"})
    assert (status, told["code"]) == (400, "no_platform")


def test_an_app_names_permissions_that_its_network_did_not_give_it(api: Api) -> None:
    told = api.ok("PUT", "/social/apps/linkedin", {"client_id": "abc", "without": ["r_ads"]})
    assert told["without"] == ["r_ads"]
    assert api.ok("PUT", "/social/apps/linkedin", {"client_id": "abc"})["without"] == ["r_ads"]
    assert api.ok("PUT", "/social/apps/linkedin", {"client_id": "abc", "without": []})["without"] == []
    status, _ = api.call("PUT", f"{BASE}/apps/linkedin", {"client_id": "abc", "without": ["a b"]})
    assert status == 422


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("access_denied", "not_allowed"),
        ("user_cancelled_login: The user cancelled", "not_allowed"),
        ("unauthorized_scope_error: Scope r_ads is not authorized", "connection_refused"),
    ],
)
def test_a_refusal_of_the_network_is_told_from_a_persons_no(api: Api, error: str, code: str) -> None:
    status, told = api.call("POST", f"{BASE}/callback", {"state": "s", "error": error})
    assert (status, told["code"]) == (400, code)
    assert ("r_ads" in told["message"]) == (code == "connection_refused")


def test_accounts_are_connected_by_who_began_and_once(api: Api, social: Any) -> None:
    begun = api.ok("POST", "/social/accounts/connect", {"platform": "facebook", "redirect": REDIRECT})
    assert parse_qs(urlsplit(begun["url"]).query)["state"] == [begun["state"]]
    body = {"state": begun["state"], "code": "good"}
    done = api.ok("POST", "/social/callback", body)
    (account,) = done["accounts"]
    assert (account["name"], account["state"], account["connected_by"]) == (
        "Acme on Facebook",
        "connected",
        "ann",
    )
    assert "a0" not in str(done)
    assert api.call("POST", f"{BASE}/callback", body)[0] == 404

    eve = Person("eve", "acme", "eve@acme.example", True, "Eve", "admin", second_factor=True)
    api.wired.console.directory.people["eve"] = eve
    begun = api.ok("POST", "/social/accounts/connect", {"platform": "facebook", "redirect": REDIRECT})
    body["state"] = begun["state"]
    status, told = api.call("POST", f"{BASE}/callback", body, claims={"username": "eve"})
    assert (status, told["code"]) == (403, "foreign_connection")

    gone = api.ok("DELETE", f"/social/accounts/{account['id']}")
    assert gone == {"deleted": account["id"], "revoked": True}
    assert api.ok("GET", "/social/accounts")["items"] == []
    assert social.networks.oauths[Platform.FACEBOOK].revoked == ["a0"]


@pytest.mark.parametrize(
    "redirect",
    [
        "http://console.example.com/social/callback",
        "https://console.example.com/elsewhere",
        "https://console.example.com/social/callback?next=x",
        "https://user@console.example.com/social/callback",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_is_the_consoles(api: Api, redirect: str) -> None:
    status, told = api.call("POST", f"{BASE}/accounts/connect", {"platform": "twitter", "redirect": redirect})
    assert (status, told["code"]) == (400, "bad_redirect")


def test_a_post_is_scheduled_in_the_zone_changed_and_canceled(api: Api) -> None:
    ids = accounts(api, Platform.TWITTER, Platform.LINKEDIN)
    now = api.world.clock.now()
    local = f"{now.year + (now.month > 6)}-07-01T09:00:00"
    if api.call("POST", f"{BASE}/posts", {"text": "Soon", "accounts": ids, "at": local})[0] != 201:
        local = f"{now.year + 1}-01-02T09:00:00"
    body = {
        "text": "Hello",
        "accounts": ids,
        "at": local,
        "time_zone": "Europe/Berlin",
        "overrides": {"linkedin": {"text": "Good day"}},
    }
    made = api.ok("POST", "/social/posts", body)
    assert made["state"] == "scheduled"
    assert made["at"].startswith(local[:11]) and made["at"][11:13] in ("07", "08")
    assert made["overrides"] == {"linkedin": {"text": "Good day"}}
    assert [d["name"] for d in made["deliveries"]] == ["Acme on X", "Acme on LinkedIn"]

    changed = api.ok("PUT", f"/social/posts/{made['id']}", {**body, "text": "Hello all", "rev": made["rev"]})
    assert (changed["content"]["text"], changed["changed_by"]) == ("Hello all", "ann")
    status, told = api.call("PUT", f"{BASE}/posts/{made['id']}", {**body, "rev": made["rev"]})
    assert (status, told["code"]) == (409, "stale_rev")

    gone = api.ok("POST", f"/social/posts/{made['id']}/cancel")
    assert gone["state"] == "canceled"
    assert api.ok("POST", f"/social/posts/{made['id']}/cancel")["state"] == "canceled"


def test_what_a_network_would_refuse_is_refused_before(api: Api) -> None:
    ids = accounts(api, Platform.TWITTER, Platform.INSTAGRAM)
    status, told = api.call("POST", f"{BASE}/posts", {"text": "x" * 300, "accounts": ids})
    assert status == 422
    found = {(v["platform"], v["code"]) for v in told["details"]["violations"]}
    assert found == {("twitter", "too_long"), ("instagram", "needs_media")}
    draft = api.ok(
        "POST", "/social/posts", {"id": "launch", "text": "x" * 300, "accounts": ids, "draft": True}
    )
    assert (draft["id"], draft["state"], draft["at"]) == ("launch", "draft", None)
    assert api.call("POST", f"{BASE}/posts", {"id": "launch", "text": "y", "draft": True})[0] == 409
    assert api.call("POST", f"{BASE}/posts/launch/publish")[0] == 422


def test_a_post_goes_out_at_once(api: Api, social: Any) -> None:
    ids = accounts(api, Platform.TWITTER)
    made = api.ok("POST", "/social/posts", {"text": "Hello", "accounts": ids})
    assert social.work.work == [{"tenant": TENANT, "kind": "publish", "post": made["id"]}]
    social.publisher("x").publish(TENANT, made["id"])
    told = api.ok("GET", f"/social/posts/{made['id']}")
    assert (told["state"], told["deliveries"][0]["url"]) == ("published", "https://twitter.example/twitter-1")
    assert api.call("POST", f"{BASE}/posts/{made['id']}/publish")[0] == 409
    assert api.call("POST", f"{BASE}/posts/{made['id']}/cancel")[0] == 409


def test_the_list_pages_and_filters(api: Api) -> None:
    (x,) = accounts(api, Platform.TWITTER)
    (page,) = accounts(api, Platform.FACEBOOK)
    for number in range(5):
        api.ok(
            "POST",
            "/social/posts",
            {"id": f"d{number}", "text": f"Draft {number}", "draft": True, "accounts": [x]},
        )
    api.ok("POST", "/social/posts", {"id": "live", "text": "Out now", "accounts": [page]})
    first = api.ok("GET", "/social/posts", order="asc", limit=4)
    rest = api.ok("GET", "/social/posts", order="asc", limit=4, cursor=first["cursor"])
    assert (
        first["total"] is None
        and rest["cursor"] is None
        and len({p["id"] for p in first["items"] + rest["items"]}) == 6
    )
    assert [p["id"] for p in api.ok("GET", "/social/posts", platform="facebook")["items"]] == ["live"]
    assert [p["id"] for p in api.ok("GET", "/social/posts", q="draft 3")["items"]] == ["d3"]
    assert len(api.ok("GET", "/social/posts", state="draft", account=x)["items"]) == 5


def test_a_preview_says_what_each_network_shows(api: Api) -> None:
    told = api.ok("POST", "/social/preview", {"text": "Hello #sale", "link": "https://www.acme.example/x"})
    by = {one["platform"]: one for one in told["previews"]}
    assert not told["ok"] and [f["code"] for f in by["instagram"]["faults"]] == ["needs_media"]
    assert by["twitter"]["length"] == len("Hello #sale\n\n") + 23
    assert by["linkedin"]["card"] == "acme.example" and by["linkedin"]["hashtags"] == ["sale"]
    limits = {one["platform"]: one for one in api.ok("GET", "/social/limits")["items"]}
    assert limits["linkedin"]["text"] == 3000 and limits["twitter"]["sources"]


def test_a_picture_of_the_workspace_is_kept_by_its_key(api: Api) -> None:
    ids = accounts(api, Platform.INSTAGRAM)
    body = {"text": "Look", "accounts": ids, "media": [{"url": "/images/acme/a.png", "alt": "A shoe"}]}
    assert api.ok("POST", "/social/preview", body)["ok"]
    made = api.ok("POST", "/social/posts", body)
    assert made["content"]["media"][0]["url"] == "images/acme/a.png"
    api.wired.social.publisher("x").publish(TENANT, made["id"])
    (there,) = api.wired.social.networks.networks[Platform.INSTAGRAM].there
    assert there.post.media[0].url == "https://events.example.com/images/acme/a.png"
