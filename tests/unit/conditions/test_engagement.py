"""The engagement score's promises: its range, its anchors, and what moves it which way."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.conditions import Engagement, EngagementKind, Facts, engagement_score

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
kinds = st.sampled_from(["delivered", "opens", "clicks", "visits"])
histories = st.lists(st.tuples(kinds, st.integers(0, 400)), max_size=30)


def after(events: list[tuple[EngagementKind, float]]) -> Engagement:
    engagement = Engagement()
    for kind, days_ago in events:
        engagement = engagement.with_event(kind, NOW - timedelta(days=days_ago))
    return engagement


def score(engagement: Engagement, now: datetime = NOW) -> float:
    return engagement_score(Facts(profile={}, engagement=engagement), now)


def test_without_data_it_is_zero() -> None:
    assert score(Engagement()) == 0.0


@pytest.mark.parametrize("days", [0, 3, 10, 20, 30])
def test_two_recent_mails_opened_and_clicked_exceed_the_templates_bar(days: int) -> None:
    mails: list[tuple[EngagementKind, float]] = [("delivered", days), ("opens", days), ("clicks", days)]
    assert score(after(mails * 2)) > 0.7


@pytest.mark.parametrize("mails", [1, 2, 10, 100])
def test_mails_without_a_reaction_stay_below_the_threshold(mails: int) -> None:
    assert score(after([("delivered", 2)] * mails)) < 0.2


def test_one_open_of_many_mails_is_little() -> None:
    assert score(after([("delivered", 1)] * 10 + [("opens", 1)])) < 0.2


def test_it_fades_with_silence() -> None:
    engaged = after([("delivered", 0), ("opens", 0), ("clicks", 0)] * 2)
    scores = [score(engaged, NOW + timedelta(days=30 * months)) for months in range(12)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < 0.05


def test_machines_do_not_engage() -> None:
    engagement = after([("delivered", 1)])
    assert engagement.with_event("opens", NOW, machine=True) == engagement
    assert engagement.with_event("clicks", NOW, machine=True) == engagement


@given(histories, st.integers(0, 400))
def test_it_is_a_fraction_and_grows_with_each_click_open_and_visit(
    history: list[tuple[EngagementKind, float]], days: int
) -> None:
    engagement = after(history)
    before = score(engagement)
    at = NOW - timedelta(days=days)
    assert 0 <= before < 1
    for kind in ("clicks", "opens", "visits"):
        assert score(engagement.with_event(kind, at)) >= before  # type: ignore[arg-type]
    assert score(engagement.with_event("delivered", at)) <= before
    assert score(engagement.with_event("clicks", at)) >= score(engagement.with_event("opens", at))


@given(histories)
def test_the_order_of_arrival_does_not_matter(history: list[tuple[EngagementKind, float]]) -> None:
    backwards = after(history[::-1])
    assert score(after(history)) == pytest.approx(score(backwards))
    assert after(history).totals == backwards.totals


@given(histories)
def test_it_is_stored_in_100_bytes(history: list[tuple[EngagementKind, float]]) -> None:
    engagement = after(history)
    stored = json.dumps(engagement.to_json(), separators=(",", ":"))
    assert len(stored) <= 100
    again = Engagement.from_json(json.loads(stored))
    assert score(again) == pytest.approx(score(engagement), abs=1e-3)
    assert again.totals == engagement.totals
    assert again.last_at == engagement.last_at
