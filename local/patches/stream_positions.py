"""Gap: positions in table streams are kept over a restart, the streams' records are not.

A mapping would wait until as many new records have come as were ever read: counters stood still after ``make up``.
What is in a stream after a start is new, and is read from its beginning.
"""

from __future__ import annotations

from typing import Any

from local.patches import Parts


def install(parts: Parts) -> None:
    """Forgets positions in table streams when the state is read."""
    del parts
    from ministack.services import lambda_svc

    restore = lambda_svc._restore_esm_positions

    def restore_others(positions: Any, stored: Any) -> None:
        if positions is not lambda_svc._dynamodb_stream_positions:
            restore(positions, stored)

    lambda_svc._restore_esm_positions = restore_others
