"""Member rows and sizes: the fake and the adapter behave alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.adapters.items.segments import SHARDS, shard_of
from stepwell.adapters.segment_members import DynamoSegmentMembers
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.ids import profile_id
from stepwell.errors import InvalidInput

from tests.contract.conftest import Emulator
from tests.fakes import World
from tests.fakes.segments import MemorySegmentMembers
from tests.fakes.table import MemoryTable
from tests.fakes.world import START

T = "acme"
PEOPLE = [profile_id(T, "user", str(number)) for number in range(60)]
SINCE = int(START.timestamp())


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(params=["memory", "dynamo"])
def members(request: pytest.FixtureRequest, clock: ManualClock) -> Any:
    if request.param == "memory":
        world = World()
        config = MemoryTable("config", world, world.bill)
        return MemorySegmentMembers(world.profiles_table, config, clock)
    emulator: Emulator = request.getfixturevalue("emulator")
    return DynamoSegmentMembers(emulator.table("profiles"), emulator.table("config"), clock)


def entered(*profiles: str, segment: str = "vips") -> list[tuple[str, str, bool, int]]:
    return [(segment, profile, True, SINCE) for profile in profiles]


def left(*profiles: str, segment: str = "vips") -> list[tuple[str, str, bool, int]]:
    return [(segment, profile, False, SINCE + 60) for profile in profiles]


def pages(members: Any, limit: int, segment: str = "vips") -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = members.page(T, segment, cursor, limit)
        assert len(page) <= limit
        found += [member.profile for member in page]
        if cursor is None:
            return found


def test_moves_are_written_and_counted_once(members: Any) -> None:
    members.move(T, entered(*PEOPLE[:3]))
    members.move(T, entered(*PEOPLE[:3]))
    members.move(T, left(PEOPLE[0]))
    members.move(T, left(PEOPLE[0], PEOPLE[9]))
    assert set(pages(members, 10)) == set(PEOPLE[1:3])
    assert members.sizes(T, ["vips", "none"]) == {"vips": 2, "none": 0}
    assert members.count(T, "vips") == 2
    (today,) = members.history(T, "vips", 30)
    assert (today.day, today.entered, today.left, today.size) == (START.date(), 3, 1, 2)


def test_a_member_keeps_the_time_of_its_entry(members: Any) -> None:
    members.move(T, entered(PEOPLE[0]))
    members.move(T, [("vips", PEOPLE[0], True, SINCE + 999)])
    (found,), _ = members.page(T, "vips", None, 10)
    assert tuple(found) == (PEOPLE[0], SINCE)


def test_in_and_out_and_in_again_in_one_call(members: Any) -> None:
    members.move(T, [*entered(PEOPLE[0]), *left(PEOPLE[0]), *entered(PEOPLE[0])])
    assert pages(members, 5) == [PEOPLE[0]]
    assert members.sizes(T, ["vips"]) == {"vips": 1}


@pytest.mark.parametrize("limit", [1, 7, 60, 500])
def test_pages_hold_everybody_once(members: Any, limit: int) -> None:
    members.move(T, entered(*PEOPLE))
    found = pages(members, limit)
    assert sorted(found) == sorted(PEOPLE)


def test_tenants_and_segments_are_apart(members: Any) -> None:
    members.move(T, [*entered(PEOPLE[0]), *entered(PEOPLE[1], segment="others")])
    members.move("other", entered(PEOPLE[2]))
    assert pages(members, 9) == [PEOPLE[0]]
    assert pages(members, 9, "others") == [PEOPLE[1]]
    assert members.contains(T, "vips", PEOPLE[:3]) == {PEOPLE[0]}


def test_a_cursor_fits_its_own_list_only(members: Any) -> None:
    members.move(T, [*entered(*PEOPLE), *entered(*PEOPLE, segment="others")])
    _, cursor = members.page(T, "vips", None, 5)
    with pytest.raises(InvalidInput):
        members.page(T, "others", cursor, 5)


def test_history_tells_each_days_end(members: Any, clock: ManualClock) -> None:
    members.move(T, entered(*PEOPLE[:10]))
    clock.advance(timedelta(days=2))
    members.move(T, [*left(*PEOPLE[:4]), *entered(*PEOPLE[20:21])])
    clock.advance(timedelta(days=1))
    members.move(T, entered(*PEOPLE[30:35]))
    history = members.history(T, "vips", 30)
    assert [(h.entered, h.left, h.size) for h in history] == [(10, 0, 10), (1, 4, 7), (5, 0, 12)]
    assert [h.size for h in members.history(T, "vips", 1)] == [7, 12]


def test_a_recount_mends_what_drifted(members: Any) -> None:
    members.move(T, entered(*PEOPLE[:5]))
    members._add(T, "vips", 3, 0)
    assert members.sizes(T, ["vips"]) == {"vips": 8}
    assert members.recount(T, "vips") == (5, -3)
    assert members.recount(T, "vips") == (5, 0)
    assert members.sizes(T, ["vips"]) == {"vips": 5}
    (today,) = members.history(T, "vips", 2)
    assert (today.corrected, today.size) == (-3, 5)


def test_a_deleted_segment_leaves_nothing(members: Any) -> None:
    members.move(T, [*entered(*PEOPLE), *entered(PEOPLE[0], segment="others")])
    assert members.clear(T, "vips") == 60
    assert (pages(members, 9), members.history(T, "vips", 9)) == ([], [])
    assert pages(members, 9, "others") == [PEOPLE[0]]


def test_shards_grow_alike() -> None:
    many = [profile_id(T, "user", f"u{number}") for number in range(3_200)]
    counts = [0] * SHARDS
    for profile in many:
        counts[shard_of(profile)] += 1
    assert min(counts) > 140
    assert max(counts) < 270
