"""The cloud's clock: real time plus an offset, and the list of those who wait for it.

Step Functions waits register here and end when the *virtual* time reaches their due time, whether
it got there by passing or by a jump. Lambdas read the offset from a file, so that the whole
deployment shares one time.
"""

from __future__ import annotations

import heapq
import itertools
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from local.activity import Activity

MODES = ("real", "stepped")


def iso(ts: float) -> str:
    """ISO 8601 in UTC with milliseconds, as AWS writes it."""
    return datetime.fromtimestamp(ts, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> float:
    """Seconds since the epoch of an ISO 8601 time; UTC when it names no zone."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


@dataclass(order=True)
class Due:
    """Someone who waits for the clock."""

    at: float
    order: int
    owner: str = field(compare=False)
    label: str = field(compare=False)
    kind: str = field(compare=False)
    released: threading.Event = field(compare=False, default_factory=threading.Event)
    gone: bool = field(compare=False, default=False)


class VirtualClock:
    """Real time + offset, persisted, with a timer thread that releases waiters.

    Args:
        file: Where offset and mode are kept; Lambdas read ``offset_s`` from it.
        activity: Told when a waiter stops being work and starts again.
        real: Source of real time, for tests.
    """

    def __init__(self, file: Path, activity: Activity, real: Callable[[], float] = time.time) -> None:
        self._file = file
        self._activity = activity
        self._real = real
        self._changed = threading.Condition()
        self._heap: list[Due] = []
        self._order = itertools.count()
        self._listeners: list[Callable[[], None]] = []
        self.offset_s = 0.0
        self.mode = "real"
        self.auto = True
        if file.exists():
            kept = json.loads(file.read_text())
            self.offset_s = float(kept.get("offset_s", 0.0))
            self.mode = kept.get("mode", "real") if kept.get("mode") in MODES else "real"
            self.auto = bool(kept.get("auto", True))
        self._write()
        threading.Thread(target=self._release_loop, daemon=True, name="stepwell-clock").start()

    def now(self) -> float:
        """Virtual time, seconds since the epoch."""
        return self._real() + self.offset_s

    def now_iso(self) -> str:
        """Virtual time in ISO 8601."""
        return iso(self.now())

    def on_change(self, listener: Callable[[], None]) -> None:
        """Calls ``listener`` after each jump or change of mode."""
        self._listeners.append(listener)

    def configure(
        self, *, mode: str | None = None, auto: bool | None = None, offset_s: float | None = None
    ) -> None:
        """Changes mode or offset.

        Raises:
            ValueError: For an unknown mode.
        """
        if mode is not None and mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}")
        with self._changed:
            self.mode = mode if mode is not None else self.mode
            self.auto = auto if auto is not None else self.auto
            self.offset_s = offset_s if offset_s is not None else self.offset_s
            self._write()
            self._changed.notify_all()
        for listener in self._listeners:
            listener()

    def advance_to(self, ts: float) -> bool:
        """Jumps forward to ``ts``; the clock never steps back this way. Returns whether it moved."""
        with self._changed:
            ahead = ts - self.now()
            if ahead <= 0:
                return False
            offset = self.offset_s + ahead
        self.configure(offset_s=offset)
        return True

    def wait_until(self, at: float, *, owner: str, label: str, kind: str) -> None:
        """Blocks the calling thread until virtual time ``at`` or ``cancel(owner)``.

        The caller's piece of ``kind`` activity is suspended meanwhile; it counts again before the
        thread is woken, so that the stepper never sees a gap.
        """
        if at <= self.now():
            return
        due = Due(at, next(self._order), owner, label, kind)
        with self._changed:
            heapq.heappush(self._heap, due)
            self._activity.leave(kind)
            self._changed.notify_all()
        due.released.wait()

    def cancel(self, owner: str) -> None:
        """Ends all waits of an owner at once (its execution was stopped)."""
        with self._changed:
            for due in [d for d in self._heap if d.owner == owner and not d.gone]:
                self._release(due)

    def dues(self) -> list[Due]:
        """Those who wait, soonest first."""
        with self._changed:
            return sorted(d for d in self._heap if not d.gone)

    def next_due(self) -> float | None:
        """When the next waiter is due, if any waits."""
        with self._changed:
            self._drop_gone()
            return self._heap[0].at if self._heap else None

    def _drop_gone(self) -> None:
        while self._heap and self._heap[0].gone:
            heapq.heappop(self._heap)

    def _release(self, due: Due) -> None:
        due.gone = True
        self._activity.enter(due.kind)
        due.released.set()

    def _release_loop(self) -> None:
        while True:
            with self._changed:
                self._drop_gone()
                pause: float | None = None
                if self._heap:
                    pause = self._heap[0].at - self.now()
                    if pause <= 0:
                        self._release(heapq.heappop(self._heap))
                        continue
                # An upper bound, because the machine's clock itself may be set while we wait.
                self._changed.wait(None if pause is None else min(pause, 30.0))

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"offset_s": self.offset_s, "mode": self.mode, "auto": self.auto})
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".clock-")
        with os.fdopen(handle, "w") as out:
            out.write(text)
        Path(name).replace(self._file)
