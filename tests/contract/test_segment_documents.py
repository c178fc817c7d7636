"""The pass's rules, and samples of contacts: the fakes and the adapters behave alike."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.adapters.dynamo_profiles import DynamoProfiles
from stepwell.adapters.profile_sample import DynamoProfileSample
from stepwell.adapters.rules_store import DynamoRules
from stepwell.adapters.workspace_store import DynamoWorkspaces
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.publishing.rules import rebuild

from tests.contract.conftest import Emulator
from tests.fakes.publishing import Office
from tests.fakes.segments import MemoryRules, MemorySample
from tests.fakes.world import START

T = "acme"


@pytest.fixture(params=["memory", "dynamo"])
def rules(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return MemoryRules()
    emulator: Emulator = request.getfixturevalue("emulator")
    return DynamoRules(emulator.table("config"), ManualClock(START))


def test_parts_are_replaced_one_by_one(rules: Any) -> None:
    assert rules.read(T) == ({}, 0)
    rebuild(rules, T, segments={"a": {"id": "a"}})
    rebuild(rules, T, scores={"lead": {}})
    document, rev = rules.read(T)
    assert (document, rev) == ({"v": 1, "segments": {"a": {"id": "a"}}, "scores": {"lead": {}}}, 2)
    rebuild(rules, T, scores=None)
    assert rules.read(T) == ({"v": 1, "segments": {"a": {"id": "a"}}}, 3)
    rebuild(rules, T, segments={"a": {"id": "a"}})
    assert rules.read(T)[1] == 3, "the same once more is no write"
    assert rules.read("other") == ({}, 0)


def test_who_read_an_older_revision_does_not_write(rules: Any) -> None:
    assert rules.write(T, {"v": 1}, 0)
    assert not rules.write(T, {"v": 1, "x": 1}, 0)
    assert not rules.write(T, {"v": 1, "x": 1}, 2)
    assert rules.write(T, {"v": 1, "x": 1}, 1)


def test_the_pass_reads_what_was_written(emulator: Emulator) -> None:
    table = emulator.table("config")
    rebuild(DynamoRules(table, ManualClock(START)), T, segments={"a": {"id": "a"}})
    assert DynamoWorkspaces(table).rules(T)["segments"] == {"a": {"id": "a"}}


def everybody(number: int) -> list[Profile]:
    return [Profile(profile_id(T, "user", str(n)), traits={"n": n}) for n in range(number)]


@pytest.mark.parametrize("kind", ["memory", "dynamo"])
def test_a_small_workspace_is_its_own_sample(request: pytest.FixtureRequest, kind: str) -> None:
    if kind == "memory":
        office = Office()
        office.add(*everybody(30))
        sample = MemorySample(office.pages).sample(T, 100)
    else:
        emulator: Emulator = request.getfixturevalue("emulator")
        table = emulator.table("profiles")
        profiles = DynamoProfiles(table)
        profiles.put(T, everybody(30))
        profiles.put("other", everybody(3))
        profiles.link(T, {profile_id(T, "user", "pointer"): everybody(1)[0].id})
        sample = DynamoProfileSample(table).sample(T, 100)
    assert (len(sample.profiles), sample.share) == (30, 1.0)


def test_a_sample_is_cut_to_its_size(emulator: Emulator) -> None:
    table = emulator.table("profiles")
    DynamoProfiles(table).put(T, everybody(60))
    sample = DynamoProfileSample(table).sample(T, 20)
    assert len(sample.profiles) == 20
    assert sample.share == pytest.approx(1 / 3)


class Big:
    """A table of many pages: what a scan of one part answers depends on the part alone."""

    name = "profiles"

    def __init__(self, contacts: int) -> None:
        self.contacts = contacts
        self.asked: list[tuple[int, int]] = []
        self.client = self

    def scan(self, **request: Any) -> dict[str, Any]:
        parts, number = request.get("TotalSegments", 1), request.get("Segment", 0)
        self.asked.append((number, parts))
        here = len(range(number, self.contacts, parts))
        items = [self.item(number + parts * n) for n in range(min(here, 700))]
        return {"Items": items, **({"LastEvaluatedKey": {"pk": {"S": "x"}}} if here > 700 else {})}

    @staticmethod
    def item(n: int) -> dict[str, Any]:
        from stepwell.adapters.items.profiles import encode_profile
        from stepwell.adapters.items.wire import to_wire

        return to_wire(encode_profile(T, Profile(profile_id(T, "user", str(n))), rev=1))


@pytest.mark.parametrize("contacts", [3_000, 90_000, 900_000])
def test_a_sample_of_many_reads_whole_parts(contacts: int) -> None:
    table = Big(contacts)
    sample = DynamoProfileSample(table, monotonic=lambda: 0.0).sample(T, 500)  # type: ignore[arg-type]
    assert 450 <= len(sample.profiles) <= 500
    assert len(sample.profiles) / sample.share == pytest.approx(contacts, rel=0.1)
    assert len(table.asked) < 260
    assert len(set(table.asked)) == len(table.asked)
