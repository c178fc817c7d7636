"""Gap: EventBridge Scheduler and rules follow real time, ignore time zones, and look every 10 s.

Schedules are read against the virtual clock (each fires once for a jump over several periods), their
``ScheduleExpressionTimezone`` is honoured, ``<aws.scheduler.scheduled-time>`` is filled in, and what
has fired is kept over a restart, so that a one-time schedule does not fire twice.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from local.application import SWEEPER, plain
from local.clock import iso
from local.patches import Parts

logger = logging.getLogger("stepwell.schedules")


class Timetable:
    """The schedules and rules of MiniStack, on virtual time."""

    def __init__(self, parts: Parts) -> None:
        from ministack.core import responses
        from ministack.services import eventbridge, scheduler

        self._clock = parts.clock
        self._scheduler: Any = scheduler
        self._rules: Any = eventbridge
        self._scope: Any = responses
        self._firing = threading.Lock()
        self._rules_tick = eventbridge._tick_scheduled_rules

    def next_once(self) -> float | None:
        """The next one-time schedule that has not fired."""
        times = [at for _, at, once in self._upcoming() if once]
        return min(times, default=None)

    def next_recurring(self, min_period_s: float) -> float | None:
        """The next firing of a recurring schedule whose period is at least ``min_period_s``."""
        now = self._clock.now()
        times = []
        for schedule, at, once in self._upcoming():
            if not once and at > now and self._period(schedule, at) >= min_period_s:
                times.append(at)
        return min(times, default=None)

    def tick(self) -> None:
        """Fires every schedule and rule that is due now."""
        with self._firing:
            self._fire_schedules()
            self._rules_tick()

    def sweeping(self) -> None:
        """The sweeper is called for what is due: the rule that calls it each minute has had its turn."""
        now = self._clock.now()
        for key, targets in list(self._rules._targets._data.items()):
            if any(SWEEPER in plain(str(target.get("Arn", ""))) for target in targets):
                self._rules._rule_last_fired[key] = now

    def _upcoming(self) -> list[tuple[dict[str, Any], float, bool]]:
        found = []
        for key, schedule in list(self._scheduler._schedules._data.items()):
            if schedule.get("State") == "ENABLED":
                at, once = self._next(key, schedule)
                if at is not None:
                    found.append((schedule, at, once))
        for key, rule in list(self._rules._rules._data.items()):
            if rule.get("State") == "ENABLED" and rule.get("ScheduleExpression"):
                at = self._recurs(rule, self._rules._rule_last_fired.get(key), rule.get("CreationTime"), UTC)
                if at is not None:
                    found.append((rule, at, False))
        return found

    def _next(self, key: Any, schedule: dict[str, Any]) -> tuple[float | None, bool]:
        expression = schedule.get("ScheduleExpression", "").strip()
        zone = ZoneInfo(schedule.get("ScheduleExpressionTimezone") or "UTC")
        fired = self._scheduler._schedule_last_fired.get(key)
        created = float(schedule.get("CreationDate", self._clock.now()))
        start = self._scheduler._to_epoch(schedule.get("StartDate")) or created
        if expression.startswith("at("):
            try:
                at = datetime.fromisoformat(expression[3:-1]).replace(tzinfo=zone).timestamp()
            except ValueError:
                return None, True
            return (None if fired else at), True
        following = self._recurs(schedule, fired, created, zone)
        return (following if following is None else max(following, start)), False

    def _recurs(
        self, schedule: dict[str, Any], fired: float | None, created: float | None, zone: tzinfo
    ) -> float | None:
        expression = schedule["ScheduleExpression"].strip()
        since = fired or created or self._clock.now()
        interval = self._rules._parse_rate_seconds(expression)
        if interval is not None:
            return float(since + interval)
        fields = self._rules._parse_cron_fields(expression)
        following = (
            self._rules._cron_next_fire(fields, datetime.fromtimestamp(since, zone)) if fields else None
        )
        return following.timestamp() if following else None

    def _period(self, schedule: dict[str, Any], at: float) -> float:
        interval = self._rules._parse_rate_seconds(schedule["ScheduleExpression"])
        if interval is not None:
            return float(interval)
        fields = self._rules._parse_cron_fields(schedule["ScheduleExpression"])
        # In its own zone: read in another, the next firing of a daily schedule may be an hour away.
        zone = ZoneInfo(schedule.get("ScheduleExpressionTimezone") or "UTC")
        following = self._rules._cron_next_fire(fields, datetime.fromtimestamp(at, zone)) if fields else None
        return (following.timestamp() - at) if following else float("inf")

    def _fire_schedules(self) -> None:
        now = self._clock.now()
        for key, schedule in list(self._scheduler._schedules._data.items()):
            if schedule.get("State") != "ENABLED":
                continue
            at, once = self._next(key, schedule)
            end = self._scheduler._to_epoch(schedule.get("EndDate"))
            over = end is not None and now > end
            if at is None or at > now or over:
                if over and schedule.get("ActionAfterCompletion") == "DELETE":
                    self._scheduler._schedules._data.pop(key, None)
                continue
            self._scheduler._schedule_last_fired[key] = now
            self._fire(key, schedule, at)
            if once and schedule.get("ActionAfterCompletion") == "DELETE":
                self._scheduler._schedules._data.pop(key, None)
                self._scheduler._schedule_last_fired.pop(key, None)

    def _fire(self, key: Any, schedule: dict[str, Any], at: float) -> None:
        account, region, _ = key
        target = dict(schedule.get("Target") or {})
        if isinstance(target.get("Input"), str):
            scheduled = iso(at)[:19] + "Z"
            target["Input"] = target["Input"].replace("<aws.scheduler.scheduled-time>", scheduled)
        previous = self._scope.get_account_id(), self._scope.get_region()
        self._scope.set_request_account_id(account)
        self._scope.set_request_region(region)
        event = {
            "EventId": self._scheduler.new_uuid(),
            "Source": "aws.scheduler",
            "DetailType": "Scheduled Event",
            "Detail": "{}",
            "Time": at,
            "Resources": [schedule.get("Arn", "")],
            "Account": account,
            "Region": region,
        }
        try:
            self._rules._invoke_target(target, event, schedule)
        finally:
            self._scope.set_request_account_id(previous[0])
            self._scope.set_request_region(previous[1])


def install(parts: Parts) -> Timetable:
    """Puts rules and schedules on virtual time; returns the timetable that the stepper uses."""
    from ministack.services import eventbridge, scheduler

    timetable = Timetable(parts)
    eventbridge._now_ts = parts.clock.now
    scheduler._now = parts.clock.now
    scheduler._SCHEDULE_TICK_INTERVAL = eventbridge._SCHEDULER_TICK_INTERVAL = 1
    scheduler._tick_schedules = timetable.tick
    # One thread fires both, so that a schedule cannot fire twice at once.
    eventbridge._tick_scheduled_rules = lambda: None
    get_state, restore = scheduler.get_state, scheduler._restore_state

    def get_state_with_fired() -> dict[str, Any]:
        return {**get_state(), "fired": [[*key, at] for key, at in scheduler._schedule_last_fired.items()]}

    def restore_with_fired(data: dict[str, Any]) -> None:
        restore(data)
        scheduler._schedule_last_fired.update({(a, r, k): at for a, r, k, at in data.get("fired", [])})

    scheduler.get_state = get_state_with_fired
    scheduler._restore_state = restore_with_fired
    return timetable
