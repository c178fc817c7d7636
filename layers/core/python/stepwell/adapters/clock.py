"""The system's clock; on the local cloud with the offset that moves virtual time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """See `stepwell.contracts.clock.Clock`.

    Args:
        offset_file: JSON ``{"offset_s": seconds}`` to add; read again when it changes. Absent: no offset.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._read_at: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC) + self._current_offset()

    def _current_offset(self) -> timedelta:
        if self._file is None:
            return timedelta()
        try:
            stat = self._file.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            if stamp != self._read_at:
                self._offset = timedelta(seconds=float(json.loads(self._file.read_text())["offset_s"]))
                self._read_at = stamp
        except FileNotFoundError:
            self._offset = timedelta()
        except (ValueError, KeyError):
            # Being written at this moment: what was read before holds, and the next call looks again.
            self._read_at = None
        return self._offset
