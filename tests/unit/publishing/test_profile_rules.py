"""Schema, computed attributes and stages are checked as a whole and saved part by part."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.errors import Conflict, ValidationFailed
from stepwell.profiles.retention import Retention
from stepwell.profiles.schema import default_lifecycle, rfm
from stepwell.publishing.profile_rules import MAX_COMPUTED, Stamp, part_of, save_profile_rules
from stepwell.publishing.profiling import save_retention
from stepwell.publishing.rules import rebuild
from stepwell.triggers.rules import TenantRules

from tests.fakes.segments import MemoryRules

ORDERS = {"name": "orders", "kind": "count", "event": "purchase", "where": "event.total > 0"}


def test_parts_are_saved_on_their_own_and_the_pass_reads_them() -> None:
    store = MemoryRules()
    save_profile_rules(store, "acme", schema={"attributes": [{"name": "tier", "choices": ["gold"]}]})
    rules = [one.model_dump(mode="json", exclude_none=True) for one in rfm()]
    save_profile_rules(store, "acme", computed=[ORDERS, *rules])
    stages = default_lifecycle().model_dump(mode="json", exclude_none=True)
    document = save_profile_rules(store, "acme", lifecycle=stages)
    assert set(document) == {"v", "schema", "computed", "lifecycle", "changes"}
    compiled = TenantRules(document)
    assert compiled.derives
    assert compiled.fold.computed.names == {"orders", "recency_days", "frequency", "monetary"}
    assert set(save_profile_rules(store, "acme", computed=[], lifecycle={})) == {"v", "schema", "changes"}


@pytest.mark.parametrize(
    "bad",
    [
        {"schema": {"attributes": [{"name": "Tier"}]}},
        {"computed": [{**ORDERS, "kind": "sum"}]},
        {"computed": [ORDERS, ORDERS]},
        {"computed": [{**ORDERS, "name": "lead_score"}]},
        {"computed": [{**ORDERS, "name": f"n{n}"} for n in range(MAX_COMPUTED + 1)]},
        {"lifecycle": {"stages": [{"name": "lead", "condition": "score >"}]}},
    ],
)
def test_what_is_wrong_is_told_with_its_place(bad: dict[str, Any]) -> None:
    store = MemoryRules()
    with pytest.raises(ValidationFailed) as told:
        save_profile_rules(store, "acme", **bad)
    assert all(violation["place"].startswith(next(iter(bad))) for violation in told.value.violations)
    assert store.read("acme") == ({}, 0)


def test_all_that_is_wrong_is_told_at_once_with_code_and_place() -> None:
    attributes: list[Any] = [
        {"name": "lead_score"},
        {"name": "event"},
        {"name": "workspace"},
        {"name": "tier", "type": "colour"},
        {"name": "tier"},
        {"nmae": "x"},
        "tier",
    ]
    stages = [{"name": "lead"}, {"name": "lead", "condition": "score >"}]
    computed = [ORDERS, {**ORDERS, "name": "lifecycle_stage"}, {**ORDERS, "name": "email"}]
    with pytest.raises(ValidationFailed) as told:
        save_profile_rules(
            MemoryRules(),
            "acme",
            schema={"attributes": attributes},
            computed=computed,
            lifecycle={"stages": stages},
        )
    found = {(one["code"], one["place"]) for one in told.value.violations}
    assert found == {
        ("reserved_name", "schema.attributes[0].name"),
        ("reserved_name", "schema.attributes[1].name"),
        ("reserved_name", "schema.attributes[2].name"),
        ("invalid_rule", "schema.attributes[3].type"),
        ("duplicate_name", "schema.attributes[4].name"),
        ("invalid_rule", "schema.attributes[5].name"),
        ("invalid_rule", "schema.attributes[5].nmae"),
        ("invalid_rule", "schema.attributes[6]"),
        ("reserved_name", "computed[1].name"),
        ("name_taken", "computed[2].name"),
        ("duplicate_name", "lifecycle.stages[1].name"),
        ("invalid_rule", "lifecycle.stages[1].condition"),
    }


def test_an_attribute_cannot_take_a_computed_one_s_name_nor_the_other_way_round() -> None:
    store = MemoryRules()
    save_profile_rules(store, "acme", computed=[ORDERS])
    with pytest.raises(ValidationFailed) as told:
        save_profile_rules(store, "acme", schema={"attributes": [{"name": "orders"}]})
    assert [one["place"] for one in told.value.violations] == ["schema.attributes[0].name"]
    save_profile_rules(store, "acme", computed=[], schema={"attributes": [{"name": "orders"}]})
    with pytest.raises(ValidationFailed) as told:
        save_profile_rules(store, "acme", computed=[ORDERS])
    assert [one["code"] for one in told.value.violations] == ["name_taken"]


def test_each_part_has_a_revision_that_other_parts_leave_alone() -> None:
    store, schema = MemoryRules(), {"attributes": [{"name": "tier"}]}
    save_profile_rules(store, "acme", schema=schema, revs={"schema": 0}, stamp=Stamp("t", "ann", "Tiers"))
    save_profile_rules(store, "acme", computed=[ORDERS], revs={"computed": 0})
    rebuild(store, "acme", segments={"x": {}})
    kept = part_of(store.read("acme")[0], "schema")
    assert (kept.rev, kept.stamp) == (1, Stamp("t", "ann", "Tiers"))
    with pytest.raises(Conflict):
        save_profile_rules(store, "acme", schema={}, revs={"schema": 0})
    assert part_of(save_profile_rules(store, "acme", schema={}, revs={"schema": 1}), "schema").body is None
    # Taken out is a revision too: who read the attributes before does not bring them back.
    assert part_of(store.read("acme")[0], "schema").rev == 2


def test_a_retention_saved_meanwhile_is_not_written_over() -> None:
    store = MemoryRules()
    save_profile_rules(store, "acme", schema={"attributes": [{"name": "tier"}]})
    save_retention(store, "acme", Retention(), {"tier": 30})
    with pytest.raises(Conflict):
        save_profile_rules(store, "acme", schema={"attributes": []}, revs={"schema": 1})
    assert part_of(store.read("acme")[0], "schema").body["attributes"][0]["retention_days"] == 30


def test_a_computed_attribute_has_no_retention() -> None:
    store = MemoryRules()
    save_profile_rules(store, "acme", computed=[ORDERS])
    with pytest.raises(ValidationFailed) as told:
        save_retention(store, "acme", Retention(), {"orders": 30})
    assert [one["place"] for one in told.value.violations] == ["orders"]
