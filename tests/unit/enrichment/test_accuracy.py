"""How right a provider is, and when that is too little beyond doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.profiles import Profile
from stepwell.enrichment.accuracy import Tally, agree, wilson
from stepwell.enrichment.model import KIND, SETTINGS, Enrichment
from stepwell.enrichment.ports import Answer
from stepwell.enrichment.reviewing import report_of, review, settings_of

from tests.fakes.enrichment import Enriching

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_wilson_as_the_literature_has_it() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = wilson(0, 20)
    assert (round(low, 4), round(high, 4)) == (0.0, 0.1611)
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(0, 300), st.integers(1, 300))
def test_the_interval_holds_the_share(right: int, compared: int) -> None:
    right = min(right, compared)
    low, high = wilson(right, compared)
    assert 0 <= low <= right / compared + 1e-9
    assert right / compared - 1e-9 <= high <= 1


@pytest.mark.parametrize(
    ("said", "truth", "right"),
    [
        ("Acme, Inc.", "ACME", True),
        ("Acme GmbH", "Apex GmbH", False),
        ("https://www.acme.example/", "acme.example", True),
        (110, 100, True),
        (130, 100, False),
        ("100", 101, True),
        (["aws", "gcp"], ["AWS", "azure"], True),
        (["gcp"], ["aws", "azure", "gcp"], False),
        (["aws"], [], False),
        ("", "Acme", False),
        (True, 1, False),
    ],
)
def test_what_agrees(said: Any, truth: Any, right: bool) -> None:
    assert agree(said, truth) is right


def test_only_what_was_told_outright_is_a_truth() -> None:
    tally = Tally()
    said = {"company": "Acme", "industry": "Retail", "city": "Bonn", "job_title": "x", "country": "DE"}
    traits = {**said, "industry": "Media"}
    stamps = {
        "company": (5, "web"),
        "industry": (5, "verified"),
        "city": (5, "zoominfo"),
        "job_title": (-5, "web"),
    }
    tally.add(said, traits, stamps)
    assert {name: (s.right, s.compared) for name, s in tally.fields.items()} == {
        "company": (1, 1),
        "industry": (0, 1),
    }


def world(right: int, wrong: int, **more: Any) -> Enriching:
    found = Enriching(ManualClock(NOW))
    sealed = {"sealed": "x", "at": "2026-11-01T00:00:00Z"}
    settings = {"providers": {"clearbit": {"enabled": True, "credentials": sealed}}, **more}
    found.documents.save_document("acme", KIND, SETTINGS, 0, Enrichment.model_validate(settings).document())
    for n in range(right + wrong):
        profile = f"p{n:04d}"
        found.answers.note("acme", "clearbit", profile, Answer({"company": "Acme"}, NOW), 0)
        company = "Acme" if n < right else "Other"
        found.put(Profile(profile, traits={"company": company}, stamps={"company": (9, "web")}))
    return found


@pytest.mark.parametrize(
    ("right", "wrong", "verdict", "paused"),
    [
        (5, 15, "unknown", False),  # too few samples
        (300, 10, "good", False),
        (84, 16, "unclear", False),  # below, but not beyond doubt
        (70, 30, "too_low", True),
    ],
)
def test_a_provider_is_paused_when_it_is_wrong_too_often_beyond_doubt(
    right: int, wrong: int, verdict: str, paused: bool
) -> None:
    found = world(right, wrong)
    report = review(found.ports, "acme", "clearbit")
    assert (report["verdict"], report["right"], report["compared"]) == (verdict, right, right + wrong)
    settings, _ = settings_of(found.ports, "acme")
    assert settings.provider("clearbit").paused is paused
    assert bool(settings.provider("clearbit").paused_because) is paused
    assert [entry.action for entry in found.log.entries] == ["enrichment.paused"] * paused
    assert report_of(found.ports, "acme", "clearbit")[0]["fields"]["company"]["compared"] == right + wrong


def test_a_review_is_made_once_a_day() -> None:
    found = world(10, 0)
    assert review(found.ports, "acme", "clearbit")["compared"] == 10
    found.answers.note("acme", "clearbit", "p9999", Answer({"company": "A"}, NOW), 0)
    found.put(Profile("p9999", traits={"company": "B"}, stamps={"company": (9, "web")}))
    assert review(found.ports, "acme", "clearbit")["compared"] == 10
    assert review(found.ports, "acme", "clearbit", at_once=True)["compared"] == 11
    assert isinstance(found.clock, ManualClock)
    found.clock.advance(timedelta(days=1))
    assert review(found.ports, "acme", "clearbit")["compared"] == 11
