"""Text messages over the API: how long they are, what they cost, what the account sends from."""

from __future__ import annotations

from .conftest import Api

BASE = "/api/v1/channels/sms"
SETTINGS = {
    "brand": "Acme",
    "senders": [{"value": "+18885550100", "registered": False}, {"value": "ACME", "countries": ["DE"]}],
    "prices": {"date": "2026-01-01", "source": "contract 7", "segment": {"US": "0.0083"}},
}


def test_a_text_is_measured(api: Api):
    assert api.call("PUT", BASE, {"settings": SETTINGS | {"plain_text": False}})[0] == 200
    text = "It’s here " + "x" * 65
    asked = {"text": text, "countries": ["US", "DE"], "purpose": "transactional"}
    status, found = api.call("POST", "/api/v1/texts/length", asked)
    assert (status, found["encoding"], found["segments"], found["units"]) == (200, "UCS-2", 2, 75)
    assert "".join(found["parts"]) == text
    assert [(one["character"], one["instead"]) for one in found["costly"]] == [("’", "'")]
    assert (found["plain"], found["plain_segments"]) == ("It's here " + "x" * 65, 1)
    us, de = found["countries"]
    assert (us["cost"], us["currency"], us["price_source"]) == ("0.0166", "USD", "contract 7")
    assert (us["sender"], us["refused"], us["registration_needed"]) == (None, "sender_unregistered", True)
    # No price is known, and none is made up.
    assert (de["cost"], de["sender"], de["registration_needed"]) == (None, "ACME", False)
    assert api.call("POST", "/api/v1/texts/length", {"text": "x" * 5_000})[0] == 422


def test_typographic_characters_cost_nothing_where_they_are_replaced(api: Api):
    assert api.call("PUT", BASE, {"settings": SETTINGS})[0] == 200
    asked = {"text": "It’s here " + "x" * 65, "purpose": "transactional"}
    found = api.call("POST", "/api/v1/texts/length", asked)[1]
    assert (found["sent"], found["encoding"], found["segments"]) == ("It's here " + "x" * 65, "GSM-7", 1)
    assert (found["costly"], found["plain"]) == ([], None)


def test_marketing_is_measured_with_what_is_added_to_it(api: Api):
    assert api.call("PUT", BASE, {"settings": SETTINGS})[0] == 200
    asked = {"text": "x" * 150, "countries": ["US"]}
    found = api.call("POST", "/api/v1/texts/length", asked)[1]
    assert found["sent"] == "Acme: " + "x" * 150 + "\nReply STOP to opt out"
    assert (found["segments"], found["countries"][0]["cost"]) == (2, "0.0166")
    assert "".join(found["parts"]) == found["sent"]
    # A dash alone is no segment dearer; with what is added it would be, and it is replaced then.
    found = api.call("POST", "/api/v1/texts/length", {"text": "–" + "x" * 59})[1]
    assert (found["encoding"], found["segments"], found["sent"][:8]) == ("GSM-7", 1, "Acme: -x")
    own = "Acme: " + "x" * 100 + ". Reply STOP to opt out"
    found = api.call("POST", "/api/v1/texts/length", {"text": own})[1]
    assert (found["sent"], found["segments"], found["names_way_out"]) == (own, 1, True)


def test_the_account_shows_its_senders_and_registrations(api: Api):
    api.call("PUT", BASE, {"settings": SETTINGS})
    status, found = api.call("GET", "/api/v1/texts/senders")
    assert status == 200
    shown = {one["value"]: (one["kind"], one["state"], one["used"]) for one in found["senders"]}
    assert shown == {
        "+12065550100": ("ten_dlc", "active", False),
        "+18885550100": ("toll_free", "pending", True),
        "ACME": ("name", "unregistered", True),
    }
    assert found["senders"][1]["registration"] == {
        "id": "reg-1",
        "kind": "us_toll_free_registration",
        "state": "reviewing",
    }


def test_settings_that_contradict_themselves_are_refused(api: Api):
    status, told = api.call("PUT", BASE, {"settings": {"senders": [{"value": "Much Too Long A Name"}]}})
    assert (status, told["code"]) == (422, "validation_failed")
