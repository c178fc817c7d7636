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


class NamedFaults:
    """Faults that strike a subject by (a part of) its name, each counted down.

    Args:
        kinds: What can be asked for.
    """

    def __init__(self, *kinds: str) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, dict[str, int]] = {kind: {} for kind in kinds}

    def configure(self, values: dict[str, dict[str, int]]) -> None:
        """Sets ``{kind: {name: n}}``; a kind that is given forgets its former names.

        Raises:
            ValueError: For an unknown kind.
        """
        with self._lock:
            for kind, names in values.items():
                if kind not in self._left:
                    raise ValueError(f"unknown fault {kind}: one of {', '.join(self._left)}")
                self._left[kind] = {name: int(n) for name, n in names.items()}

    def take(self, kind: str, subject: str) -> bool:
        """Whether this fault strikes the subject now."""
        with self._lock:
            for name, left in self._left[kind].items():
                if left > 0 and name in subject:
                    self._left[kind][name] = left - 1
                    return True
            return False

    def report(self) -> dict[str, dict[str, int]]:
        """What is left."""
        with self._lock:
            return {kind: dict(names) for kind, names in self._left.items()}


class Faults:
    """All faults that can be asked for.

    Attributes:
        ses: Those of SES.
        functions: ``fail_before`` (does not run), ``fail_after`` (runs, its result is lost) and ``throttle`` of
            Lambda functions by name.
        api: ``drop_before`` and ``drop_after`` (the connection closes before or after the call is carried out) and
            ``fail`` (HTTP 500 before) of API calls by operation, e.g. ``DynamoDB_20120810.UpdateItem``.
    """

    def __init__(self, max_send_rate: float, now: Callable[[], float] = time.time) -> None:
        self.ses = SesFaults(max_send_rate, now)
        self.functions = NamedFaults("fail_before", "fail_after", "throttle")
        self.api = NamedFaults("drop_before", "drop_after", "fail")

    def configure(self, values: dict[str, Any]) -> None:
        """Sets ``{"ses": …, "functions": …, "api": …}``.

        Raises:
            ValueError: For an unknown fault.
        """
        places: dict[str, SesFaults | NamedFaults] = {
            "ses": self.ses,
            "functions": self.functions,
            "api": self.api,
        }
        for place, wanted in values.items():
            if place not in places:
                raise ValueError(f"no faults of {place}: one of {', '.join(places)}")
            places[place].configure(wanted)

    def report(self) -> dict[str, Any]:
        """What is left of each."""
        return {"ses": self.ses.report(), "functions": self.functions.report(), "api": self.api.report()}
