"""Counts the billable operations that the cloud saw, so that a run's list price can be computed.

Counts follow what AWS bills: Step Functions transitions with retries, Lambda GB-seconds, DynamoDB
units by bytes, Kinesis records and bytes, SES recipients. Free calls are in ``operations`` only.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from typing import Any


class Counters:
    """Totals by service and measure since the last reset."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._permissions: set[tuple[str, str, str, bool]] = set()
        self.reset()

    def reset(self) -> None:
        """Starts at zero."""
        with self._lock:
            self._since = time.time()
            self._totals: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
            self._operations: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
            self._functions: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def add(self, service: str, measure: str, amount: float = 1.0) -> None:
        """Adds to a measure."""
        with self._lock:
            self._totals[service][measure] += amount

    def operation(self, service: str, name: str) -> None:
        """Counts an API call."""
        with self._lock:
            self._operations[service][name] += 1

    def invocation(self, function: str, seconds: float, memory_mb: float, error: bool) -> None:
        """Counts a Lambda invocation, in total and for its function."""
        with self._lock:
            for place in (self._totals["lambda"], self._functions[function]):
                place["invocations"] += 1
                place["seconds"] += seconds
                place["gb_seconds"] += seconds * memory_mb / 1024
                place["errors"] += 1 if error else 0

    def permission(self, principal: str, action: str, resource: str, allowed: bool) -> None:
        """Notes that a role was asked for a permission (only when they are enforced); a reset keeps it."""
        with self._lock:
            self._permissions.add((principal, action, resource, allowed))

    def snapshot(self) -> dict[str, Any]:
        """``{since, seconds, totals: {service: {measure: n}}, functions, operations, permissions}``."""
        with self._lock:
            return {
                "since": self._since,
                "seconds": round(time.time() - self._since, 3),
                "totals": {
                    s: {m: round(v, 6) for m, v in sorted(d.items())} for s, d in sorted(self._totals.items())
                },
                "functions": {
                    f: {m: round(v, 4) for m, v in d.items()} for f, d in sorted(self._functions.items())
                },
                "operations": {s: dict(sorted(d.items())) for s, d in sorted(self._operations.items())},
                "permissions": sorted(map(list, self._permissions)),
            }
