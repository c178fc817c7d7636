from __future__ import annotations

import re
from pathlib import Path

import pytest
from stepwell.conditions import compile_condition, parse, referenced, to_text
from stepwell.contracts.event_catalogue import (
    EVENT_GROUPS,
    EVENT_SYNONYMS,
    EVENT_TYPES,
    canonical_event,
    canonical_events,
)
from stepwell.contracts.events import EMAIL_EVENTS, PLATFORM_EVENTS
from stepwell.profiles.schema import Computed
from stepwell.scoring.defaults import default_models
from stepwell.triggers.event_page import markdown

ROOT = Path(__file__).resolve().parents[3]


def test_names_and_synonyms_are_told_apart() -> None:
    assert not set(EVENT_TYPES) & set(EVENT_SYNONYMS)
    synonyms = [synonym for known in EVENT_TYPES.values() for synonym in known.synonyms]
    assert len(synonyms) == len(set(synonyms))
    assert not set(EVENT_GROUPS) & {*EVENT_TYPES, *EVENT_SYNONYMS}
    assert {name for group in EVENT_GROUPS.values() for name in group} <= set(EVENT_TYPES)
    for name in (*EVENT_TYPES, *EVENT_SYNONYMS):
        assert re.fullmatch(r"[a-z][a-z_]*", name)


def test_what_the_platform_tells_is_known() -> None:
    lists = {"segment_list_added", "segment_list_removed"}
    assert PLATFORM_EVENTS - lists <= set(EVENT_TYPES)
    assert set(EMAIL_EVENTS) <= {name for name, known in EVENT_TYPES.items() if known.family == "email"}


def test_scores_and_the_browser_client_speak_of_known_events() -> None:
    for model in default_models():
        assert {rule.event for rule in model.rules} <= set(EVENT_TYPES)
    script = "".join(p.read_text() for p in (ROOT / "sdk/js/src").glob("*.ts"))
    sent = set(re.findall(r'track\("([a-z_]+)"', script)) | {
        "page_view",
        "form_submission",
        "download",
        "cta_click",
    }
    assert sent <= set(EVENT_TYPES)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("did(form_submitted, 7 days)", "did(form_submission, 7 days)"),
        ("count(content_downloaded) > 1", "count(download) > 1"),
        ("last(email_open) before 7 days ago", "last(email_opened) before 7 days ago"),
        ('event.name = "email_click"', 'event.name = "email_clicked"'),
        ('event.name in ["form_submit", "Signup"]', 'event.name in ["form_submission", "Signup"]'),
        ('event.kind = "email_click"', 'event.kind = "email_click"'),
    ],
)
def test_conditions_understand_synonyms(text: str, canonical: str) -> None:
    condition = parse(text)
    assert to_text(condition) == canonical
    assert condition == parse(canonical)
    assert referenced(condition) == referenced(parse(canonical))
    compile_condition(condition)


def test_computed_attributes_and_lists_of_events_understand_synonyms() -> None:
    assert Computed(name="downloads", kind="count", event="content_download").event == "download"
    assert canonical_events(["email_open", "email_opened", "stock_updates", "Signup"]) == (
        "email_opened", "back_in_stock", "low_stock", "out_of_stock", "Signup",
    )  # fmt: skip
    assert canonical_event("Signup") == "Signup"


def test_the_page_is_current() -> None:
    page = (ROOT / "docs/reference/known-events.md").read_text(encoding="utf-8")
    assert page == markdown(), "run: python -m stepwell.triggers.event_page > docs/reference/known-events.md"
