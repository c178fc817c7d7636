"""The named use cases, and what the reference page shows, really work."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from stepwell.conditions import EventList, Facts, compile_condition, parse
from stepwell.segments.checks import check_segment, field_schema
from stepwell.segments.hints import FIELD_TYPES
from stepwell.segments.model import Segment, parse_segment

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = sorted((ROOT / "statemachines" / "templates" / "segments").glob("*.yaml"))
PAGE = (ROOT / "docs" / "reference" / "segments.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def example(name: str) -> Segment:
    path = next(path for path in EXAMPLES if path.stem == name)
    return parse_segment(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_each_named_use_case_has_an_example() -> None:
    assert {path.stem for path in EXAMPLES} == {
        "account_based_marketing",
        "event_targeting",
        "behavioral_targeting",
        "personalization",
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_pass_every_check(path: Path) -> None:
    segment = parse_segment(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert (segment.id, segment.use_case) == (path.stem, path.stem)
    assert check_segment(segment, {}, field_schema(FIELD_TYPES, frozenset())) == []
    assert (segment.kind == "static") == (segment.review is not None)


def test_behaviour_puts_in_and_takes_out() -> None:
    condition = example("behavioral_targeting").condition
    assert condition is not None
    holds = compile_condition(condition)
    views = [("page_view", NOW - timedelta(days=day), {}) for day in (1, 3, 5)]
    from stepwell.conditions import Engagement

    engaged = Engagement().with_event("clicks", NOW - timedelta(days=1))
    assert holds(Facts(profile={}, history=EventList.of(views), engagement=engaged), NOW)
    bought = [*views, ("order_completed", NOW - timedelta(days=80), {})]
    assert not holds(Facts(profile={}, history=EventList.of(bought), engagement=engaged), NOW)
    later = NOW + timedelta(days=14)
    assert not holds(Facts(profile={}, history=EventList.of(views), engagement=engaged), later)


def test_conditions_of_the_reference_page_work() -> None:
    shown = re.findall(r"^\| `([^`]+)` \|", PAGE, flags=re.MULTILINE)
    conditions = [text for text in shown if " " in text or "(" in text]
    assert len(conditions) >= 8
    schema = field_schema({**FIELD_TYPES, "plan": "text", "lead_score": "number"}, frozenset({"vips"}))  # type: ignore[dict-item]
    for text in conditions:
        segment = Segment(id="shown", condition=parse(text))
        found = [p for p in check_segment(segment, {"vips": None}, schema) if p.severity == "error"]
        assert found == [], text


def test_segments_of_the_reference_page_work() -> None:
    blocks = re.findall(r"```yaml\n(id: .*?)```", PAGE, flags=re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        segment = parse_segment(yaml.safe_load(block))
        assert [
            p for p in check_segment(segment, {}, field_schema(None, frozenset())) if p.severity == "error"
        ] == []
