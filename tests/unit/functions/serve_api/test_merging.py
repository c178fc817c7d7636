"""Merging by hand over the API."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.profiles.matching.model import Reason
from stepwell.profiles.matching.reviews import pair

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api

BASE = "/api/v1"
ANN, OLD, EVE = (profile_id(TENANT, "email", f"{name}@x.org") for name in ("ann", "old", "eve"))


@pytest.fixture
def people(api: Api) -> Api:
    api.world.profiles.put(
        TENANT,
        [
            Profile(ANN, user_id="u1", traits={"email": "ann@x.org", "plan": "pro"}),
            Profile(OLD, traits={"email": "old@x.org", "plan": "free", "city": "Rome"}),
            Profile(EVE, traits={"email": "eve@x.org"}),
        ],
    )
    return api


def merge(api: Api, one: str = "ann@x.org", other: str = "old@x.org", **more: Any) -> tuple[int, Any]:
    return api.call("POST", f"{BASE}/contacts/{one}/merge", {"with": other}, **more)


def test_a_preview_changes_nothing(people: Api) -> None:
    path = f"{BASE}/contacts/old@x.org/merge-preview"
    status, told = people.call("GET", path, role="viewer", **{"with": "ann@x.org"})
    assert (status, told["winner"]["id"], told["loser"]["id"]) == (200, ANN, OLD)
    assert told["result"]["traits"] == {"email": "ann@x.org", "plan": "pro", "city": "Rome"}
    assert (told["replaced"], told["dropped"], told["against"]) == ([], ["email", "plan"], [])
    assert people.world.profiles.get(TENANT, [OLD])[OLD].id == OLD
    assert people.call("GET", path, **{"with": OLD})[1]["code"] == "same_contact"
    assert people.call("GET", path, **{"with": "nobody@x.org"})[1]["code"] == "no_contact"
    assert people.call("GET", path)[0] == 422


def test_a_merge_and_its_undoing(people: Api) -> None:
    assert merge(people, role="viewer")[0] == 403
    status, done = merge(people)
    assert (status, done["contact"]["id"], done["merge"]["reason"]) == (200, ANN, "manual")
    assert people.call("GET", f"{BASE}/contacts/{OLD}")[1]["aliases"] == [OLD]
    assert merge(people)[0] == 200, "once more changes nothing"
    page = people.call("GET", f"{BASE}/merges")[1]
    assert [(m["winner"], m["loser"], m["by"], m["undone"]) for m in page["items"]] == [
        (ANN, OLD, "ann", False)
    ]
    one = page["items"][0]["id"]
    assert people.call("GET", f"{BASE}/merges", contact="ann@x.org")[1]["items"] == page["items"]
    assert people.call("GET", f"{BASE}/merges", reason="event")[1] == {
        "items": [],
        "cursor": None,
        "total": None,
    }
    assert people.call("GET", f"{BASE}/merges", undone="false")[1]["items"] == page["items"]
    status, parted = people.call("POST", f"{BASE}/merges/{one}/undo")
    assert (status, parted["winner"]["id"], parted["loser"]["traits"]["city"]) == (200, ANN, "Rome")
    assert people.call("GET", f"{BASE}/contacts/{ANN}")[1]["traits"] == {"email": "ann@x.org", "plan": "pro"}
    assert people.call("POST", f"{BASE}/merges/{one}/undo")[1]["code"] == "undone"
    assert people.call("POST", f"{BASE}/merges/x-1/undo")[1]["code"] == "no_merge"
    assert people.call("GET", f"{BASE}/merges", undone="false")[1]["items"] == []
    log = [e["action"] for e in people.call("GET", f"{BASE}/audit")[1]["items"]]
    assert sorted(log) == ["contact.merged", "contact.unmerged"]
    assert {e["profile"] for _, e in people.world.sink.emitted} == {ANN, OLD}


def test_a_merge_that_was_merged_on_is_undone_after_the_later_one(people: Api) -> None:
    first = merge(people, "eve@x.org", "old@x.org")[1]["merge"]
    second = merge(people, "ann@x.org", first["winner"])[1]["merge"]
    status, refused = people.call("POST", f"{BASE}/merges/{first['id']}/undo")
    assert (status, refused["code"]) == (409, "merged_since")
    assert people.call("POST", f"{BASE}/merges/{second['id']}/undo")[0] == 200
    found = people.world.profiles.get(TENANT, [OLD, EVE])
    assert found[OLD].id == found[EVE].id == first["winner"]
    assert people.call("POST", f"{BASE}/merges/{first['id']}/undo")[0] == 200
    assert {p.id for p in people.world.profiles.get(TENANT, [OLD, EVE, ANN]).values()} == {OLD, EVE, ANN}


def test_the_queue(people: Api) -> None:
    both = pair(ANN, OLD)
    people.parts.merging.ask(TENANT, {both: (Reason.VERIFIED_EMAILS,), pair(ANN, EVE): ()})
    first, cursor = (lambda p: (p["items"], p["cursor"]))(
        people.call("GET", f"{BASE}/merge-reviews", limit=1)[1]
    )
    rest = people.call("GET", f"{BASE}/merge-reviews", limit=1, cursor=cursor)[1]["items"]
    items = {item["pair"]: item for item in [*first, *rest]}
    shown = items[".".join(both)]
    assert shown["why"] == ["They own different verified e-mail addresses."]
    path = f"{BASE}/merge-reviews/{shown['pair']}"
    assert people.call("POST", path, {"verdict": "same"}, role="viewer")[0] == 403
    assert people.call("POST", path, {"verdict": "unsure"})[1]["contact"] is None
    assert people.call("POST", path, {"verdict": "same"})[1]["contact"]["id"] == ANN
    other = f"{BASE}/merge-reviews/{'.'.join(pair(ANN, EVE))}"
    assert people.call("POST", other, {"verdict": "different"})[1]["contact"] is None
    assert people.call("GET", f"{BASE}/merge-reviews")[1]["items"] == []
    assert people.call("POST", f"{BASE}/merge-reviews/{OLD}.{EVE}", {"verdict": "same"})[0] == 404
    assert people.call("POST", f"{BASE}/merge-reviews/nodot", {"verdict": "same"})[1]["code"] == "bad_pair"
    assert people.call("GET", f"{BASE}/merges")[1]["items"][0]["reason"] == "review"


def test_contacts_told_over_the_api_are_merged_like_events(people: Api) -> None:
    body = {"contacts": [{"email": "old@x.org", "user_id": "u2"}, {"email": "eve@x.org", "user_id": "u2"}]}
    status, told = people.call("POST", f"{BASE}/contacts", body)
    assert (status, len(set(told["ids"]))) == (200, 1)
    assert people.call("GET", f"{BASE}/contacts/old@x.org")[1]["id"] == told["ids"][0]
    assert people.call("GET", f"{BASE}/contacts/eve@x.org")[1]["user_id"] == "u2"


def test_what_matching_decided_is_carried_out(people: Api) -> None:
    def row(one: str, other: str, decision: str, **more: Any) -> dict[str, Any]:
        left, right = pair(one, other)
        evidence = [{"field": "surname", "agreement": "same", "bits": 7.5, "rarity_bits": 1.0}]
        told = {"left": left, "right": right, "probability": 0.9, "decision": decision}
        return {**told, "reasons": ["at_threshold"], "prior_bits": -9.5, "evidence": evidence, **more}

    body = {"decisions": [row(ANN, OLD, "merge"), row(ANN, EVE, "review", why=["x"])]}
    assert people.call("POST", f"{BASE}/merge-decisions", body, role="editor")[0] == 403
    assert people.call("POST", f"{BASE}/merge-decisions", body)[1] == {"taken": 2}
    assert people.call("POST", f"{BASE}/merge-decisions", body)[1] == {"taken": 0}
    assert people.call("GET", f"{BASE}/merges", reason="match")[1]["items"][0]["loser"] == OLD
    (asked,) = people.call("GET", f"{BASE}/merge-reviews")[1]["items"]
    assert asked["evidence"][1].startswith("Surname: ")
    for bad in ({"left": ANN}, row(ANN, OLD, "eat"), {**row(ANN, OLD, "merge"), "left": "z" * 16}):
        status, refused = people.call("POST", f"{BASE}/merge-decisions", {"decisions": [bad]})
        assert (status, refused["code"] in ("bad_decision", "bad_pair")) == (400, True)
