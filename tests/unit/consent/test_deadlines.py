"""A month to answer: the same day, or the month's last."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stepwell.consent.deadlines import due_after


@pytest.mark.parametrize(
    ("asked", "due"),
    [("2026-03-02", "2026-04-02"), ("2026-01-31", "2026-02-28"), ("2026-12-31", "2027-01-31")],
)
def test_a_month_later(asked: str, due: str) -> None:
    at = datetime.fromisoformat(f"{asked}T10:00:00").replace(tzinfo=UTC)
    assert due_after(at) == datetime.fromisoformat(f"{due}T10:00:00").replace(tzinfo=UTC)
