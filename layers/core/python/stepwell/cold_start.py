"""What makes the first call of a Lambda short, and the calls of its busiest function.

An import makes objects that stay, so the garbage collector finds nothing while it goes through all that boto3
has made, again and again: a quarter of the time of a cold start.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Import without the garbage collector, which then never looks at what was imported."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


@contextmanager
def collector_resting() -> Iterator[None]:
    """Work without the garbage collector; it looks afterwards, as it would have.

    For a batch whose objects refer to one another in no circles: they go by their reference counts, and the collector
    would go through all of them several times while they grow, a sixth of the pass's time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
