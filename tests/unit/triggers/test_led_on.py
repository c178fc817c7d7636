"""A click that cannot be told is tried once more, then counted."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.contracts.events import Event
from stepwell.errors import Throttled, Unavailable
from stepwell.triggers.led_on import LOST, tell

from tests.fakes.triggers import MemoryStream
from tests.unit.sources.calls import NOW

EVENT = Event(
    message_id="own-click-1",
    kind="engagement",
    name="email_clicked",
    profile="p" * 16,
    occurred_at=NOW,
    received_at=NOW,
    source="stepwell",
)


class Broken(MemoryStream):
    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)
        self.calls = 0

    def put(self, records: Any) -> None:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        super().put(records)


@pytest.mark.parametrize(
    ("errors", "calls", "lost"),
    [
        ((), 1, []),
        ((Unavailable("down"),), 2, []),
        ((Unavailable("down"), Unavailable("down")), 2, [LOST]),
        # Its client has tried already; who waits at the link waits no longer.
        ((Throttled("slow", retry_after_s=1),), 1, [LOST]),
    ],
)
def test_once_more_and_then_it_is_counted(errors: tuple[Exception, ...], calls: int, lost: list[str]) -> None:
    stream, counted = Broken(*errors), []
    tell(stream, "acme", EVENT, counted.append)
    assert (stream.calls, counted, len(stream.records)) == (calls, lost, 0 if lost else 1)
