"""From profiles to Parquet to members."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput

from jobs.evaluate_segments.__main__ import main
from jobs.evaluate_segments.running import conditions_of
from jobs.snapshot_profiles import writing

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SEGMENTS = [
    {"id": "pros", "condition": "plan = 'pro'", "name": "Pros"},
    {"id": "vips", "kind": "static"},
    {"id": "both", "condition": "in segment 'pros' and in segment 'vips'"},
]


def profiles() -> list[Profile]:
    return [
        Profile("a", traits={"plan": "pro"}, segments={"vips": 5}),
        Profile("b", traits={"plan": "pro", "age": 3}, segments={"pros": 5}),
        Profile("c", traits={"plan": "free"}, segments={"pros": 5, "vips": 5}),
    ]


def test_a_snapshot_of_several_parts_is_read_back_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PART", 2)
    assert writing.write(profiles(), tmp_path, UTC, NOW) == 3
    taken = writing.read(tmp_path)
    assert taken.now == NOW
    assert taken.frames.contacts["profile"].to_list() == ["a", "b", "c"]
    assert taken.frames.contacts["f_age__n"].to_list() == [None, 3.0, None]
    assert len(list((tmp_path / "contacts").iterdir())) == 2


def test_the_job_says_who_belongs_and_who_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    writing.write(profiles(), tmp_path / "snapshot", UTC, NOW)
    asked = tmp_path / "segments.json"
    asked.write_text(json.dumps({"items": SEGMENTS}))
    out = tmp_path / "out"
    arguments = ["--snapshot", str(tmp_path / "snapshot"), "--segments", str(asked), "--output", str(out)]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out) == {
        "contacts": 3,
        "sizes": {"pros": 2, "both": 1},
        "differs": 2,
    }
    members = pl.read_parquet(out / "members.parquet")
    assert set(members.rows()) == {("pros", "a"), ("pros", "b"), ("both", "a")}
    told = [json.loads(line) for line in (out / "differs.jsonl").read_text().splitlines()]
    assert told == [{"profile": "a", "segments": ["both", "pros"]}, {"profile": "c", "segments": ["pros"]}]


def test_a_missing_snapshot_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = tmp_path / "segments.json"
    asked.write_text("[]")
    arguments = ["--snapshot", str(tmp_path), "--segments", str(asked), "--output", str(tmp_path / "o")]
    assert main(arguments) == 1
    assert "no snapshot" in capsys.readouterr().err


def test_nobody_and_nothing(tmp_path: Path) -> None:
    writing.write([], tmp_path, UTC, NOW)
    from jobs.evaluate_segments.running import run

    assert run(tmp_path, SEGMENTS, tmp_path / "o") == {
        "contacts": 0,
        "sizes": {"pros": 0, "both": 0},
        "differs": 0,
    }
    assert run(tmp_path, [], tmp_path / "o")["sizes"] == {}


def test_circles_are_refused() -> None:
    with pytest.raises(InvalidInput):
        conditions_of(
            [{"id": "a", "condition": "in segment 'b'"}, {"id": "b", "condition": "in segment 'a'"}]
        )
