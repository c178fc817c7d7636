"""Sending a message to oneself, and the identities that messages are sent from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.publishing.identities import Identity
from stepwell.publishing.test_sending import PER_HOUR

from tests.unit.functions.serve_api.conftest import TEMPLATE, Api
from tests.unit.publishing.stage import person, welcome


def sent(api: Api) -> Any:
    return api.wired.console.mailer.sent


def test_a_template_goes_to_its_author_marked_and_without_anything_that_counts(api: Api) -> None:
    told = api.ok("POST", "/templates/hello/test-send", {}, role="editor")
    assert (told["to"], told["subject"], told["left"]) == ("ann@acme.example", "[Test] Hi Ann", PER_HOUR - 1)
    (mail,) = sent(api)
    assert (mail.configuration_set, mail.headers, mail.tags) == ("", {}, {"tenant": "acme", "test": "yes"})
    assert "https://example.com/u/preview" in mail.text and mail.sender == "Shop <shop@example.com>"
    unsaved = {**TEMPLATE, "subject": "New"}
    api.ok("POST", "/templates/hello/test-send", {"template": unsaved, "sample": {"first_name": "Bo"}})
    assert sent(api)[-1].subject == "[Test] New" and "Hi Bo" in sent(api)[-1].html
    assert [e["action"] for e in api.ok("GET", "/audit", action="message.")["items"]] == [
        "message.tested"
    ] * 2


def test_a_nodes_message_is_rendered_for_a_contact(api: Api) -> None:
    document = welcome()
    document["nodes"][-1]["config"] |= {"subject": "For {{ first_name }}", "sender": "Kim <kim@example.com>"}
    api.create(document)
    api.world.profiles.put("acme", [person(1)])
    api.ok("POST", "/workflows/welcome/test-send", {"node": "mail", "contact": "u1"}, role="editor")
    assert (sent(api)[0].subject, sent(api)[0].sender) == ("[Test] For P1", "Kim <kim@example.com>")
    assert sent(api)[0].to == "ann@acme.example"
    record = api.runtime.messaging.records("acme", [person(1).id])[person(1).id]
    assert record.claims == ()
    for node in ("wait", "nowhere"):
        assert api.call("POST", "/api/v1/workflows/welcome/test-send", {"node": node})[0] == 404


def test_it_goes_to_nobody_else(api: Api) -> None:
    def to(address: str) -> tuple[int, str]:
        status, told = api.call("POST", "/api/v1/templates/hello/test-send", {"to": address})
        return status, str(told.get("code", told.get("to")))

    assert to("customer@example.com") == (403, "no_test_address")
    api.ok("PUT", "/workspace", {"test_addresses": ["QA@example.com"]})
    assert to("qa@Example.com") == (200, "qa@example.com")
    directory = api.wired.console.directory
    directory._change("ann", verified=False)
    assert to("ann@acme.example") == (403, "no_test_address")
    assert to("") == (400, "no_own_address")
    assert len(sent(api)) == 1


def test_a_person_sends_some_an_hour(api: Api) -> None:
    for _ in range(PER_HOUR):
        api.ok("POST", "/templates/hello/test-send", {})
    status, told = api.call("POST", "/api/v1/templates/hello/test-send", {})
    assert (status, told["code"]) == (429, "throttled")
    api.world.clock.advance(timedelta(hours=1))
    assert api.ok("POST", "/templates/hello/test-send", {})["left"] == PER_HOUR - 1


def test_a_domain_with_its_records(api: Api) -> None:
    made = api.ok("POST", "/sending-identities", {"identity": "Shop.Example"})
    assert (made["identity"], made["kind"], made["verified"], made["own"]) == (
        "shop.example",
        "domain",
        False,
        True,
    )
    assert [(r["purpose"], r["type"], r["name"], r["state"]) for r in made["records"]] == [
        ("dkim", "CNAME", "t1._domainkey.shop.example", "pending"),
        ("dkim", "CNAME", "t2._domainkey.shop.example", "pending"),
        ("dmarc", "TXT", "_dmarc.shop.example", "unknown"),
    ]
    told = api.ok("PUT", "/sending-identities/shop.example/mail-from", {"label": "bounce"})
    mx = told["records"][2]
    assert (mx["name"], mx["value"]) == ("bounce.shop.example", "10 feedback-smtp.eu-central-1.amazonses.com")
    assert (
        api.ok("POST", "/sending-identities", {"identity": "shop.example"})["mail_from"]
        == "bounce.shop.example"
    )
    address = api.ok("POST", "/sending-identities", {"identity": "kim@shop.example"})
    assert (address["kind"], address["records"]) == ("address", [])
    assert len(api.ok("GET", "/sending-identities", role="viewer")["items"]) == 2
    api.ok("DELETE", "/sending-identities/kim@shop.example")
    assert len(api.ok("GET", "/sending-identities")["items"]) == 1


def test_identities_of_others_are_not_there(api: Api) -> None:
    known = api.wired.console.identities.known
    known["rival.example"] = Identity("rival.example", "rival", verified=True)
    known["example.com"] = Identity("example.com", verified=True)
    known["other.example"] = Identity("other.example", verified=True)
    # The deployment's own is there because the default sender uses it.
    (shown,) = api.ok("GET", "/sending-identities")["items"]
    assert (shown["identity"], shown["own"], shown["default_sender"]) == ("example.com", False, True)
    for name in ("rival.example", "other.example"):
        assert api.call("GET", f"/api/v1/sending-identities/{name}")[0] == 404
        status, told = api.call("POST", "/api/v1/sending-identities", {"identity": name})
        assert (status, told["code"]) == (409, "identity_taken")
    assert api.call("DELETE", "/api/v1/sending-identities/example.com")[1]["code"] == "identity_of_deployment"
    known["example.com"] = Identity("example.com", "acme")
    assert api.call("DELETE", "/api/v1/sending-identities/example.com")[1]["code"] == "identity_used"


@pytest.mark.parametrize(
    "name", ["", "nothing", "a b.example", "-x.example", "kim@", "kim@nothing", "1.2.3.4"]
)
def test_what_is_neither_domain_nor_address(api: Api, name: str) -> None:
    assert api.call("POST", "/api/v1/sending-identities", {"identity": name})[0] == 400
