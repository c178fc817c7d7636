"""Tells what somebody did who is led on whatever becomes of it: a click that cannot be told is counted, not hidden.

Nobody waits at a link for a stream that is down. One more try catches a broken connection (the stream's client has
tried by itself where it was asked to slow down); what is lost then is a number, never a person.
"""

from __future__ import annotations

from collections.abc import Callable

from stepwell.contracts.events import Event
from stepwell.errors import Throttled, Unavailable
from stepwell.triggers.batches import records_of
from stepwell.triggers.ports import RecordSink

LOST = "LostClicks"
"""Metric: clicks and opens that could not be told."""


def tell(stream: RecordSink, tenant: str, event: Event, lost: Callable[[str], object]) -> None:
    """Put an event on the stream, or count it as lost.

    Args:
        stream: Where events go.
        tenant: Whose it is.
        event: What happened; its id makes a repetition one event.
        lost: Counts by metric.
    """
    records = records_of(tenant, [event])
    for last in (False, True):
        try:
            stream.put(records)
        except Throttled:
            break
        except Unavailable:
            if last:
                break
        else:
            return
    lost(LOST)
