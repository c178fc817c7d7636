"""Listening on the deployed platform: read and called, told once, answered once, counted; contacts sign in."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.cloud.platform import Platform, Tenant
from tests.cloud.test_social import allowed, connect

pytestmark = pytest.mark.usefixtures("left_alone")
ADA = "2000001"


def said(tenant: Tenant, words: str) -> list[dict[str, Any]]:
    """Mentions with these words."""
    found: list[dict[str, Any]] = tenant.api.get("/social/mentions", limit=200)["items"]
    return [one for one in found if words in one["text"]]


def write(platform: Platform, network: str, text: str, person: str = ADA) -> int:
    """Has somebody write to the account; returns what the webhook answered."""
    told = platform.cloud.post(
        f"/_stepwell/feed/accounts/{network}", {"what": "mention", "text": text, "person": person}
    )
    return int(told["answered"])


def test_a_mention_is_read_and_called_told_once_and_answered_once(platform: Platform, tenant: Tenant):
    # X refuses to have the same words posted twice: who is thanked again is thanked in others.
    rules = [
        {
            "id": "again",
            "when": 'event.text contains "Again"',
            "answer": ["Thanks again, {{ name }}!"],
            "assign": "ann",
        },
        {"id": "thanks", "answer": ["Thank you, {{ name }}!"], "assign": "ann"},
    ]
    tenant.api.put("/social/rules", {"rules": {"rules": rules}, "rev": 0})
    connect(tenant, "twitter")
    words = f"The shop {tenant.id} is great"
    write(platform, "x", words)
    platform.run(3_900)
    (read,) = said(tenant, words)
    assert (read["sentiment"], read["rule"], read["assignee"]) == ("positive", "thanks", "ann")
    assert (read["state"], read["answer"]["state"]) == ("answered", "sent"), read["answer"]
    # From now on the network calls as well; what it calls about is read too.
    secret = "consumer-secret-of-the-app"
    webhook = {"verify": {"scheme": "x"}}
    tenant.api.post("/sources", {"id": "xhook", "webhook": webhook, "secret": secret})
    url = f"{platform.address}/v1/webhooks/{tenant.id}/xhook"
    assert platform.cloud.post("/_stepwell/feed/webhooks/x", {"url": url, "secret": secret})["subscribed"]
    again = f"Again: {tenant.id} is great"
    assert write(platform, "x", again) == 200
    platform.run(30)
    (called,) = said(tenant, again)
    assert called["account"] == read["account"]
    platform.run(7_300)
    (kept,) = said(tenant, again)
    assert (kept["id"], kept["answer"]["state"]) == (called["id"], "sent"), kept["answer"]
    assert len(said(tenant, words)) == 1


def test_what_became_of_a_post_is_counted(platform: Platform, tenant: Tenant):
    accounts = connect(tenant, "twitter")
    words = f"Counted post of {tenant.id}"
    tenant.api.post("/social/posts", {"text": words, "accounts": list(accounts.values())})
    platform.run(120)
    (post,) = [p for p in platform.cloud.get("/_stepwell/feed.json")["posts"] if words in p["text"]]
    platform.cloud.post(f"/_stepwell/feed/posts/{post['id']}/like", {"person": ADA})
    platform.run(9_000)
    (counted,) = tenant.api.get("/social/engagement/posts")["items"]
    assert (counted["counts"]["likes"], counted["engagement"] >= 1) == (1, True)
    assert tenant.api.get("/social/engagement")["totals"]["likes"] == 1


def test_a_contact_signs_in_with_a_network(platform: Platform, tenant: Tenant):
    connect(tenant, "twitter")
    wording = "News by e-mail, please."
    tenant.api.put(
        "/social/login", {"settings": {"platforms": ["twitter"], "wording": {"en": wording}}, "rev": 0}
    )
    page = f"{platform.address}/login/{tenant.id}/twitter"
    with httpx.Client(timeout=60) as browser:
        asked = browser.get(page)
        assert asked.status_code == 200 and wording in asked.text
        begun = browser.post(page, data={"agree": "on"})
        assert begun.status_code == 303, begun.text
        cookie = begun.headers["set-cookie"].partition(";")[0]
        back = allowed(begun.headers["location"])
        redirect = parse_qs(urlsplit(begun.headers["location"]).query)["redirect_uri"][0]
        assert redirect.endswith("/login/callback")
        finish = f"{platform.address}/login/callback"
        stranger = httpx.get(finish, params=back, timeout=60)
        assert stranger.status_code == 400
        done = httpx.get(finish, params=back, headers={"cookie": cookie}, timeout=60)
        assert done.status_code == 200, done.text
    platform.run(30)
    found = tenant.api.get("/contacts/search", q="admin@shop.example")["items"]
    assert len(found) == 1
    consents = tenant.api.get(f"/contacts/{found[0]['id']}")["consent"]
    assert consents["email:marketing"] == "granted"
