"""EventBridge Scheduler: one-off and recurring starts of a function in a time zone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.contracts.ids import short_hash
from stepwell.errors import InvalidInput, NotReady

_NAME = re.compile(r"[^0-9A-Za-z_.-]")
_LONGEST = 64


class Schedules:
    """Schedules of one group.

    Args:
        client: A `scheduler` client.
        group: Schedule group.
        role_arn: Role that invokes the target.
        dead_letters_arn: Queue for invocations that failed for good; empty: none.
    """

    def __init__(self, client: Any, *, group: str, role_arn: str, dead_letters_arn: str = "") -> None:
        self._client = client
        self._group = group
        self._role_arn = role_arn
        self._dead_letters_arn = dead_letters_arn

    def put(
        self,
        tenant: str,
        name: str,
        expression: str,
        target_arn: str,
        payload: Mapping[str, Any],
        *,
        time_zone: str = "UTC",
        enabled: bool = True,
    ) -> None:
        """Create a schedule or replace it.

        Args:
            tenant: Tenant id.
            name: Unique within the tenant.
            expression: ``at(2026-03-02T09:00:00)``, ``rate(1 hour)`` or ``cron(0 9 ? * MON *)``.
            target_arn: The function to invoke.
            payload: What it gets.
            time_zone: IANA zone of ``at`` and ``cron``.
            enabled: Whether it fires.

        Raises:
            InvalidInput: The expression or the zone is wrong.
        """
        target: dict[str, Any] = {
            "Arn": target_arn,
            "RoleArn": self._role_arn,
            "Input": json.dumps(payload, separators=(",", ":")),
            "RetryPolicy": {"MaximumRetryAttempts": 20, "MaximumEventAgeInSeconds": 86_400},
        }
        if self._dead_letters_arn:
            target["DeadLetterConfig"] = {"Arn": self._dead_letters_arn}
        request = {
            "Name": schedule_name(tenant, name),
            "GroupName": self._group,
            "ScheduleExpression": expression,
            "ScheduleExpressionTimezone": time_zone,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED" if enabled else "DISABLED",
            "Target": target,
            # A one-off schedule is gone once it fired; it would count towards the quota for good.
            **({"ActionAfterCompletion": "DELETE"} if expression.startswith("at(") else {}),
        }
        try:
            with translated("EventBridge Scheduler"):
                self._client.create_schedule(**request)
        except InvalidInput as error:
            if error.details.get("aws_code") != "ConflictException":
                raise
            with translated("EventBridge Scheduler"):
                self._client.update_schedule(**request)

    def delete(self, tenant: str, name: str) -> None:
        """Delete a schedule; a missing one is no error."""
        try:
            with translated("EventBridge Scheduler"):
                self._client.delete_schedule(Name=schedule_name(tenant, name), GroupName=self._group)
        except NotReady:
            return

    def names(self, tenant: str) -> list[str]:
        """Return the full names of a tenant's schedules."""
        found: list[str] = []
        after: dict[str, str] = {}
        while True:
            with translated("EventBridge Scheduler"):
                page = self._client.list_schedules(GroupName=self._group, NamePrefix=f"{tenant}.", **after)
            found.extend(schedule["Name"] for schedule in page["Schedules"])
            if not page.get("NextToken"):
                return found
            after = {"NextToken": page["NextToken"]}


def schedule_name(tenant: str, name: str) -> str:
    """Name a schedule ``<tenant>.<name>``; what is too long or has odd characters ends in a hash."""
    full = f"{tenant}.{name}"
    clean = _NAME.sub("_", full)
    if clean == full and len(full) <= _LONGEST:
        return full
    return f"{clean[: _LONGEST - 9]}.{short_hash(full, length=8)}"


def at_expression(at: datetime) -> str:
    """Write a moment (UTC) as an ``at`` expression."""
    return f"at({at.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S')})"
