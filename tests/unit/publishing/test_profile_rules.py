"""Schema, computed attributes and stages are checked as a whole and saved part by part."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.errors import ValidationFailed
from stepwell.profiles.schema import default_lifecycle, rfm
from stepwell.publishing.profile_rules import MAX_COMPUTED, save_profile_rules
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
    assert set(document) == {"v", "schema", "computed", "lifecycle"}
    compiled = TenantRules(document)
    assert compiled.derives
    assert compiled.fold.computed.names == {"orders", "recency_days", "frequency", "monetary"}
    assert set(save_profile_rules(store, "acme", computed=[], lifecycle={})) == {"v", "schema"}


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
