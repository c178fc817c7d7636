"""Timelines through the API."""

from __future__ import annotations

from datetime import timedelta

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api
from tests.unit.publishing.stage import person


def test_the_newest_come_from_the_profile_and_the_lake_is_asked_on_request(api: Api) -> None:
    now = api.world.clock.now()
    recent = tuple((f"e{n}", (now - timedelta(hours=3 - n)).timestamp(), {"n": n}) for n in range(3))
    ann = person(1).evolve(recent=recent, aliases=("b" * 16,))
    api.world.profiles.put(TENANT, [ann])
    path = f"/api/v1/contacts/{ann.id}/timeline"
    status, told = api.call("GET", path, role="viewer", limit=2)
    assert (status, [one["name"] for one in told["items"]]) == (200, ["e2", "e1"])
    assert told["query"] == "" and told["before"] == told["items"][-1]["at"]

    queries = api.wired.lake.queries
    queries.answers += [None]
    _, told = api.call("GET", path, older="true")
    assert told["state"] == "still_running" and len(told["items"]) == 3
    assert ann.id in queries.statements[0] and "b" * 16 in queries.statements[0]
    at = int((now - timedelta(days=3)).timestamp() * 1000)
    row = {"at_ms": at, "id": "m1", "name": "old", "source": "shop", "properties": '{"a":1}', "kind": "track"}
    queries.answers[0] = [row, row]
    _, told = api.call("GET", path, older="true", query=told["query"])
    assert [one["name"] for one in told["items"]] == ["e2", "e1", "e0", "old"]
    assert told["items"][-1]["properties"] == {"a": 1} and told["before"] is None


def test_a_bad_time_and_too_many_days(api: Api) -> None:
    ann = person(1)
    api.world.profiles.put(TENANT, [ann])
    assert api.call("GET", f"/api/v1/contacts/{ann.id}/timeline", before="soon")[1]["code"] == "bad_time"
    body = {"first": "2026-01-01", "last": "2026-03-01"}
    assert api.call("POST", "/api/v1/lake/days", body)[1]["code"] == "bad_days"
    status, told = api.call("POST", "/api/v1/lake/days", {"first": "2026-01-01", "last": "2026-01-02"})
    assert (status, len(told["jobs"])) == (202, 2)


def test_a_contact_tells_who_told_what_and_since_when_it_is_where(api: Api) -> None:
    ann = person(1).evolve(
        traits={"plan": "pro", "city": "Rome"},
        stamps={"plan": (-1_700_000_000_000, "shop")},
        segments={"vip": 1_700_000_000},
    )
    api.world.profiles.put(TENANT, [ann])
    _, told = api.call("GET", f"/api/v1/contacts/{ann.id}", role="viewer")
    at = "2023-11-14T22:13:20.000Z"
    assert told["attributes"] == [
        {"name": "city", "value": "Rome", "told_at": None, "source": ""},
        {"name": "plan", "value": "pro", "told_at": at, "source": "shop"},
    ]
    assert told["memberships"] == [{"segment": "vip", "since": at}]
