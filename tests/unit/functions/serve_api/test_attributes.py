"""The schema registry, computed attributes and lifecycle stages over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from stepwell.profiles.schema import BUILT_IN
from stepwell.triggers.rules import TenantRules

from tests.fakes.publishing import TENANT

from .conftest import Api

TIER = {"name": "tier", "type": "text", "choices": ["free", "paid"]}
AGE = {"name": "age", "family": "demographic", "type": "text"}
SPENT = {"name": "spent", "kind": "sum", "event": "purchase", "property": "total", "where": "event.total > 1"}
STAGES = {"stages": [{"name": "subscriber"}, {"name": "customer", "condition": "did(purchase)"}]}
PUT = {
    "/attributes": {"schema": {"attributes": [TIER]}},
    "/computed-attributes": {"computed": [SPENT]},
    "/lifecycle": {"lifecycle": STAGES},
}


def rules(api: Api) -> Mapping[str, Any]:
    return dict(api.wired.rules.rules.read(TENANT)[0])


def test_attributes_are_listed_with_the_built_in_ones_marked(api: Api) -> None:
    empty = api.ok("GET", "/attributes", limit=200)
    assert empty["total"] == len(BUILT_IN)
    assert all(one["built_in"] and not one["replaces_built_in"] for one in empty["items"])
    assert (empty["rev"], empty["unknown"], empty["region"]) == (0, "accept", None)
    schema = {"attributes": [TIER, AGE], "unknown": "reject", "region": "DE"}
    saved = api.ok("PUT", "/attributes", {"schema": schema, "rev": 0, "note": "Tiers"})
    assert (saved["rev"], saved["updated_by"], saved["note"]) == (1, "ann", "Tiers")
    assert [one["name"] for one in saved["schema"]["attributes"]] == ["tier", "age"]
    told = api.ok("GET", "/attributes", limit=200)
    by_name = {one["name"]: one for one in told["items"]}
    assert told["total"] == len(BUILT_IN) + 1
    assert (told["rev"], told["unknown"], told["region"]) == (1, "reject", "DE")
    assert (by_name["tier"]["built_in"], by_name["tier"]["replaces_built_in"]) == (False, False)
    assert (by_name["age"]["type"], by_name["age"]["replaces_built_in"]) == ("text", True)
    assert by_name["email"]["pii"]


def test_attributes_are_filtered_sorted_and_paged(api: Api) -> None:
    api.ok("PUT", "/attributes", {"schema": {"attributes": [TIER, AGE]}, "rev": 0})

    def names(**query: Any) -> list[str]:
        return [one["name"] for one in api.ok("GET", "/attributes", **query)["items"]]

    assert names(origin="own") == ["age", "tier"]
    assert names(family="custom", type="text") == ["tier", "verification"]
    assert names(q="technolog") == ["technologies", "technology_stack"]
    assert names(origin="built_in", type="phone") == ["phone"]
    first = api.ok("GET", "/attributes", family="firmographic", order="desc", limit=7)
    rest = names(family="firmographic", order="desc", cursor=first["cursor"])
    assert first["total"] == 7 + len(rest)
    both = [one["name"] for one in first["items"]] + rest
    assert both == sorted(both, reverse=True)
    assert api.call("GET", "/api/v1/attributes", family="astral")[0] == 422


def test_what_is_saved_is_what_the_pass_reads(api: Api) -> None:
    for path, body in PUT.items():
        api.ok("PUT", path, {**body, "rev": 0})
    compiled = TenantRules(rules(api))
    assert compiled.fold.computed.names == {"spent"}
    assert compiled.derives
    assert api.ok("GET", "/lifecycle")["lifecycle"]["stages"][0] == {"name": "subscriber"}
    (spent,) = api.ok("GET", "/computed-attributes")["computed"]
    # What was read can be pushed as it is.
    again = api.ok("PUT", "/computed-attributes", {"computed": [spent], "rev": 1})
    assert again["computed"] == [spent]
    assert api.ok("PUT", "/computed-attributes", {"computed": [], "rev": 2})["computed"] == []
    told = api.ok("PUT", "/lifecycle", {"lifecycle": {"stages": []}, "rev": 1})
    assert (told["lifecycle"], told["rev"]) == ({"stages": []}, 2)
    assert not {"computed", "lifecycle"} & set(rules(api))


@pytest.mark.parametrize("path", PUT)
def test_who_read_an_older_revision_is_refused(api: Api, path: str) -> None:
    body = {**PUT[path], "rev": 0}
    api.ok("PUT", path, body)
    status, told = api.call("PUT", f"/api/v1{path}", body)
    assert (status, told["code"]) == (409, "stale_rev")
    assert api.ok("GET", path)["rev"] == 1
    # The other two are documents of their own.
    for other in PUT.keys() - {path}:
        assert api.ok("GET", other)["rev"] == 0
    assert api.call("PUT", f"/api/v1{path}", PUT[path])[0] == 422


@pytest.mark.parametrize("path", PUT)
def test_publishers_change_them_viewers_read_and_it_is_audited(api: Api, path: str) -> None:
    body = {**PUT[path], "rev": 0, "note": "Why"}
    assert api.call("PUT", f"/api/v1{path}", body, role="editor")[0] == 403
    api.ok("PUT", path, body, role="publisher")
    assert api.ok("GET", path, role="viewer")["note"] == "Why"
    (entry,) = api.ok("GET", "/audit", action=path[1:])["items"]
    assert (entry["action"], entry["details"]) == (f"{path[1:]}.saved", {"rev": 1, "note": "Why"})
    assert api.ok("GET", path, tenant="other")["rev"] == 0


def test_all_violations_come_at_once_with_code_and_place(api: Api) -> None:
    attributes = [{"name": "lead_score"}, {"name": "event"}, {**TIER, "type": "colour"}]
    status, told = api.call("PUT", "/api/v1/attributes", {"schema": {"attributes": attributes}, "rev": 0})
    assert (status, told["code"]) == (422, "validation_failed")
    assert [(one["code"], one["place"]) for one in told["details"]["violations"]] == [
        ("reserved_name", "schema.attributes[0].name"),
        ("reserved_name", "schema.attributes[1].name"),
        ("invalid_rule", "schema.attributes[2].type"),
    ]
    assert rules(api) == {}
