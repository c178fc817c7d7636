"""A port that is made at its first use, for containers that hand out all ports at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from threading import RLock
from typing import Any


class Late:
    """Stands for an object until somebody uses it: no client, no import before.

    Args:
        make: Makes the object.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._lock = RLock()
        self._made: Any = None

    def __getattr__(self, name: str) -> Any:
        # Batches use ports from several threads at once; one of them makes the object.
        with self._lock:
            if self._made is None:
                self._made = self._make()
        return getattr(self._made, name)


class LateMapping(Mapping[str, bytes]):
    """A mapping that is read anew at each use, so that its source decides how long it is kept.

    Args:
        read: Reads the mapping.
    """

    def __init__(self, read: Callable[[], Mapping[str, bytes]]) -> None:
        self._read = read

    def __getitem__(self, key: str) -> bytes:
        """Return one value."""
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        """Return all keys, in order."""
        return iter(self._read())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._read())
