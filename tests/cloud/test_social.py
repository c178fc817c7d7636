"""Social networks on the deployed platform: connected through the stand-ins' pages, posted once, whatever happens."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from PIL import Image

from tests.cloud.graphs import edge, node, workflow
from tests.cloud.platform import Platform, Tenant

STAND_INS = {"twitter": "x", "facebook": "graph", "instagram": "graph", "linkedin": "linkedin"}
pytestmark = pytest.mark.usefixtures("left_alone")
REDIRECT = "http://localhost/social/callback"


def allowed(url: str, say: str = "allow") -> dict[str, str]:
    """What a network sends a person back with who says yes on its page."""
    asked = httpx.get(url, timeout=30)
    assert asked.status_code == 200 and "Allow" in asked.text
    answer = httpx.post(url, data={"say": say}, timeout=30)
    assert answer.status_code == 302, answer.text
    told = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: value for name, (value,) in told.items()}


def connect(tenant: Tenant, *platforms: str) -> dict[str, str]:
    """Connects accounts; returns an account's id a platform."""
    endpoint = tenant.platform.cloud.endpoint
    found = {}
    for platform in platforms:
        address = f"{endpoint}/_stepwell/providers/{STAND_INS[platform]}"
        app = {"client_id": f"app-{platform}", "client_secret": "app-secret", "address": address}
        tenant.api.put(f"/social/apps/{platform}", app)
        begun = tenant.api.post("/social/accounts/connect", {"platform": platform, "redirect": REDIRECT})
        back = allowed(begun["url"])
        done = tenant.api.post("/social/callback", {"state": back["state"], "code": back["code"]})
        found[platform] = done["accounts"][0]["id"]
    return found


def feed(tenant: Tenant, words: str) -> dict[str, int]:
    """How many posts with these words there are, a network."""
    counts: dict[str, int] = {}
    for post in tenant.platform.cloud.get("/_stepwell/feed.json")["posts"]:
        if words in post["text"]:
            counts[post["network"]] = counts.get(post["network"], 0) + 1
    return counts


