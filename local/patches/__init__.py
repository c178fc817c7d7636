"""Mends of MiniStack, one gap a file; each says what is missing there and has a test.

``install_all`` is called once, before the server takes requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.activity import Activity
from local.clock import VirtualClock
from local.counters import Counters
from local.faults import Faults
from local.mail_publisher import MailPublisher
from local.outbox import Outbox
from local.settings import LocalSettings

if TYPE_CHECKING:
    from local.patches.schedules import Timetable


@dataclass(frozen=True)
class Parts:
    """What the mends share."""

    settings: LocalSettings
    activity: Activity
    clock: VirtualClock
    counters: Counters
    outbox: Outbox
    faults: Faults
    mail: MailPublisher


def install_all(parts: Parts) -> Timetable:
    """Installs every mend into the imported MiniStack modules; returns the schedules for the stepper."""
    from local.patches import (
        async_invoke,
        dynamodb_capacity,
        dynamodb_ttl,
        event_sources,
        function_faults,
        http_api_gzip,
        iam_enforcement,
        lambda_processes,
        metering,
        queue_batches,
        schedules,
        ses,
        stepfunctions_clock,
        stepfunctions_restart,
        stream_batches,
        stream_positions,
        stream_time,
        stream_window,
    )

    # Metering first: what wraps it later (queues, waits) must not count as run time.
    metering.install(parts)
    stepfunctions_clock.install(parts)
    timetable = schedules.install(parts)
    async_invoke.install(parts)
    stream_time.install(parts)
    stream_batches.install(parts)
    stream_positions.install(parts)
    stream_window.install(parts)
    queue_batches.install(parts)
    event_sources.install(parts)
    stepfunctions_restart.install(parts)
    function_faults.install(parts)
    http_api_gzip.install(parts)
    lambda_processes.install(parts)
    dynamodb_ttl.install(parts)
    dynamodb_capacity.install(parts)
    ses.install(parts)
    iam_enforcement.install(parts)
    return timetable
