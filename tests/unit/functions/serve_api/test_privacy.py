"""The rights of one person through the API."""

from __future__ import annotations

import json

from stepwell.channels.push.ports import Kept
from stepwell.contracts.messages import Subscription
from stepwell.publishing.erasing import erasure_id

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api
from tests.unit.publishing.stage import person


def test_what_is_kept_is_handed_out_and_noted(api: Api) -> None:
    ann = person(1, plan="pro")
    api.world.profiles.put(TENANT, [ann])
    now = api.world.clock.now()
    browser = Subscription(
        "s1", "web_push", "https://fcm.googleapis.com/fcm/send/secret", "p", "a", ("sales",)
    )
    api.subscriptions.keep(TENANT, Kept(browser, ann.id, now, now, "Firefox"))
    status, told = api.call("GET", f"/api/v1/contacts/{ann.user_id}/data")
    assert status == 200
    assert {one["name"]: one["value"] for one in told["attributes"]} == dict(ann.traits)
    assert told["contact"]["user_id"] == ann.user_id
    (known,) = told["browsers"]
    assert (known["browser"], known["service"], known["topics"]) == (
        "Firefox",
        "fcm.googleapis.com",
        ["sales"],
    )
    assert "secret" not in json.dumps(told)
    assert api.parts.logs.audit_entries(TENANT)[0][0].action == "contact.data_read"


def test_a_preview_changes_nothing(api: Api) -> None:
    ann = person(1)
    api.world.profiles.put(TENANT, [ann])
    status, told = api.call("GET", f"/api/v1/contacts/{ann.id}/erasure")
    assert (status, told["deleted"]["profiles"], told["suppressed"]) == (200, 1, ["email"])
    assert not api.moves.queue and not api.wired.erasing.erasures.open


def test_an_erasure_begins_and_names_nobody(api: Api) -> None:
    ann = person(1)
    api.world.profiles.put(TENANT, [ann])
    status, told = api.call("POST", f"/api/v1/contacts/{ann.user_id}/erasure")
    assert (status, told["erasure"]) == (202, erasure_id(TENANT, ann.id))
    (move, _), *_ = api.moves.queue
    assert ann.id not in repr(move) and ann.email not in repr(move)
    assert api.world.messaging.suppressed(TENANT, "email", [ann.email]) == {ann.email: "erased"}
    (entry, *_), _ = api.parts.logs.audit_entries(TENANT)
    assert (entry.action, entry.target) == ("contact.erasure_started", "contact/erased")
    # Asked once more it is the same one.
    assert api.call("POST", f"/api/v1/contacts/{ann.id}/erasure")[1]["job"] == told["job"]
