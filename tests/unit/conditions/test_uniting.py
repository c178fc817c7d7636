"""Two histories become one, and nothing that conditions may count gets lost."""

from __future__ import annotations

from datetime import UTC, datetime

from stepwell.conditions.history import DailyCounts
from stepwell.conditions.uniting import united

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_uniting_forgets_no_count():
    names = [f"something_that_happened_{number}" for number in range(30)]
    ours, theirs = DailyCounts(), DailyCounts()
    for number, name in enumerate(names):
        (ours if number % 2 else theirs).add(name, NOW)
    history, _ = united(ours.to_profile(5_000), theirs.to_profile(5_000), 300)
    assert sorted(history["e"]) == sorted(names)
