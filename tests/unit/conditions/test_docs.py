"""The reference page holds true: its examples parse, its scores and its stored form are the real ones."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stepwell.conditions import (
    Engagement,
    Facts,
    compile_condition,
    engagement_score,
    parse,
    to_json,
    to_text,
)

PAGE = (Path(__file__).parents[3] / "docs/reference/conditions.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
EXAMPLES = [
    line
    for block in re.findall(r"```condition\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line
]


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize("text", EXAMPLES)
def test_example(text: str) -> None:
    condition = parse(text)
    assert parse(to_text(condition)) == condition
    assert compile_condition(condition)(Facts(profile={}), NOW) in (True, False)


def test_the_stored_form_is_the_real_one() -> None:
    stored = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert stored is not None
    assert json.loads(stored[1]) == to_json(parse("score >= 50"))


def test_the_scores_are_the_real_ones() -> None:
    two_mails = Engagement()
    for kind in ("delivered", "opens", "clicks") * 2:
        two_mails = two_mails.with_event(kind, NOW)
    one_open = Engagement().with_event("delivered", NOW).with_event("opens", NOW)
    for engagement, days, shown in ((two_mails, 0, "0.80"), (two_mails, 30, "0.73"), (one_open, 0, "0.40")):
        assert shown in PAGE
        score = engagement_score(Facts({}, engagement=engagement), NOW + timedelta(days=days))
        assert f"{score:.2f}" == shown
