from __future__ import annotations

from datetime import UTC, datetime, timedelta

from stepwell.profiles.matching.reviews import Review, Verdict, settle

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def said(left: str, right: str, verdict: Verdict, hours: int = 0) -> Review:
    return Review(left, right, verdict, "kim", MONDAY + timedelta(hours=hours))


def test_the_last_verdict_stands_whichever_way_round_the_pair_was_named() -> None:
    settled = settle([said("b", "a", Verdict.DIFFERENT, 2), said("a", "b", Verdict.SAME, 1)])

    assert settled.different == {("a", "b")}
    assert settled.same == frozenset()


def test_who_becomes_unsure_puts_the_pair_back_into_the_queue() -> None:
    settled = settle([said("a", "b", Verdict.SAME), said("a", "b", Verdict.UNSURE, 1)])

    assert (settled.same, settled.different) == (frozenset(), frozenset())


def test_of_two_verdicts_at_once_the_careful_one_stands() -> None:
    both = [said("a", "b", Verdict.DIFFERENT), said("a", "b", Verdict.SAME)]

    assert settle(both) == settle(reversed(both))
    assert settle(both).different == {("a", "b")}
