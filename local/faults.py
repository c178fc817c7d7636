"""Faults that a test can ask the cloud for, over ``POST /_stepwell/faults``.

The interesting one is a lost answer: SES has accepted a message, the connection breaks before the
client learns of it, and a client that repeats the call sends the message twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar


class DropConnection(Exception):  # noqa: N818 - a signal to the server, not an error of the caller
    """The connection is to be closed without an answer."""


class SesFaults:
    """Faults of SES, each counted down as it happens.

    Attributes:
        kill_after_accept: The next n sends are accepted and carried out, but never answered.
        kill_before_accept: The next n sends are dropped before anything happens.
        throttle_next: The next n sends are refused as too fast.
        fail_next: The next n sends are refused with HTTP 500.
        max_send_rate: Messages (recipients) a second.
    """

    FIELDS = ("kill_after_accept", "kill_before_accept", "throttle_next", "fail_next")
    DEFAULTS: ClassVar[dict[str, float]] = {**dict.fromkeys(FIELDS, 0), "max_send_rate": 200}

    def __init__(self, max_send_rate: float, now: Callable[[], float] = time.time) -> None:
        self._lock = threading.Lock()
        self._left = dict.fromkeys(self.FIELDS, 0)
        self.max_send_rate = max_send_rate
        self._tokens = max_send_rate
        self._now = now
        self._filled = now()

    def configure(self, values: dict[str, Any]) -> None:
        """Sets faults or the rate.

        Raises:
            ValueError: For an unknown fault.
        """
        with self._lock:
            for name, value in values.items():
                if name == "max_send_rate":
                    self.max_send_rate = float(value)
                    self._tokens = min(self._tokens, self.max_send_rate)
                elif name in self._left:
                    self._left[name] = int(value)
                else:
                    raise ValueError(f"unknown SES fault {name}")

    def take(self, name: str) -> bool:
        """Whether this fault strikes now."""
        with self._lock:
            if self._left[name] <= 0:
                return False
            self._left[name] -= 1
            return True

    def admit(self, recipients: int) -> bool:
        """Takes from the send rate; bursts of one second are let through, as SES does."""
        with self._lock:
            now = self._now()
            # Virtual time may be set back.
            elapsed = max(0.0, now - self._filled)
            self._tokens = min(self.max_send_rate, self._tokens + elapsed * self.max_send_rate)
            self._filled = now
            # A message to more recipients than the rate must pass some day, hence the lower bound.
            if self._tokens < min(recipients, self.max_send_rate):
                return False
            self._tokens -= recipients
            return True

    def report(self) -> dict[str, Any]:
        """What is left of each fault, and the rate."""
        with self._lock:
            return {**self._left, "max_send_rate": self.max_send_rate}
