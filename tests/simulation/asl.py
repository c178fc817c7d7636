"""A small Step Functions: runs a JSONata machine state by state on virtual time, and is strict where AWS is.

An `Execution` advances by one state (or one attempt of a Task) per `step`, so that a test can interleave
many executions, inject what it likes between any two of them, and move the clock only when all are waiting.
`Assign` reads the values from before the state, as on AWS (MiniStack lets later entries see earlier ones).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from stepwell.contracts.clock import from_iso, iso

from tests.simulation.asl_definition import MAX_NAME, InvalidDefinitionError, Machine
from tests.simulation.asl_query import QUERY_ERROR, StateError, evaluate, plain

MAX_BYTES = 256 * 1024
MAX_EVENTS = 25_000
LAMBDA_INVOKE = "arn:aws:states:::lambda:invoke"

Invoke = Callable[[str, Any], Any]
"""Calls a Lambda by ARN (or name) with a payload; raises `StateError` for a failed invocation."""


@dataclass
class Execution:
    """One execution.

    Attributes:
        machine: What it runs.
        name: Its name.
        input: Its input.
        invoke: Calls Lambdas.
        status: RUNNING, SUCCEEDED or FAILED.
        wake: Not before this time; None: at once.
        transitions: State entries and retries, what AWS bills.
        events: History events.
        visited: State names in order of entry.
        error: Name and cause of the failure.
    """

    machine: Machine
    name: str
    input: Any
    invoke: Invoke
    started_at: datetime
    status: str = "RUNNING"
    wake: datetime | None = None
    transitions: int = 0
    events: int = 1
    visited: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    output: Any = None
    error: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        """Stand before the first state."""
        self.state: str = self.machine.definition["StartAt"]
        self._data = plain(self.input)
        self._retries: dict[int, int] = {}
        self._entered = False
        self._waited = False

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.status == "RUNNING"

    def ready(self, now: datetime) -> bool:
        """Whether a step would do something now."""
        return self.running and (self.wake is None or self.wake <= now)

    def step(self, now: datetime) -> None:
        """Run one state, one attempt of a Task, or the end of a Wait."""
        self.wake = None
        state = self.machine.states[self.state]
        if not self._entered:
            self._entered = True
            self.transitions += 1
            self.events += 1
            self.visited.append(self.state)
        try:
            self._limit()
            getattr(self, f"_{state['Type'].lower()}")(state, now)
        except StateError as error:
            self._handle(state, error, now)

    def abort(self) -> None:
        """Stop it, as an outage or an operator would."""
        self.status = "ABORTED"

    def _limit(self) -> None:
        if self.events > MAX_EVENTS:
            raise StateError("States.Runtime", "history over 25,000 events")

    def _states(self, **more: Any) -> dict[str, Any]:
        context = {
            "Execution": {"Name": self.name, "Input": self.input, "StartTime": iso(self.started_at)},
            "State": {"Name": self.state, "RetryCount": sum(self._retries.values())},
        }
        return {"input": self._data, "context": context, **more}

    def _go(self, part: Mapping[str, Any], to: str | None, default: Any, **more: Any) -> None:
        """Evaluate Output and Assign of a state (or rule or catcher) and leave it."""
        if not self.running:
            return  # aborted while its Task ran: the answer comes too late
        states = self._states(**more)
        output = evaluate(part["Output"], states, self.variables) if "Output" in part else default
        assigned = {k: evaluate(v, states, self.variables) for k, v in part.get("Assign", {}).items()}
        if len(json.dumps(output)) > MAX_BYTES or len(json.dumps(assigned)) > MAX_BYTES:
            raise StateError("States.DataLimitExceeded", self.state)
        self.variables.update(assigned)
        self._data = output
        self.events += 1
        self._retries.clear()
        self._entered = self._waited = False
        if to is None:
            self.status, self.output = "SUCCEEDED", output
            self.events += 1
        else:
            self.state = to

    def _succeed(self, state: Mapping[str, Any], now: datetime) -> None:
        self._go(state, None, self._data)

    def _pass(self, state: Mapping[str, Any], now: datetime) -> None:
        self._go(state, state.get("Next"), self._data)

    def _fail(self, state: Mapping[str, Any], now: datetime) -> None:
        name, cause = (evaluate(state.get(k, ""), self._states(), self.variables) for k in ("Error", "Cause"))
        self.status, self.error = "FAILED", (name, cause)

    def _choice(self, state: Mapping[str, Any], now: datetime) -> None:
        for rule in state["Choices"]:
            holds = evaluate(rule["Condition"], self._states(), self.variables)
            if not isinstance(holds, bool):
                raise StateError(QUERY_ERROR, f"{rule['Condition']} is no boolean: {holds!r}")
            if holds:
                self._go(rule, rule["Next"], self._data)
                return
        if "Default" not in state:
            raise StateError("States.NoChoiceMatched", self.state)
        self._go(state, state["Default"], self._data)

    def _wait(self, state: Mapping[str, Any], now: datetime) -> None:
        if self._waited:
            self._go(state, state.get("Next"), self._data)
            return
        key = "Seconds" if "Seconds" in state else "Timestamp"
        value = evaluate(state[key], self._states(), self.variables)
        if key == "Seconds":
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 99_999_999:
                raise StateError(QUERY_ERROR, f"Seconds: {value!r}")
            self.wake = now + timedelta(seconds=value)
        else:
            if not isinstance(value, str) or "T" not in value or not value.endswith("Z"):
                raise StateError(QUERY_ERROR, f"Timestamp: {value!r}")
            self.wake = from_iso(value)
        self._waited = True

    def _task(self, state: Mapping[str, Any], now: datetime) -> None:
        self.events += 3
        arguments = evaluate(state.get("Arguments", self._data), self._states(), self.variables)
        if len(json.dumps(arguments)) > MAX_BYTES:
            raise StateError("States.DataLimitExceeded", self.state)
        if state["Resource"] == LAMBDA_INVOKE:
            payload = plain(self.invoke(arguments["FunctionName"], arguments.get("Payload", {})))
            result: Any = {"Payload": payload, "StatusCode": 200, "ExecutedVersion": "$LATEST"}
        else:
            result = plain(self.invoke(state["Resource"], arguments))
        if len(json.dumps(result)) > MAX_BYTES:
            raise StateError("States.DataLimitExceeded", self.state)
        self._go(state, state.get("Next"), result, result=result)

    def _handle(self, state: Mapping[str, Any], error: StateError, now: datetime) -> None:
        if not self.running:
            return
        for index, retry in enumerate(state.get("Retry", ())):
            if not matches(retry["ErrorEquals"], error.name):
                continue
            done = self._retries.get(index, 0)
            if done < retry.get("MaxAttempts", 3):
                self._retries[index] = done + 1
                self.transitions += 1
                delay = retry.get("IntervalSeconds", 1) * retry.get("BackoffRate", 2.0) ** done
                self.wake = now + timedelta(seconds=min(delay, retry.get("MaxDelaySeconds", delay)))
                return
            break
        for catch in state.get("Catch", ()):
            if matches(catch["ErrorEquals"], error.name):
                output = {"Error": error.name, "Cause": error.cause}
                try:
                    self._go(catch, catch["Next"], output, errorOutput=output)
                except StateError as second:
                    error = second
                    break
                return
        self.status, self.error = "FAILED", (error.name, error.cause)


def matches(names: list[str], error: str) -> bool:
    """Say whether an ErrorEquals list takes an error."""
    if error in names:
        return True
    if "States.ALL" in names:
        return error not in ("States.DataLimitExceeded", "States.Runtime")
    return "States.TaskFailed" in names and error != "States.Timeout"


@dataclass
class Executions:
    """All executions of a deployment, by name; a name is taken once, as on AWS.

    Attributes:
        invoke: Calls Lambdas.
    """

    invoke: Invoke
    by_name: dict[str, Execution] = field(default_factory=dict)

    def start(self, machine: Machine, name: str, data: Any, now: datetime) -> bool:
        """Start an execution; False if the name was used before (`ExecutionAlreadyExists`)."""
        if len(name) > MAX_NAME:
            raise InvalidDefinitionError(f"execution name over {MAX_NAME} characters: {name}")
        if name in self.by_name:
            return False
        self.by_name[name] = Execution(machine, name, data, self.invoke, now)
        return True

    def ready(self, now: datetime) -> list[Execution]:
        """Return executions that can step now, oldest first."""
        return [e for e in self.by_name.values() if e.ready(now)]

    def next_wake(self) -> datetime | None:
        """Return when the next waiting execution goes on."""
        return min((e.wake for e in self.by_name.values() if e.running and e.wake), default=None)
