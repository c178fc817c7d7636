"""Segments as people work on them, and how everybody is asked about a new one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.errors import Conflict, InvalidInput, NotFound, ValidationFailed
from stepwell.publishing import segment_looking as looking
from stepwell.publishing import segments
from stepwell.publishing.ports import Known
from stepwell.publishing.records import Move
from stepwell.publishing.segment_settling import settle
from stepwell.publishing.selecting import select
from stepwell.runtime.broadcast import Command
from stepwell.segments.compiled import CompiledSegments

from tests.fakes.publishing import TENANT, Office
from tests.fakes.segments import segment_ports

PROS = {"id": "pros", "name": "Pros", "condition": "plan = 'pro'"}


class Desk(Office):
    def __init__(self) -> None:
        super().__init__()
        self.segments = segment_ports(self.ports, self.members)

    def create(self, document: dict[str, Any]) -> segments.SegmentRecord:
        return segments.create(self.segments, TENANT, document, "ann")

    def forms(self) -> dict[str, dict[str, Any]]:
        return dict(self.segments.rules.read(TENANT)[0].get("segments", {}))

    def people(self, number: int) -> list[Profile]:
        found = [
            Profile(
                profile_id(TENANT, "user", str(n)),
                traits={"plan": "pro" if n % 4 == 0 else "free", "email": f"p{n}@example.com"},
            )
            for n in range(number)
        ]
        self.add(*found)
        return found

    def settle(self) -> int:
        """Carry out what is queued; return how many messages that took."""
        rounds = 0
        while self.moves.queue:
            move, _ = self.moves.queue.pop(0)
            assert isinstance(move, Move)
            settle(self.segments, self.world.sink, move)
            rounds += 1
        return rounds


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_new_segment_is_in_the_rules_and_everybody_is_asked(desk: Desk) -> None:
    people = desk.people(10)
    desk.create(PROS)
    assert desk.forms()["pros"]["kind"] == "dynamic"
    quiet = desk.forms()["pros"]["quiet_until"]
    assert quiet > desk.world.clock.now().timestamp()
    desk.settle()
    told = [event for _, event in desk.world.sink.emitted]
    assert {event["profile"] for event in told} == {p.id for p in people if p.traits["plan"] == "pro"}
    assert {(event["kind"], event["name"]) for event in told} == {("timer", "profile_due")}
    record = segments.read(desk.segments, TENANT, "pros")
    assert record.settled
    assert record.edited == 1
    assert desk.forms()["pros"]["quiet_until"] < quiet
    (job,) = desk.jobs.of_workflow(TENANT, "segment/pros", 9)
    assert (job.state, job.counts) == ("done", {"asked": 10, "told": 3})


def test_who_belongs_rightly_is_left_alone(desk: Desk) -> None:
    one, two = desk.people(2)
    stored = desk.world.profiles.get(TENANT, [one.id])[one.id]
    desk.world.profiles.put(TENANT, [stored.evolve(segments={"pros": 5})])
    desk.create(PROS)
    desk.settle()
    assert desk.world.sink.emitted == []
    assert two.traits["plan"] == "free"


def test_settling_takes_as_many_messages_as_needed(desk: Desk) -> None:
    desk.people(4_100)
    desk.create(PROS)
    assert desk.settle() == 2
    assert len(desk.world.sink.emitted) == 1_025
    (job,) = desk.jobs.of_workflow(TENANT, "segment/pros", 9)
    assert job.counts == {"asked": 4_100, "told": 1_025}


def test_a_newer_edition_ends_the_settling_of_the_older(desk: Desk) -> None:
    desk.people(3)
    desk.create(PROS)
    older = desk.moves.queue.pop()
    segments.update(desk.segments, TENANT, "pros", {**PROS, "condition": "plan = 'free'"}, 1, "bob")
    newer = desk.moves.queue.pop()
    desk.moves.queue.append(older)
    desk.settle()
    assert desk.world.sink.emitted == []
    assert not segments.read(desk.segments, TENANT, "pros").settled
    desk.moves.queue.append(newer)
    desk.settle()
    assert segments.read(desk.segments, TENANT, "pros").settled


def test_existing_members_trigger_only_where_that_is_wanted(desk: Desk) -> None:
    desk.create({**PROS, "trigger_existing": True})
    desk.create({"id": "frees", "condition": "plan = 'free'"})
    desk.create(
        {"id": "both", "condition": "in segment 'frees' or in segment 'pros'", "trigger_existing": True}
    )
    assert "quiet_until" not in desk.forms()["pros"]
    assert "quiet_until" in desk.forms()["both"], "quiet is handed on by what is referred to"
    assert CompiledSegments(desk.forms().values()).properties == frozenset()


def test_a_new_name_asks_nobody(desk: Desk) -> None:
    desk.create(PROS)
    desk.settle()
    before = desk.forms()
    changed = segments.update(desk.segments, TENANT, "pros", {**PROS, "name": "Pro users"}, 1, "bob")
    assert (changed.edited, changed.segment.name, changed.updated_by) == (2, "Pro users", "bob")
    assert desk.moves.queue == []
    assert desk.forms() == before


def test_who_read_an_older_edition_is_refused(desk: Desk) -> None:
    desk.create(PROS)
    segments.update(desk.segments, TENANT, "pros", {**PROS, "name": "A"}, 1, "bob")
    with pytest.raises(Conflict) as refused:
        segments.update(desk.segments, TENANT, "pros", {**PROS, "name": "B"}, 1, "ann")
    assert (refused.value.code, refused.value.details) == ("stale_rev", {"rev": 2})
    with pytest.raises(Conflict):
        segments.delete(desk.segments, TENANT, "pros", 1, "ann")


def test_a_broken_segment_is_not_saved(desk: Desk) -> None:
    desk.inventory.what = Known(fields={"plan": "text"})
    with pytest.raises(ValidationFailed) as failed:
        desk.create({"id": "a", "condition": "plann = 'x' and in segment 'none'"})
    assert [v["code"] for v in failed.value.violations] == ["unknown_field", "unknown_segment"]
    assert desk.forms() == {}
    with pytest.raises(NotFound):
        segments.read(desk.segments, TENANT, "a")


def test_ids_are_taken_once_and_kinds_stay(desk: Desk) -> None:
    desk.create(PROS)
    with pytest.raises(Conflict, match="already"):
        desk.create(PROS)
    with pytest.raises(Conflict) as refused:
        segments.update(desk.segments, TENANT, "pros", {"id": "pros", "kind": "static"}, 1, "ann")
    assert refused.value.code == "kind_changed"


def test_a_segment_in_use_is_not_deleted(desk: Desk) -> None:
    desk.create(PROS)
    desk.create({"id": "top", "condition": "not in segment 'pros'"})
    with pytest.raises(Conflict) as refused:
        segments.delete(desk.segments, TENANT, "pros", 1, "ann")
    assert refused.value.details == {"used_by": ["segment/top"]}
    segments.delete(desk.segments, TENANT, "top", 1, "ann")
    desk.members.move(TENANT, [("pros", "aaaaaaaaaaaaaaaa", True, 5)])
    segments.delete(desk.segments, TENANT, "pros", 1, "ann")
    assert desk.forms() == {}
    assert desk.members.count(TENANT, "pros") == 0


def test_lists_are_found_by_text_kind_and_tag(desk: Desk) -> None:
    desk.create({**PROS, "tags": ["money"]})
    desk.create({"id": "vips", "kind": "static", "name": "Zebra", "use_case": "event_targeting"})
    desk.members.move(TENANT, [("vips", "aaaaaaaaaaaaaaaa", True, 5)])

    def found(**asked: Any) -> list[str]:
        shown, _ = segments.search(desk.segments, TENANT, **asked)
        return [record.segment.id for record in shown.items]

    assert found() == ["pros", "vips"]
    assert found(sort="size", descending=True) == ["vips", "pros"]
    assert found(text="zeb") == ["vips"]
    assert found(kind="static") == ["vips"]
    assert found(tag="money") == ["pros"]
    assert found(use_case="event_targeting") == ["vips"]
    assert segments.search(desk.segments, TENANT)[1] == {"pros": 0, "vips": 1}


def test_preview_estimates_what_is_not_saved(desk: Desk) -> None:
    desk.people(100)
    from stepwell.conditions import parse

    found, members = looking.preview(desk.segments, TENANT, "", parse("plan = 'pro'"))
    assert (found.sampled, found.members, found.size, found.exact) == (100, 25, 25, True)
    assert len(members) == looking.PREVIEW
    assert {"profile", "email", "name"} == set(members[0])


def test_a_sample_of_many_says_how_sure_it_is(desk: Desk) -> None:
    desk.people(3_000)
    from stepwell.conditions import parse

    found, _ = looking.preview(desk.segments, TENANT, "", parse("plan = 'pro'"))
    assert not found.exact
    assert (found.sampled, found.total) == (2_000, 3_000)
    assert found.low <= 750 <= found.high
    assert found.high - found.low < 150


def test_audiences_of_a_segment_are_read_from_its_rows(desk: Desk) -> None:
    people = desk.people(12)
    pros = [p.id for p in people if p.traits["plan"] == "pro"]
    stored = desk.world.profiles.get(TENANT, pros)
    desk.world.profiles.put(TENANT, [p.evolve(segments={"pros": 5}) for p in stored.values()])
    desk.members.move(TENANT, [("pros", profile, True, 5) for profile in [*pros, people[1].id]])
    desk.inventory.what = Known(segments=frozenset({"pros"}))

    def chosen(audience: dict[str, Any]) -> set[str]:
        command = Command(TENANT, "welcome", audience)
        return set(select(desk.ports, desk.world.profiles, command, lambda _: b""))

    # Who has left at this moment is still a row: the profile decides.
    assert chosen({"kind": "segment", "segment": "pros"}) == set(pros)
    text = f"email = '{people[4].email}'"
    assert chosen({"kind": "segment", "segment": "pros", "text": text}) == {people[4].id}
    reads = desk.world.reads
    assert chosen({"kind": "condition", "text": f"in segment 'pros' and {text}"}) == {people[4].id}
    assert desk.world.reads - reads < 12 + len(pros) + 10
    assert chosen({"kind": "condition", "text": "plan = 'free'"}) == {p.id for p in people} - set(pros)


def test_members_are_shown_page_by_page(desk: Desk) -> None:
    people = desk.people(3)
    desk.create({"id": "vips", "kind": "static"})
    desk.members.move(TENANT, [("vips", p.id, True, 1_000) for p in people])
    page, cursor = looking.members(desk.segments, desk.world.profiles, TENANT, "vips", limit=2, cursor=None)
    assert len(page) == 2
    assert "traits" not in page[0], "fields are for exports, which are noted"
    assert page[0]["since"].timestamp() == 1_000
    rest, cursor = looking.members(desk.segments, desk.world.profiles, TENANT, "vips", limit=2, cursor=cursor)
    assert (len(rest), cursor) == (1, None)
    with pytest.raises(InvalidInput):
        looking.members(desk.segments, desk.world.profiles, TENANT, "vips", limit=2, cursor="other/x|1")


def test_analytics_compare_members_with_everybody(desk: Desk) -> None:
    desk.people(40)
    desk.create(PROS)
    desk.members.move(TENANT, [("pros", "aaaaaaaaaaaaaaaa", True, 5), ("pros", "baaaaaaaaaaaaaaa", True, 5)])
    desk.world.clock.advance(timedelta(days=1))
    desk.members.move(TENANT, [("pros", "aaaaaaaaaaaaaaaa", False, 5)])
    told = looking.analytics(desk.segments, TENANT, "pros", 30)
    assert told["size"] == 1
    assert told["growth"] == {"days": 30, "entered": 2, "left": 1, "net_a_day": 0.033}
    assert [day["size"] for day in told["history"]] == [2, 1]
    assert (told["members"]["sampled"], told["everybody"]["sampled"]) == (10, 40)


def test_overlap_and_suggestions_name_their_numbers(desk: Desk) -> None:
    desk.people(200)
    desk.create(PROS)
    desk.create({"id": "twins", "condition": "plan in ['pro', 'x']"})
    desk.create({"id": "all", "condition": "email exists and plan != 'zzz'"})
    desk.create({"id": "nobody", "condition": "plan = 'zzz'"})
    found = looking.overlapping(desk.segments, TENANT, "pros", "all")
    assert (found["first"], found["second"], found["both"], found["of_first"]) == (50, 200, 50, 1.0)

    def codes(segment: str) -> set[str]:
        return {s.code for s in looking.improvements(desk.segments, TENANT, segment)}

    assert codes("pros") == {"overlaps"}
    assert codes("all") == {"covers_nearly_all", "part_always_true"}
    assert codes("nobody") == {"empty"}
    (overlaps,) = looking.improvements(desk.segments, TENANT, "pros")
    assert overlaps.numbers == {"segment": "twins", "both": 50, "first": 50, "second": 50}


def test_a_list_is_due_for_review(desk: Desk) -> None:
    desk.create({"id": "vips", "kind": "static", "review": {"every_days": 30}})
    assert looking.improvements(desk.segments, TENANT, "vips") == []
    desk.world.clock.advance(timedelta(days=31))
    (due,) = looking.improvements(desk.segments, TENANT, "vips")
    assert (due.code, due.place) == ("review_due", "review")
