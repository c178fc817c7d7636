"""The breakdown adds up to the score."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from stepwell.contracts.scores import ADJUSTED, add
from stepwell.scoring.breakdown import breakdown
from stepwell.scoring.defaults import LEAD
from stepwell.scoring.model import read_model

from tests.unit.scoring.test_compiled import NOW, apply, event, models, ms

MODEL = read_model(LEAD)


def test_lines_and_base_make_the_score_with_decay():
    compiled = models(MODEL)
    scores: dict[str, Any] = {}
    apply(
        compiled,
        scores,
        event("page_view", NOW - timedelta(days=30), path="/pricing"),
        event("page_view", NOW - timedelta(days=30, minutes=1), path="/pricing"),
        event("form_submission", NOW, form_type="trial"),
    )
    add(scores["lead"], ADJUSTED, 10, NOW.timestamp())
    compiled.settle(scores, ms(NOW))
    told = breakdown(MODEL, 1, scores["lead"], NOW)
    assert [(line.rule, line.times, line.points) for line in told.lines] == [
        ("trial_signup", 1, 200.0),
        ("pricing_page", 2, 28.5),
        ("adjusted", 1, 10.0),
    ]
    assert told.score == 339
    assert (told.band, told.base, told.clipped) == ("medium", 100, 0.0)
    assert told.in_a_month == 327


def test_who_never_did_anything_stands_at_the_base():
    told = breakdown(MODEL, 1, None, NOW)
    assert (told.score, told.band, told.lines, told.last_at) == (100, "low", (), None)


def test_what_the_maximum_cuts_off_is_told():
    scores: dict[str, Any] = {}
    apply(
        models(MODEL),
        scores,
        *(event("form_submission", NOW - timedelta(seconds=n), form_type="trial") for n in range(6)),
    )
    told = breakdown(MODEL, 1, scores["lead"], NOW)
    assert (told.score, round(told.clipped)) == (1000, 300)
