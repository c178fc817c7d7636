"""The query by hand and the generated one, which are measured against each other, answer alike."""

from __future__ import annotations

from stepwell.conditions import parse

from bench.bulk import NOW, RULES, by_hand, crowd
from jobs.evaluate_segments.evaluating import query


def test_both_queries_answer_alike_and_tell_people_apart() -> None:
    frames = crowd(2_000)
    conditions = {segment: parse(text) for segment, text in RULES.items()}
    ours = query(frames, conditions, NOW).collect().sort("profile")
    theirs = by_hand(frames).collect().select(ours.columns).sort("profile")
    assert ours.equals(theirs)
    for segment in RULES:
        assert 0 < ours[segment].sum() < ours.height, segment
