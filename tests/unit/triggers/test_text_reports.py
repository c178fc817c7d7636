from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.contracts.events import Event
from stepwell.contracts.profiles import Profile
from stepwell.triggers.text_reports import closed_number

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD, NEW = "+4915112345678", "+4915199999999"


def failed(traits: dict[str, Any] | None = None, **told: Any) -> Event:
    return Event(
        message_id="m",
        kind="engagement",
        name="sms_failed",
        properties=told,
        traits=traits or {},
        occurred_at=NOW,
        received_at=NOW,
        source="twilio",
    )


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (failed(), ("", "")),
        (failed(to=OLD), ("", "")),
        (failed(permanent=True, to=OLD), (OLD, "invalid")),  # late: the contact has another number by now
        (failed(permanent=True), (NEW, "invalid")),
        (failed({"phone": OLD}, permanent=True), (OLD, "invalid")),
        (failed(opted_out=True, to=OLD), (OLD, "stopped")),
        (failed(permanent="yes", to=OLD), ("", "")),
    ],
)
def test_which_number_a_failure_closes(event: Event, expected: tuple[str, str]) -> None:
    assert closed_number(event, Profile("a" * 16, traits={"phone": NEW})) == expected
