"""Rules for answers over the API: saved once, checked, tried on a message."""

from __future__ import annotations

from typing import Any

from .conftest import Api

BASE = "/api/v1/reply-rules"
RULES: dict[str, Any] = {
    "rules": [{"id": "sad", "when": 'event.sentiment = "negative"', "forward": ["eve@example.com"]}]
}


def test_rules_are_saved_over_the_revision_that_was_read(api: Api):
    status, empty = api.call("GET", BASE)
    assert (status, empty["rev"], empty["rules"]) == (200, 0, {"rules": [], "unsubscribe": True})
    status, saved = api.call("PUT", BASE, {"rules": RULES})
    assert status == 200
    assert api.call("GET", BASE)[1]["rules"] == saved["rules"]
    assert api.call("PUT", BASE, {"rules": RULES})[0] == 409
    assert api.call("PUT", BASE, {"rules": {"rules": []}, "rev": saved["rev"]})[0] == 200


def test_rules_with_faults_are_refused(api: Api):
    for rules in ({"rules": [{"id": "A"}]}, {"rules": [{"id": "a", "forward": ["no_such_team"]}]}):
        status, told = api.call("PUT", BASE, {"rules": rules})
        assert status == 422
        assert told["details"]["violations"]


def test_a_message_is_tried(api: Api):
    message = "From: Ann <ann@people.example>\nSubject: Re: Offer\n\nThis is terrible.\n> Our offer\n"
    status, told = api.call("POST", f"{BASE}/try", {"message": message, "rules": RULES})
    assert status == 200
    assert (told["reply_kind"], told["text"], told["sentiment"]) == ("reply", "This is terrible.", "negative")
    assert (told["rule"], told["forward"], told["wants_out"]) == ("sad", ["eve@example.com"], False)


def test_topics_of_pages_are_saved_over_the_revision_that_was_read(api: Api):
    base = "/api/v1/page-topics"
    assert api.call("GET", base) == (200, {"rev": 0, "pages": {"pages": []}})
    pages = {"pages": [{"match": "/pricing*", "topic": "pricing", "tags": ["sales"]}]}
    status, saved = api.call("PUT", base, {"pages": pages})
    assert (status, saved["pages"]) == (200, pages)
    assert api.call("PUT", base, {"pages": pages})[0] == 409
    assert (
        api.call("PUT", base, {"pages": {"pages": [{"match": "x", "topic": ""}]}, "rev": saved["rev"]})[0]
        == 422
    )
    assert api.call("GET", base)[1] == saved


def test_who_saved_them_stands_in_the_audit_log(api: Api):
    api.call("PUT", BASE, {"rules": RULES})
    api.call("PUT", "/api/v1/page-topics", {"pages": {"pages": []}})
    entries = api.call("GET", "/api/v1/audit")[1]["items"]
    assert {e["action"] for e in entries} >= {
        "reply_rules.saved",
        "page_topics.saved",
    }
