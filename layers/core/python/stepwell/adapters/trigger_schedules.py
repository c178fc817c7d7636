"""Schedules of time triggers on EventBridge Scheduler."""

from __future__ import annotations

from stepwell.adapters.scheduler import Schedules
from stepwell.publishing.records import Schedule


class TriggerSchedules:
    """See `stepwell.publishing.ports.Scheduler`: each schedule asks `start_broadcast` for its audience.

    Args:
        schedules: Schedules of the deployment's group.
        target_arn: ARN of `start_broadcast`.
    """

    def __init__(self, schedules: Schedules, target_arn: str) -> None:
        self._schedules = schedules
        self._target_arn = target_arn

    def put(self, schedule: Schedule) -> None:
        """Create or replace a schedule."""
        payload = {
            "v": 1,
            "tenant": schedule.tenant,
            "workflow": schedule.workflow,
            "trigger": schedule.node,
            "audience": {"kind": "trigger"},
            # Scheduler fills this in; a retried delivery of one firing carries the same time.
            "scheduled": "<aws.scheduler.scheduled-time>",
            "actor": "schedule",
        }
        self._schedules.put(
            schedule.tenant,
            schedule.name,
            schedule.expression,
            self._target_arn,
            payload,
            time_zone=schedule.time_zone,
        )

    def delete(self, tenant: str, name: str) -> None:
        """Delete a schedule; a missing one is no error."""
        self._schedules.delete(tenant, name)
