"""Counts what is going on in the cloud, so that the stepper knows when nothing is.

Each kind of work (requests, executions outside of Wait states, queued e-mail events …) has a
counter; ``generation`` grows with every change, so that two equal readings with the same generation
prove that nothing happened in between.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Activity:
    """Thread-safe counters of running work by kind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self.generation = 0

    def enter(self, kind: str, n: int = 1) -> None:
        """Work of this kind begins."""
        with self._lock:
            self._counts[kind] += n
            self.generation += 1

    def leave(self, kind: str, n: int = 1) -> None:
        """Work of this kind ends."""
        self.enter(kind, -n)

    @contextmanager
    def during(self, kind: str) -> Iterator[None]:
        """Counts one piece of work for the length of a block."""
        self.enter(kind)
        try:
            yield
        finally:
            self.leave(kind)

    @contextmanager
    def suspended(self, kind: str) -> Iterator[None]:
        """The caller's own piece of work only waits for others while in the block."""
        self.leave(kind)
        try:
            yield
        finally:
            self.enter(kind)

    def busy(self) -> dict[str, int]:
        """Kinds with work under way."""
        with self._lock:
            return {kind: n for kind, n in self._counts.items() if n > 0}
