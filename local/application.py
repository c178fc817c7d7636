"""What the deployed application waits for by itself: parked contacts, swept by ``sweep_due``.

The stepper cannot see inside the application, but the engine keeps a marker item for each due
minute (``pk = <tenant>#DUE``, ``sk = YYYYMMDDHHMM``). They are read here straight from MiniStack's
memory, and the sweeper's Lambda is invoked when one is reached.
"""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Callable
from typing import Any

from local.activity import Activity

BUCKET = re.compile(r"^\d{12}$")
#: Name of the sweeping Lambda or a part of it; lower case, letters only.
SWEEPER = "sweepdue"
#: A bucket holds rows due within its minute, so it is swept at its start and once more at its end.
STAGES = (0.0, 60.0)


def bucket_start(bucket: str) -> float:
    """Seconds since the epoch at which a due bucket begins."""
    return float(calendar.timegm(time.strptime(bucket, "%Y%m%d%H%M")))


class DueMarkers:
    """Next due time and sweeping of the application.

    Args:
        activity: Counter of work in the cloud.
        sweeping: Is told when the sweeper is about to be called.
        table: Name of the engine table, or a part of it; lower case, letters only.
        function: The same for the sweeping Lambda.
    """

    def __init__(
        self,
        activity: Activity,
        sweeping: Callable[[], None],
        table: str = "engine",
        function: str = SWEEPER,
    ) -> None:
        from ministack.core import responses
        from ministack.services import dynamodb, lambda_svc

        self._activity = activity
        self._sweeping = sweeping
        self.table = table
        self.function = function
        self._dynamodb: Any = dynamodb
        self._lambda: Any = lambda_svc
        self._scope: Any = responses
        self._tried: dict[tuple[str, str], tuple[str, float]] = {}
        self._known: dict[Any, tuple[int, list[str]]] = {}

    def pending(self) -> list[tuple[float, str, str]]:
        """Times still worth a sweep, soonest first: (time, partition key, bucket)."""
        found = []
        for pk, bucket, state in self._markers():
            stood, until = self._tried.get((pk, bucket), ("", 0.0))
            tried = until if stood == state else 0.0
            start = bucket_start(bucket)
            for stage in STAGES:
                if start + stage > tried:
                    found.append((start + stage, pk, bucket))
                    break
        return sorted(found)

    def next_due(self) -> float | None:
        """The next time at which a sweep may find something."""
        pending = self.pending()
        return pending[0][0] if pending else None

    def sweep(self, now: float, now_iso: str) -> bool:
        """Invokes the sweeper if a marker is due at ``now``; remembers that it was tried."""
        due = [(pk, bucket) for at, pk, bucket in self.pending() if at <= now]
        if not due:
            return False
        states = {(pk, bucket): state for pk, bucket, state in self._markers()}
        self._sweeping()
        self._invoke(
            {"source": "stepwell.local", "detail-type": "Scheduled Event", "time": now_iso, "detail": {}}
        )
        for key in due:
            self._tried[key] = (states.get(key, ""), now)
        return True

    def _markers(self) -> list[tuple[str, str, str]]:
        wanted = plain(self.table)
        found = []
        for key, table in list(self._dynamodb._tables._data.items()):
            if wanted not in plain(key[-1]):
                continue
            for pk in self._partitions(key, table["items"]):
                found += [
                    (pk, sk, repr(item))
                    for sk, item in list(table["items"].get(pk, {}).items())
                    if isinstance(sk, str) and BUCKET.match(sk)
                ]
        return found

    def _partitions(self, key: Any, items: dict[Any, Any]) -> list[str]:
        # The table holds a partition a contact and is looked at many times a second; it is searched again
        # only when any work at all was done since, because nothing else can have written to it.
        generation = self._activity.generation
        searched, known = self._known.get(key, (-1, []))
        if searched != generation:
            known = [pk for pk in list(items) if isinstance(pk, str) and pk.endswith("#DUE")]
            self._known[key] = (generation, known)
        return known

    def _invoke(self, event: dict[str, Any]) -> None:
        wanted = plain(self.function)
        for (account, region, name), record in list(self._lambda._functions._data.items()):
            if wanted in plain(name):
                self._scope.set_request_account_id(account)
                self._scope.set_request_region(region)
                execution = self._lambda._execution_record_for_config(record, record["config"])
                self._lambda._execute_function_with_config_scope(execution, event)


def plain(name: str) -> str:
    """Returns the letters and digits of a name, in lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
