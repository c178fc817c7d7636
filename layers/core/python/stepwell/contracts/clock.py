"""The one clock port, so that a demo or a test can run on virtual time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time; nothing in the domain asks the operating system."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


@dataclass
class ManualClock:
    """A clock that moves only when told; for tests and simulations.

    Attributes:
        at: The time it shows (aware, UTC).
    """

    at: datetime

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at

    def advance(self, step: timedelta) -> None:
        """Move forward by ``step``."""
        self.at += step


def millis(at: datetime) -> int:
    """Write a time as whole milliseconds since 1970, cut off as `iso` cuts: keys are made of either."""
    return (at - _EPOCH) // _MILLISECOND


def iso(at: datetime) -> str:
    """Write a time as ISO 8601 in UTC with milliseconds and ``Z`` (sorts as text)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def from_iso(text: str) -> datetime:
    """Read an ISO 8601 time; without an offset it counts as UTC.

    Raises:
        ValueError: The text is no ISO 8601 time.
    """
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
