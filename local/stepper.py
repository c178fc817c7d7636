"""Moves virtual time to the next moment at which something is due, once nothing is running.

A fourteen-day journey takes as long as its work takes. Time never jumps over a due moment, and
never while something runs, so that what is seen is what would have happened.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Protocol

from local.clock import VirtualClock, iso

logger = logging.getLogger("stepwell.stepper")

POLL_S = 0.05


class Quiet(Protocol):
    """Tells whether work is under way."""

    def busy(self) -> dict[str, int]:
        """Work under way by kind."""

    def settled(self, for_s: float = 0.06) -> bool:
        """Whether nothing happened for a moment."""


class Sweeper(Protocol):
    """The application's own due times."""

    def next_due(self) -> float | None:
        """The next time at which a sweep may find something."""

    def sweep(self, now: float, now_iso: str) -> bool:
        """Sweeps what is due; whether it did."""


class Timetable(Protocol):
    """Schedules of EventBridge."""

    def next_once(self) -> float | None:
        """The next one-time schedule."""

    def next_recurring(self, min_period_s: float) -> float | None:
        """The next firing of a recurring schedule that is rare enough to stop the clock."""

    def tick(self) -> None:
        """Fires what is due now."""


class Stepper:
    """Steps the clock; one step at a time, whoever asks."""

    def __init__(
        self,
        clock: VirtualClock,
        quiet: Quiet,
        sweeper: Sweeper,
        timetable: Timetable,
        recurring_min_s: float,
    ) -> None:
        self.clock = clock
        self.steps = 0
        self._quiet = quiet
        self._sweeper = sweeper
        self._timetable = timetable
        self._recurring_min_s = recurring_min_s
        self._one_at_a_time = threading.Lock()
        self._changed = threading.Event()
        self._stop = threading.Event()
        clock.on_change(self._changed.set)

    def start(self) -> None:
        """Starts stepping in the background whenever the clock's mode is ``stepped`` and ``auto``."""
        threading.Thread(target=self._loop, daemon=True, name="stepwell-stepper").start()

    def stop(self) -> None:
        """Ends the background thread."""
        self._stop.set()
        self._changed.set()

    def next_due(self) -> float | None:
        """The next moment that stops the clock, recurring schedules aside."""
        times = (self.clock.next_due(), self._sweeper.next_due(), self._timetable.next_once())
        return min((t for t in times if t is not None), default=None)

    def step(self, until: float | None = None) -> str:
        """One step: ``busy``, ``swept``, ``stepped`` or ``idle`` (nothing due before ``until``)."""
        with self._one_at_a_time:
            if not self._quiet.settled():
                return "busy"
            # First the sweep: it stands for the rule's, and two at once would only get in each other's way.
            swept = self._sweeper.sweep(self.clock.now(), self.clock.now_iso())
            self._timetable.tick()
            if swept:
                return "swept"
            if self._quiet.busy():
                return "busy"
            due = self.next_due()
            if until is not None:
                due = until if due is None or due > until else due
            if due is None:
                return "idle"
            recurring = self._timetable.next_recurring(self._recurring_min_s)
            if recurring is not None and recurring < due:
                due = recurring
            if not self.clock.advance_to(due):
                # Due by now, so its waiter is being released; unless only the limit was reached.
                return "idle" if until is not None and until <= self.clock.now() else "busy"
            self.steps += 1
            self._sweeper.sweep(self.clock.now(), self.clock.now_iso())
            self._timetable.tick()
            return "stepped"

    def run(self, until: float | None, max_real_s: float) -> dict[str, Any]:
        """Steps until nothing is due (before ``until``, where the clock then stands).

        Returns:
            ``{state: idle|timeout, steps, now, next_due, busy}``.
        """
        deadline, before = time.monotonic() + max_real_s, self.steps
        state = "timeout"
        while time.monotonic() < deadline:
            outcome = self.step(until)
            if outcome == "idle":
                state = "idle"
                break
            if outcome == "busy":
                time.sleep(POLL_S / 2)
        due = self.next_due()
        return {
            "state": state,
            "steps": self.steps - before,
            "now": self.clock.now_iso(),
            "next_due": iso(due) if due is not None else None,
            "busy": self._quiet.busy(),
        }

    def report(self, limit: int = 50) -> dict[str, Any]:
        """State of the clock and what is awaited, for ``GET /_stepwell/clock``."""
        busy = self._quiet.busy()
        due = self.next_due()
        waits = self.clock.dues()
        return {
            "mode": self.clock.mode,
            "auto": self.clock.auto,
            "now": self.clock.now_iso(),
            "offset_s": self.clock.offset_s,
            "state": "busy" if busy else ("waiting" if due is not None else "idle"),
            "busy": busy,
            "next_due": iso(due) if due is not None else None,
            "steps": self.steps,
            "waits": len(waits),
            "awaited": [{"due": iso(d.at), "what": d.label} for d in waits[:limit]],
        }

    def _loop(self) -> None:
        while not self._stop.is_set():
            if self.clock.mode != "stepped" or not self.clock.auto:
                self._changed.wait()
                self._changed.clear()
                continue
            try:
                outcome = self.step()
            except Exception:
                # The thread must outlive a surprise inside MiniStack, or the clock stands still for good.
                logger.exception("a step failed")
                outcome = "idle"
            if outcome in ("busy", "idle"):
                time.sleep(POLL_S if outcome == "busy" else 4 * POLL_S)