def read(tenant: Tenant, post: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = tenant.api.get(f"/social/posts/{post['id']}")
    return found


@pytest.fixture
def picture() -> str:
    """A picture of 400 × 400, base64."""
    made = BytesIO()
    Image.new("RGB", (400, 400), (200, 30, 30)).save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


def test_a_post_is_scheduled_on_four_networks_and_there_once(
    platform: Platform, tenant: Tenant, picture: str
):
    accounts = connect(tenant, "twitter", "facebook", "linkedin", "instagram")
    listed = tenant.api.get("/social/accounts")["items"]
    assert {one["state"] for one in listed} == {"connected"}
    kept = tenant.api.post("/images", {"name": "Red", "data": picture})
    words = f"Spring sale of {tenant.id}"
    body = {
        "text": words,
        "media": [{"url": kept["url"], "alt": "Red", "width": 400, "height": 400}],
        "accounts": list(accounts.values()),
        "overrides": {"linkedin": {"text": f"{words}, for companies", "media": []}},
    }
    preview = tenant.api.post("/social/preview", {k: body[k] for k in ("text", "media", "accounts")})
    assert preview["ok"], preview
    at = (datetime.fromisoformat(platform.now) + timedelta(hours=2)).isoformat()
    post = tenant.api.post("/social/posts", {**body, "at": at})
    assert post["state"] == "scheduled"
    platform.run(3_600)
    assert feed(tenant, words) == {}
    platform.run(3_700)
    told = read(tenant, post)
    assert told["state"] == "published", told["deliveries"]
    assert feed(tenant, words) == {"x": 1, "facebook": 1, "linkedin": 1, "instagram": 1}
    platform.run(7_200)
    assert sum(feed(tenant, words).values()) == 4
    assert all(one["url"] for one in told["deliveries"])


def test_a_workflow_posts_once_for_sixty_contacts_in_several_runs(platform: Platform, tenant: Tenant):
    connect(tenant, "twitter", "linkedin")
    words = f"Sixty came to {tenant.id}"
    nodes = [
        node("joined", "behavioral_trigger", events=["signup"]),
        node(
            "tell",
            "social_post",
            platforms=["twitter", "linkedin"],
            content=words + ", {{ workspace.name }}!",
        ),
        node("out", "exit"),
    ]
    edges = [edge("joined", "tell"), edge("tell", "out", "posted"), edge("tell", "out", "failed")]
    tenant.publish(workflow("launch", nodes, edges))
    for start in (0, 20, 40):
        people = [f"p{number}@people.example" for number in range(start, start + 20)]
        tenant.batch(
            [{"userId": one, "type": "track", "event": "signup", "traits": {"email": one}} for one in people]
        )
        if start == 0:
            platform.run(5)
    platform.run(1_200)
    assert len(tenant.cohorts("launch", 1)) >= 2
    assert tenant.outcomes("launch", "tell")["posted"] == 60
    assert feed(tenant, words) == {"x": 1, "linkedin": 1}
    (post,) = tenant.api.get("/social/posts", workflow="launch")["items"]
    assert (post["state"], post["origin"]["campaign"]) == ("published", "v1")

    assert tenant.states("launch").get("RUNNING", 0) == 0


def test_a_function_that_dies_after_it_posted_posts_once(platform: Platform, tenant: Tenant):
    connect(tenant, "twitter", "linkedin")
    words = f"Died after posting {tenant.id}"
    nodes = [
        node("go", "manual_trigger"),
        node("tell", "social_post", platforms=["twitter", "linkedin"], content=words),
        node("out", "exit"),
    ]
    edges = [edge("go", "tell"), edge("tell", "out", "posted"), edge("tell", "out", "failed")]
    tenant.publish(workflow("announce", nodes, edges))
    platform.faults(functions={"fail_after": {"post-social": 2}, "throttle": {"post-social": 2}})
    tenant.start("announce", [f"q{number}@people.example" for number in range(5)], key="first")
    platform.run(1_800)
    assert tenant.outcomes("announce", "tell")["posted"] == 5
    assert feed(tenant, words) == {"x": 1, "linkedin": 1}
    platform.faults(functions={"fail_after": {}, "throttle": {}})
    tenant.start("announce", ["q9@people.example"])
    platform.run(1_800)
    # Another start is another campaign: it is tried, and networks refuse the same words again.
    posts = tenant.api.get("/social/posts", workflow="announce")["items"]
    assert len({post["origin"]["campaign"] for post in posts}) == len(posts) == 2
    assert sorted(post["state"] for post in posts) == ["failed", "published"]
    assert tenant.outcomes("announce", "tell")["failed"] == 1


def test_a_lost_answer_does_not_post_twice(platform: Platform, tenant: Tenant):
    accounts = connect(tenant, "twitter", "linkedin", "facebook")
    words = f"Lost on the way {tenant.id} #standin_lost"
    post = tenant.api.post("/social/posts", {"text": words, "accounts": list(accounts.values())})
    platform.run(1_800)
    told = read(tenant, post)
    assert told["state"] == "published", told["deliveries"]
    assert feed(tenant, tenant.id) == {"x": 1, "linkedin": 1, "facebook": 1}


def test_a_token_that_ended_is_renewed(platform: Platform, tenant: Tenant):
    accounts = connect(tenant, "twitter")
    platform.cloud.post("/_stepwell/feed/networks/x/expire", {})
    words = f"After the token of {tenant.id}"
    post = tenant.api.post("/social/posts", {"text": words, "accounts": list(accounts.values())})
    platform.run(300)
    told = read(tenant, post)
    assert told["state"] == "published", told["deliveries"]
    assert feed(tenant, words) == {"x": 1}


def test_who_says_no_connects_nothing_and_a_disconnected_account_fails(platform: Platform, tenant: Tenant):
    accounts = connect(tenant, "twitter")
    begun = tenant.api.post("/social/accounts/connect", {"platform": "twitter", "redirect": REDIRECT})
    back = allowed(begun["url"], "deny")
    assert back["error"] == "access_denied"
    post = tenant.api.post(
        "/social/posts", {"id": "later", "text": "Later", "accounts": list(accounts.values()), "draft": True}
    )
    assert post["state"] == "draft"
    gone = tenant.api.delete(f"/social/accounts/{accounts['twitter']}")
    assert gone["revoked"]
    tenant.api.post("/social/posts/later/publish", {})
    platform.run(300)
    told = read(tenant, post)
    assert [one["code"] for one in told["deliveries"]] == ["no_account"]
