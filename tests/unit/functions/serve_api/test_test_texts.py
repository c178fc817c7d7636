"""Sending a text to a test number, and showing a notification in one's own browser."""

from __future__ import annotations

from typing import Any

from stepwell.channels.push.ports import Kept
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import Subscription
from stepwell.contracts.profiles import Profile

from tests.unit.functions.serve_api.conftest import TENANT, Api
from tests.unit.publishing.stage import welcome

NUMBER = "+14155550123"
TEXT = {
    "id": "sale",
    "channel": "sms",
    "name": "Sale",
    "subject": "Sale",
    "text": "Hi {{ first_name }}, 20 % off",
    "translations": {"de": {"text": "Hallo {{ first_name }}, 20 % weniger"}},
    "sample": {"first_name": "Ann"},
}
NOTE = {
    "id": "note",
    "channel": "push",
    "purpose": "transactional",
    "name": "Note",
    "subject": "For {{ first_name }}",
    "text": "Your parcel is here",
}


def attempt(api: Api, template: dict[str, Any], **body: Any) -> tuple[int, Any]:
    given = {"template": template, **body}
    return api.call("POST", f"/api/v1/templates/{template['id']}/test-send", given, role="editor")


def ready(api: Api) -> None:
    api.ok("PUT", "/workspace", {"test_addresses": [NUMBER, "qa@example.com"]})
    settings: dict[str, Any] = {
        "providers": [{"id": "eum", "kind": "eum", "options": {}}],
        "senders": [{"value": "+12065550100", "kind": "ten_dlc", "countries": ["US"], "registered": True}],
    }
    api.config.save_document(TENANT, "CHAN", "sms", 0, settings)


def subscribed(api: Api, email: str, *ids: str) -> None:
    contact = Profile(profile_id(TENANT, "email", email), traits={"email": email})
    api.world.profiles.put(TENANT, [contact])
    for id_ in ids:
        now = api.world.clock.now()
        kept = Kept(Subscription(id_, "web_push", f"https://push.example/{id_}"), contact.id, now, now)
        api.subscriptions.keep(TENANT, kept)


def test_a_text_goes_to_a_test_number_as_it_would_go_to_a_contact(api: Api) -> None:
    assert attempt(api, TEXT)[1]["code"] == "no_test_number"
    ready(api)
    status, told = attempt(api, TEXT)
    assert (status, told["to"]) == (200, NUMBER), told
    (sms,) = api.wired.console.texts.sent
    assert sms.text.startswith("Acme: [Test] Hi Ann, 20 % off\n") and "STOP" in sms.text
    assert (sms.sender, sms.tags) == ("+12065550100", {"tenant": "acme", "test": "yes"})
    attempt(api, TEXT, to="+1 415-555-0123", language="de")
    assert "Hallo Ann, 20 % weniger" in api.wired.console.texts.sent[-1].text
    assert attempt(api, TEXT, to="+14155559999")[1]["code"] == "no_test_number"
    assert attempt(api, TEXT, to="0123")[1]["code"] == "no_number"
    assert api.wired.console.mailer.sent == []
    assert [e["action"] for e in api.ok("GET", "/audit", action="message.")["items"]] == [
        "message.tested"
    ] * 2


def test_mail_goes_to_no_number(api: Api) -> None:
    ready(api)
    assert (
        api.call("POST", "/api/v1/templates/hello/test-send", {"to": NUMBER})[1]["code"] == "no_test_address"
    )


def test_a_notification_shows_in_the_browsers_of_ones_own_contact(api: Api) -> None:
    status, told = attempt(api, NOTE)
    assert (status, told["code"]) == (404, "no_browser")
    subscribed(api, "ann@acme.example", "one", "two")
    status, told = attempt(api, NOTE, sample={"first_name": "Bo"})
    assert (status, told["to"], told["subject"]) == (200, "ann@acme.example", "[Test] For Bo"), told
    pushes = api.wired.console.pushes.sent
    assert {push.subscription.id for push in pushes} == {"one", "two"}
    assert pushes[0].body == "Your parcel is here" and pushes[0].report == ""
    assert pushes[0].tags == {"tenant": "acme", "test": "yes"}
    assert attempt(api, NOTE, to="other@example.com")[1]["code"] == "no_test_address"


def test_a_step_with_words_of_its_own_is_tried_and_tested(api: Api) -> None:
    ready(api)
    document = welcome()
    document["nodes"][-1] |= {"type": "sms_send", "config": {"text": "Hi {{ first_name }}"}}
    api.create(document)
    api.ok("POST", "/workflows/welcome/test-send", {"node": "mail", "sample": {"first_name": "Bo"}})
    assert "Hi Bo" in api.wired.console.texts.sent[0].text
    traits = {"first_name": "Bo", "phone": NUMBER}
    asked = {"traits": traits, "consent": {"sms:marketing": "granted"}}
    (message,) = api.ok("POST", "/workflows/welcome/try", asked)["messages"]
    assert (message["text"], message["fault"]) == ("Hi Bo", None)
