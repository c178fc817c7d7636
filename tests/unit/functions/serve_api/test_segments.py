"""Segments over the API."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.publishing.segment_settling import settle

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api

PROS = {"id": "pros", "name": "Pros", "condition": "plan = 'pro'"}
BASE = "/api/v1/segments"


def people(api: Api, number: int) -> list[str]:
    found = [
        Profile(
            profile_id(TENANT, "email", f"p{n}@example.com"),
            traits={"email": f"p{n}@example.com", "plan": "pro" if n % 2 else "free"},
        )
        for n in range(number)
    ]
    api.add(*found)
    return [profile.id for profile in found]


def test_a_segment_from_draft_to_deletion(api: Api) -> None:
    status, made = api.call("POST", BASE, {"segment": PROS})
    assert (status, made["rev"], made["text"], made["settled"]) == (201, 1, 'plan = "pro"', False)
    assert api.call("POST", BASE, {"segment": PROS})[1]["code"] == "segment_exists"
    status, changed = api.call("PUT", f"{BASE}/pros", {"segment": {**PROS, "name": "P"}, "rev": 1})
    assert (status, changed["rev"], changed["name"]) == (200, 2, "P")
    status, refused = api.call("PUT", f"{BASE}/pros", {"segment": PROS, "rev": 1})
    assert (status, refused["code"]) == (409, "stale_rev")
    assert api.call("GET", f"{BASE}/pros")[1]["asked"] == 0
    move, _ = api.moves.queue.pop()
    settle(api.wired.segments, api.world.sink, move)
    read = api.call("GET", f"{BASE}/pros")[1]
    assert (read["rev"], read["settled"], read["used_by"], read["size"]) == (2, True, [], 0)
    assert read["asked"] is None
    assert api.call("DELETE", f"{BASE}/pros", rev=1)[0] == 409
    assert api.call("DELETE", f"{BASE}/pros", rev=2) == (200, {"deleted": "pros"})
    assert api.call("GET", f"{BASE}/pros")[0] == 404


def test_lists_page_filter_and_sort(api: Api) -> None:
    for name in ("b", "a", "c"):
        api.call("POST", BASE, {"segment": {"id": name, "kind": "static", "tags": ["x"]}})
    api.call("POST", BASE, {"segment": PROS})
    api.members.move(TENANT, [("b", "aaaaaaaaaaaaaaaa", True, 5)])
    status, page = api.call("GET", BASE, kind="static", limit=2)
    assert (status, [s["id"] for s in page["items"]], page["total"]) == (200, ["a", "b"], 3)
    rest = api.call("GET", BASE, kind="static", limit=2, cursor=page["cursor"])[1]
    assert ([s["id"] for s in rest["items"]], rest["cursor"]) == (["c"], None)
    api.call("POST", BASE, {"segment": {"id": "both", "condition": 'in segment "a" and in segment "b"'}})
    used = {one["id"]: one["used_by"] for one in api.call("GET", BASE)[1]["items"]}
    assert used == {"a": ["segment/both"], "b": ["segment/both"], "both": [], "c": [], "pros": []}
    biggest = api.call("GET", BASE, sort="size", order="desc", tag="x")[1]["items"][0]
    assert (biggest["id"], biggest["size"]) == ("b", 1)


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        ({"id": "a", "condition": "plan ="}, "condition_syntax"),
        ({"id": "a"}, "condition_missing"),
        ({"id": "a", "condition": "in segment 'nobody'"}, "unknown_segment"),
        ({"id": "a", "condition": "event.x = 1"}, "reads_event"),
    ],
)
def test_faults_name_their_place(api: Api, segment: dict[str, Any], code: str) -> None:
    status, refused = api.call("POST", BASE, {"segment": segment})
    assert (status, refused["code"]) == (422, "validation_failed")
    (violation,) = refused["details"]["violations"]
    assert violation["code"] == code
    assert violation["place"].startswith("condition")


def test_validation_saves_nothing(api: Api) -> None:
    status, told = api.call(
        "POST", f"{BASE}/validate", {"segment": {"id": "a", "condition": "did(x, 91 days)"}}
    )
    assert (status, told["valid"]) == (200, False)
    assert [p["code"] for p in told["problems"]] == ["window_too_long"]
    assert api.call("GET", BASE)[1]["total"] == 0


def test_an_estimate_comes_with_some_who_belong(api: Api) -> None:
    people(api, 10)
    status, told = api.call("POST", f"{BASE}/estimate/preview", {"condition": "plan = 'pro'"})
    assert status == 200
    assert told["estimate"] == {
        "sampled": 10, "members": 5, "total": 10, "size": 5, "low": 5, "high": 5, "exact": True,
    }  # fmt: skip
    assert {one["email"] for one in told["sample"]} == {f"p{n}@example.com" for n in (1, 3, 5, 7, 9)}
    assert api.call("POST", f"{BASE}/estimate/preview", {"condition": "plan ="})[0] == 400


def test_lists_change_through_the_stream(api: Api) -> None:
    ids = people(api, 2)
    api.call("POST", BASE, {"segment": {"id": "vips", "kind": "static"}})
    body = {"contacts": ["p0@example.com", ids[1], "nobody@example.com"]}
    status, told = api.call("POST", f"{BASE}/vips/members", body)
    assert (status, told) == (202, {"asked": 2, "unknown": ["nobody@example.com"]})
    events = [event for _, event in api.world.sink.emitted]
    assert {(e["kind"], e["name"], e["profile"]) for e in events} == {
        ("engagement", "segment_list_added", profile) for profile in ids
    }
    assert events[0]["properties"] == {"segment": "vips"}
    assert api.call("POST", f"{BASE}/vips/members/remove", {"contacts": [ids[0]]})[0] == 202
    assert api.world.sink.emitted[-1][1]["name"] == "segment_list_removed"
    api.call("POST", BASE, {"segment": PROS})
    status, refused = api.call("POST", f"{BASE}/pros/members", {"contacts": [ids[0]]})
    assert (status, refused["code"]) == (409, "not_a_list")


def test_members(api: Api) -> None:
    ids = people(api, 3)
    api.call("POST", BASE, {"segment": {"id": "vips", "kind": "static"}})
    api.members.move(TENANT, [("vips", profile, True, 1_000) for profile in ids])
    page = api.call("GET", f"{BASE}/vips/members", limit=2)[1]
    assert len(page["items"]) == 2
    assert page["items"][0]["since"] == "1970-01-01T00:16:40.000Z"
    rest = api.call("GET", f"{BASE}/vips/members", limit=2, cursor=page["cursor"])[1]
    assert (len(rest["items"]), rest["cursor"]) == (1, None)
    assert api.call("GET", f"{BASE}/vips/export")[0] == 404, "there is one export: POST /exports"


def test_history_analytics_overlap_and_suggestions(api: Api) -> None:
    people(api, 120)
    api.call("POST", BASE, {"segment": PROS})
    api.call("POST", BASE, {"segment": {"id": "twins", "condition": "plan in ['pro']"}})
    api.members.move(TENANT, [("pros", "aaaaaaaaaaaaaaaa", True, 5)])
    (day,) = api.call("GET", f"{BASE}/pros/history")[1]["items"]
    assert (day["entered"], day["size"]) == (1, 1)
    told = api.call("GET", f"{BASE}/pros/analytics")[1]
    assert (told["size"], told["estimate"]["size"], told["growth"]["entered"]) == (1, 60, 1)
    assert api.call("GET", f"{BASE}/pros/overlap", other="twins")[1]["jaccard"] == 1.0
    (found,) = api.call("GET", f"{BASE}/pros/suggestions")[1]["items"]
    assert (found["code"], found["numbers"]["segment"]) == ("overlaps", "twins")


def test_settling_again_recounts(api: Api) -> None:
    api.call("POST", BASE, {"segment": PROS})
    status, told = api.call("POST", f"{BASE}/pros/settle")
    assert (status, told["size"], told["corrected"]) == (202, 0, 0)
    assert api.call("GET", f"/api/v1/jobs/{told['job']}")[1]["kind"] == "segment"


def test_a_review_is_noted(api: Api) -> None:
    api.call("POST", BASE, {"segment": {"id": "vips", "kind": "static", "review": {"every_days": 30}}})
    status, told = api.call("POST", f"{BASE}/vips/review")
    assert (status, told["rev"], told["review"]["every_days"]) == (200, 2, 30)
    assert told["review"]["last_reviewed_at"]


def test_hints_name_the_families(api: Api) -> None:
    items = api.call("GET", f"{BASE}/hints")[1]["items"]
    assert {"demographic", "predictive"} <= {item["family"] for item in items}


def test_workflows_may_name_known_segments_only(api: Api) -> None:
    from tests.unit.publishing.stage import welcome

    drawn = welcome(filter="in segment 'pros'")
    found = api.call("POST", "/api/v1/workflows/validate", {"workflow": drawn})[1]["violations"]
    assert "unknown_segment" in [violation["code"] for violation in found]
    api.call("POST", BASE, {"segment": PROS})
    found = api.call("POST", "/api/v1/workflows/validate", {"workflow": drawn})[1]["violations"]
    assert "unknown_segment" not in [violation["code"] for violation in found]
