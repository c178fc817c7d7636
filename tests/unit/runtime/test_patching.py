"""Patches of a cohort: once a visit, one bad contact alone."""

from __future__ import annotations

from stepwell.contracts.fields import fields
from stepwell.runtime.patching import patch_profiles
from stepwell.workflows.nodes.base import PatchProfile

from tests.unit.runtime.kitchen import TENANT, Kitchen, person


def test_fields_change_once_a_visit_however_often_the_task_runs() -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n, score=1) for n in range(3)]
    kitchen.store(members[:2])
    work = [
        (m, PatchProfile(set={"plan": "pro"}, add={"score": 10}, clamp={"score": (0, 100)})) for m in members
    ]
    for _ in range(2):
        result = patch_profiles(kitchen.context(), work)
        assert result.outcomes == {
            members[0].token.id: ("next", ""),
            members[1].token.id: ("next", ""),
            members[2].token.id: ("failed", "not_found"),
        }
    stored = kitchen.world.profiles.get(TENANT, [person(0)])[person(0)]
    assert stored.traits["plan"] == "pro"
    assert stored.traits["score"] == 11


def test_two_branches_of_one_contact_both_count() -> None:
    kitchen = Kitchen()
    members = [kitchen.member(0, branch=branch, score=1) for branch in ("/p.0", "/p.1")]
    kitchen.store(members[:1])
    result = patch_profiles(kitchen.context(), [(m, PatchProfile(add={"score": 10})) for m in members])
    assert set(result.outcomes.values()) == {("next", "")}
    assert kitchen.world.profiles.get(TENANT, [person(0)])[person(0)].traits["score"] == 21


def test_points_count_once_and_have_the_pass_look_at_thresholds_each_time() -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(2)]
    kitchen.store(members[:1])
    context = kitchen.context()
    for _ in range(2):
        result = patch_profiles(context, [(m, PatchProfile(points={"lead": 40})) for m in members])
        assert [result.outcomes[m.token.id] for m in members] == [("next", ""), ("failed", "not_found")]
    stored = kitchen.world.profiles.get(TENANT, [person(0)])[person(0)]
    assert fields(stored, context.moment.now)["lead_score"] == 140
    told = [event for _, event in kitchen.world.sink.emitted]
    assert [(e["name"], e["kind"], e["profile"]) for e in told] == [("profile_due", "timer", person(0))] * 2
    assert len({e["message_id"] for e in told}) == 1
