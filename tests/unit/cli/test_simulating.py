from __future__ import annotations

from pathlib import Path

import pytest
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import TEMPLATES, Command

WELCOME = TEMPLATES / "lead_welcome_v1.yaml"
START = "2026-01-05T09:00:00Z"


@pytest.fixture
def ann(tmp_path: Path) -> Path:
    file = tmp_path / "ann.yaml"
    file.write_text(
        "profile: ann\n"
        "traits: {email: ann@shop.example, first_name: Ann}\n"
        "consent: {email:marketing: granted}\n"
        "trigger: lead_created\n"
        "events:\n  - {at: 1 hour, name: email_opened}\n"
    )
    return file


def walk(run: Command, contact: Path, *more: str | Path) -> list[tuple[str, str]]:
    journey = run.json("simulate", WELCOME, "--contact", contact, "--start", START, *more)
    return [(step["node"], step["outcome"]) for step in journey["steps"]]


def test_a_contact_walks_and_each_decision_is_explained(run: Command, ann: Path) -> None:
    shown = run("simulate", WELCOME, "--contact", ann, "--start", START).stdout
    assert "Welcome e-mail" in shown
    assert "+2 d" in shown
    assert "engagement_score" in shown
    assert "completed" in shown
    journey = run.json("simulate", WELCOME, "--contact", ann, "--start", START)
    assert journey["started_at"] == START
    assert all(step["explanation"] for step in journey["steps"])


def test_further_events_change_the_way(run: Command, ann: Path, tmp_path: Path) -> None:
    quiet = tmp_path / "quiet.yaml"
    quiet.write_text("traits: {email: bo@shop.example}\ntrigger: lead_created\n")
    assert ("webinar", "false") in walk(run, quiet)
    events = tmp_path / "events.yaml"
    events.write_text(
        "- {at: '2026-01-05T10:00:00Z', name: email_opened}\n- {at: 3 days, name: email_clicked}\n"
    )
    assert ("webinar", "true") in walk(run, quiet, "--events", events)


def test_a_contact_without_consent_gets_nothing(run: Command, ann: Path, tmp_path: Path) -> None:
    denied = tmp_path / "denied.yaml"
    denied.write_text(ann.read_text().replace("granted", "denied"))
    journey = run.json("simulate", WELCOME, "--contact", denied, "--start", START)
    assert journey["messages"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trait: {}", "`trait`"),
        ("events: [{name: x}]", "`at`"),
        ("events: [{at: soon, name: x}]", "neither"),
        ("[1]", "mapping"),
    ],
)
def test_a_sample_that_cannot_be_read(run: Command, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    result = run("simulate", WELCOME, "--contact", file, code=None)
    assert result.exit_code in (Exit.USAGE, Exit.NO)
    assert said in result.stderr
