"""Gap: Step Functions waits sleep in real time (or scaled), so virtual time cannot jump over them.

Waits and retry pauses are registered with the virtual clock instead, executions count as work
except while they wait, stopping an execution ends its wait, and ``$now()``, ``State.EnteredTime``
and start dates tell virtual time.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

from local.patches import Parts

_owner: contextvars.ContextVar[str] = contextvars.ContextVar("stepwell_execution", default="")
WORK = "execution"


def install(parts: Parts) -> None:
    """Replaces the sleeping functions and counts running executions."""
    from ministack.services import stepfunctions as sfn

    clock, activity = parts.clock, parts.activity

    def sleep(seconds: float) -> None:
        if seconds > 0:
            _wait(clock.now() + seconds)

    def sleep_until(text: str) -> None:
        moment = sfn._parse_ts(text)
        if moment is not None:
            _wait(moment.timestamp())

    def _wait(at: float) -> None:
        name = _owner.get()
        if name:
            clock.wait_until(at, owner=name, label=name.rsplit(":execution:", 1)[-1], kind=WORK)
            return
        with activity.during(WORK):
            clock.wait_until(at, owner="TestState", label="TestState", kind=WORK)

    sfn._scaled_sleep = sleep
    sfn._sleep_until = sleep_until
    sfn.now_iso = clock.now_iso
    _count_executions(parts, sfn)
    for name in (
        "_run_parallel_branches",
        "_run_map_items",
        "_invoke_nested_start_execution_sync",
        "_invoke_with_callback",
    ):
        setattr(sfn, name, _waits_for_others(activity, getattr(sfn, name)))
    _virtual_jsonata_time(parts)


def _count_executions(parts: Parts, sfn: Any) -> None:
    activity, clock = parts.activity, parts.clock
    start, run, stop, branch = (
        sfn._start_execution,
        sfn._run_execution,
        sfn._stop_execution,
        sfn._run_sub_machine,
    )

    def start_execution(data: dict[str, Any]) -> Any:
        # Counted before its thread exists, so that no moment looks quiet in between.
        activity.enter(WORK)
        answer = start(data)
        if answer[0] >= 400:
            activity.leave(WORK)
        return answer

    def run_execution(arn: str) -> None:
        outer = _owner.set(arn)
        synchronous = bool((sfn._executions.get(arn) or {}).get("sync"))
        if synchronous:
            activity.enter(WORK)
        try:
            run(arn)
        finally:
            activity.leave(WORK)
            _owner.reset(outer)

    def stop_execution(data: dict[str, Any]) -> Any:
        answer = stop(data)
        clock.cancel(data.get("executionArn", ""))
        return answer

    def run_sub_machine(*args: Any) -> Any:
        with activity.during(WORK):
            return branch(*args)

    sfn._start_execution = start_execution
    sfn._run_execution = run_execution
    sfn._stop_execution = stop_execution
    sfn._run_sub_machine = run_sub_machine


def _waits_for_others(activity: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        with activity.suspended(WORK):
            return function(*args)

    return call


def _virtual_jsonata_time(parts: Parts) -> None:
    from jsonata import jsonata, timebox

    class VirtualTimebox(timebox.Timebox):  # type: ignore[misc]
        # Only the engine's reading of the time is replaced: its time limit keeps the real one.
        @staticmethod
        def current_milli_time() -> int:
            return int(parts.clock.now() * 1000)

    class Shim:
        Timebox = VirtualTimebox

    jsonata.timebox = Shim
