"""Send times on Deskdrop: shrunk hours are no worse than everybody's (the data is not part of the project)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bench import sendtime


def test_on_the_first_months_of_deskdrop_shrunk_hours_are_no_worse_than_everybodys() -> None:
    path = sendtime.deskdrop()
    if path is None:
        pytest.skip("the Deskdrop data is not here")
    found = sendtime.told(sendtime.events(path, 15_000))
    assert sum(found.number.values()) > 5_000
    for way in ("shrunk", "segments"):
        assert found.mean(way) <= found.mean("global")
        assert found.mean(way) < found.mean("raw")
    gain, low, high = found.gain("shrunk")
    assert low < gain < high


def test_made_up_people_with_hours_of_their_own_are_told_better_than_by_everybodys() -> None:
    draw = random.Random(11)
    rows = []
    for person in range(120):
        own = draw.choice((7, 12, 19, 22))
        for day in range(60):
            if draw.random() < 0.3:
                hour = own if draw.random() < 0.7 else draw.randrange(24)
                rows.append((day * 86_400 + hour * 3_600 + draw.randrange(3_600), f"p{person}", ""))
    rows.sort()
    every = sendtime.told(rows)
    assert every.gain("shrunk")[1] > 0.1
    half = sendtime.told(rows, frozen_at=30 * 86_400)
    assert sum(half.number.values()) < sum(every.number.values())
    assert half.gain("shrunk")[0] > 0.1


def test_people_without_hours_of_their_own_are_told_no_worse() -> None:
    draw = random.Random(12)
    rows = sorted(
        (day * 86_400 + draw.choice((9, 10, 11, 20)) * 3_600 + draw.randrange(3_600), f"p{person}", "BR")
        for person in range(150)
        for day in range(60)
        if draw.random() < 0.2
    )
    found = sendtime.told(rows)
    # On the first day nothing is estimated yet, and all hours are alike: that alone is a sixtieth of 1.8 nats.
    assert found.gain("shrunk")[0] > -0.03
    assert found.gain("segments")[0] > -0.04


def test_without_the_data_there_are_no_figures(tmp_path: Path) -> None:
    (only,) = sendtime.sendtime(tmp_path / "deskdrop.csv.gz")
    assert only.value is None
