"""The stream's mouth for imports: slow enough that events of the moment find room, and patient when told to wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from stepwell.errors import Throttled
from stepwell.triggers.ports import RecordSink, StreamRecord

GROUP = 100
"""Records a call: what is put again after a refusal is little."""
_TRIES = 6


class PacedSink:
    """See `stepwell.triggers.ports.RecordSink`.

    Args:
        sink: The stream.
        rate: Records a second; 0: as fast as it goes.
        sleep: Waits.
        monotonic: Seconds.
    """

    def __init__(
        self,
        sink: RecordSink,
        rate: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sink = sink
        self._rate = rate
        self._sleep = sleep
        self._monotonic = monotonic
        self._next = 0.0

    def put(self, records: Sequence[StreamRecord]) -> None:
        """Put records, in order a key.

        Raises:
            Throttled: The stream asked to slow down again and again.
            Unavailable: It cannot be reached.
        """
        size = GROUP if self._rate else len(records)
        for start in range(0, len(records), max(size, 1)):
            group = records[start : start + size]
            now = self._monotonic()
            if self._rate:
                if self._next > now:
                    self._sleep(self._next - now)
                self._next = max(self._next, now) + len(group) / self._rate
            self._patiently(group)

    def _patiently(self, group: Sequence[StreamRecord]) -> None:
        for attempt in range(_TRIES):
            try:
                self._sink.put(group)
            except Throttled:
                if attempt + 1 == _TRIES:
                    raise
                self._sleep(min(0.5 * 2**attempt, 4.0))
            else:
                return
