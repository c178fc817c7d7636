"""Mentions, rules, alarms, hashtags and numbers of posts over the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from stepwell.contracts.social import Platform
from stepwell.contracts.workspace import GIT
from stepwell.social.alarms import begun
from stepwell.social.crisis import Verdict
from stepwell.social.engagement import Origin, Sample, TrackedPost

from tests.fakes.listening import ACCOUNT, entry, written
from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api


def kept(api: Api, number: int, text: str = "Great, thanks"):
    at = api.world.clock.now() - timedelta(minutes=number)
    return api.wired.listening.inbox.keep(
        TENANT, entry(written(at, text, id_=str(number), author=str(number)))
    )


def test_mentions_are_listed_newest_first_and_filtered(api: Api):
    for number in range(5):
        kept(api, number, "This is terrible" if number == 3 else "Great, thanks")
    first = api.ok("GET", "/social/mentions", role="viewer", limit=2)
    assert [one["external_id"] for one in first["items"]] == ["0", "1"]
    rest = api.ok("GET", "/social/mentions", limit=50, cursor=first["cursor"])
    assert [one["external_id"] for one in rest["items"]] == ["2", "3", "4"]
    assert rest["cursor"] is None
    bad = api.ok("GET", "/social/mentions", sentiment="negative")["items"]
    assert [one["external_id"] for one in bad] == ["3"]
    assert bad[0]["author"]["handle"] == "ann3"
    assert api.ok("GET", "/social/mentions", state="answered")["items"] == []


def test_a_mention_is_assigned_over_the_revision_that_was_read(api: Api):
    one = kept(api, 1)
    told = api.ok("PUT", f"/social/mentions/{one.id}", {"rev": 1, "assignee": "bob", "state": "escalated"})
    assert (told["rev"], told["assignee"], told["state"]) == (2, "bob", "escalated")
    status, _ = api.call("PUT", f"/api/v1/social/mentions/{one.id}", {"rev": 1, "state": "open"})
    assert status == 409
    assert api.call("GET", "/api/v1/social/mentions/nobody")[0] == 404
    assert api.call("PUT", f"/api/v1/social/mentions/{one.id}", {"rev": 2}, role="viewer")[0] == 403


def test_an_answer_by_hand_is_handed_over_once(api: Api):
    one = kept(api, 1)
    status, told = api.call(
        "POST", f"/api/v1/social/mentions/{one.id}/answer", {"rev": 1, "text": " Thank you! "}
    )
    assert status == 202
    assert (told["answer"]["text"], told["answer"]["by"], told["answer"]["state"]) == (
        "Thank you!",
        "ann",
        "wanted",
    )
    assert api.wired.listening.work.asked == [(TENANT, {"kind": "answer", "mention": one.id})]
    again, fault = api.call("POST", f"/api/v1/social/mentions/{one.id}/answer", {"rev": 2, "text": "Again"})
    assert (again, fault["code"]) == (409, "answer_on_its_way")
    stranger = api.wired.listening.inbox.keep(
        TENANT, entry(written(api.world.clock.now(), id_="9", account=""))
    )
    status, fault = api.call(
        "POST", f"/api/v1/social/mentions/{stranger.id}/answer", {"rev": 1, "text": "Hi"}
    )
    assert (status, fault["code"]) == (400, "no_account")


def test_rules_are_saved_tried_and_checked(api: Api):
    assert api.ok("GET", "/social/rules")["rev"] == 0
    rules = {
        "rules": [
            {"id": "angry", "when": 'event.sentiment = "negative"', "escalate": True},
            {"id": "thanks", "answer": ["Thank you, {{ name }}!"]},
        ]
    }
    saved = api.ok("PUT", "/social/rules", {"rules": rules, "rev": 0})
    assert (saved["rev"], saved["rules"]["rules"][0]["id"]) == (1, "angry")
    tried = api.ok("POST", "/social/rules/try", {"text": "This is terrible"}, role="viewer")
    assert (tried["rule"], tried["escalate"], tried["answer"]) == ("angry", True, None)
    tried = api.ok("POST", "/social/rules/try", {"text": "Lovely"})
    assert (tried["rule"], tried["answer"]) == ("thanks", "Thank you, Ann!")
    bad = {"rules": [{"id": "a", "forward": ["nobody"]}]}
    status, fault = api.call("PUT", "/api/v1/social/rules", {"rules": bad, "rev": 1})
    assert (status, fault["details"]["violations"][0]["code"]) == (422, "unknown_team")
    bad = {"rules": [{"id": "a", "ignore": True, "answer": ["x"]}]}
    assert api.call("PUT", "/api/v1/social/rules", {"rules": bad, "rev": 1})[0] == 422


def test_rules_of_git_are_changed_by_their_file(api: Api):
    api.wired.listening.save_rules(TENANT, {"answers_per_hour": 3}, 0, GIT)
    assert api.ok("GET", "/social/rules")["rules"]["answers_per_hour"] == 3
    status, fault = api.call("PUT", "/api/v1/social/rules", {"rules": {}, "rev": 1})
    assert (status, fault["code"]) == (409, "managed_by_git")


def test_alarms_are_shown_with_their_hours_and_ended_by_hand(api: Api):
    kept(api, 1, "This is terrible")
    alarms = api.wired.listening.alarms
    now = api.world.clock.now()
    alarms.save(TENANT, begun(alarms.get(TENANT, ACCOUNT.id), Verdict(True, 9, 10, 0.5, 1e-6, 1e-3), now))
    (told,) = api.ok("GET", "/social/alerts")["items"]
    assert (told["account"], told["on"], told["history"][0]["bad"]) == (ACCOUNT.id, True, 9)
    pulse = api.ok("GET", f"/social/alerts/{ACCOUNT.id}", hours=6)
    assert len(pulse["hours"]) == 6
    assert sum(hour["bad"] for hour in pulse["hours"]) == 1
    done = api.ok("POST", f"/social/alerts/{ACCOUNT.id}/end", role="publisher")
    assert (done["on"], done["history"][0]["ended_by"]) == (False, "ann")
    assert api.call("POST", f"/api/v1/social/alerts/{ACCOUNT.id}/end")[0] == 409


def posted(api: Api, number: int, text: str, likes: int) -> None:
    at = api.world.clock.now() - timedelta(days=number)
    post = TrackedPost(
        Platform.TWITTER,
        ACCOUNT.id,
        f"p{number}",
        "",
        text,
        at,
        Origin(workflow="launch", version=1, node="n"),
    )
    posts = api.wired.listening.posts
    posts.put(TENANT, post)
    sample = Sample(api.world.clock.now(), {"likes": likes, "impressions": 100})
    posts.save(TENANT, [replace(post, samples=(sample,), asked=api.world.clock.now())])


def test_engagement_is_added_up_and_hashtags_are_learnt_of_it(api: Api):
    for number in range(12):
        good = number % 2 == 0
        posted(api, number, f"New coats in the shop {'#winter' if good else '#sale'}", 40 if good else 4)
    told = api.ok("GET", "/social/engagement", days=30)
    assert told["totals"]["posts"] == 12
    assert told["totals"]["likes"] == told["totals"]["engagement"] == 6 * 44
    assert told["workflows"][0]["name"] == "launch"
    assert len(told["days"]) == 12
    best = api.ok("GET", "/social/engagement/posts", sort="engagement", limit=3)
    assert [one["engagement"] for one in best["items"]] == [40, 40, 40]
    assert best["total"] == 12
    worths = api.ok("GET", "/social/hashtags", account=ACCOUNT.id)["items"]
    assert [one["tag"] for one in worths] == ["winter", "sale"]
    assert worths[0]["lift"] > 1 > worths[1]["lift"]
    found = api.ok(
        "POST", "/social/hashtags/suggest", {"text": "Winter coats are here", "account": ACCOUNT.id}
    )
    assert (found["learnt_from"], found["items"][0]["tag"]) == (12, "winter")
    status, _ = api.call("POST", "/api/v1/social/hashtags/suggest", {"text": "x", "account": "none"})
    assert status == 404


def test_signing_in_is_set_up_over_the_revision_that_was_read(api: Api):
    first = api.ok("GET", "/social/login", role="viewer")
    assert (first["rev"], first["pages"]) == (0, [])
    assert first["callback"] == "https://events.example.com/login/callback"
    wanted = {"platforms": ["twitter"], "return_to": ["https://shop.example/"], "wording": {"en": "News"}}
    saved = api.ok("PUT", "/social/login", {"settings": wanted, "rev": 0})
    assert saved["settings"] == wanted
    assert saved["pages"] == [
        {"platform": "twitter", "label": "X", "url": f"https://events.example.com/login/{TENANT}/twitter"}
    ]
    assert api.call("PUT", "/api/v1/social/login", {"settings": wanted, "rev": 0})[0] == 409
    bad = {"platforms": ["instagram"]}
    assert api.call("PUT", "/api/v1/social/login", {"settings": bad, "rev": 1})[0] == 422
    assert api.call("PUT", "/api/v1/social/login", {"settings": wanted, "rev": 1}, role="publisher")[0] == 403
