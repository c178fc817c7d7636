"""Machines on Step Functions: an execution is named after its run and attempt, so a start may be repeated."""

from __future__ import annotations

import json
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.contracts.names import machine_name
from stepwell.contracts.tokens import Run
from stepwell.errors import InvalidInput, NotReady, StepwellError, Unavailable

# Some spell these `StepFunctions.<code>Exception`.
_SERVICE = "StepFunctions."
_STARTED = "ExecutionAlreadyExists"
_MISSING = frozenset({"ExecutionDoesNotExist", "StateMachineDoesNotExist"})
_LATER = frozenset({"ExecutionLimitExceeded", "StateMachineDeleting", "StateMachineDoesNotExist"})


class StepFunctionsMachines:
    """See `stepwell.runtime.ports.Machines`.

    Args:
        client: A `stepfunctions` client.
        prefix: The deployment's prefix.
        arn_prefix: ``arn:aws:states:<region>:<account>:stateMachine:<prefix>-``.
    """

    def __init__(self, client: Any, *, prefix: str, arn_prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._arn_start = arn_prefix.removesuffix(f"{prefix}-")

    def machine_arn(self, tenant: str, workflow: str, version: int) -> str:
        """Return the ARN of a workflow version's state machine."""
        return self._arn_start + machine_name(self._prefix, tenant, workflow, version)

    def execution_arn(self, tenant: str, run: Run) -> str:
        """Return the ARN of a run's current execution."""
        machine = self.machine_arn(tenant, run.workflow, run.version)
        return f"{machine.replace(':stateMachine:', ':execution:')}:{run.execution_name}"

    def start(self, tenant: str, run: Run) -> None:
        """Start a run's execution by its name; already started is no error.

        Raises:
            Unavailable: Could not be started now; the reconciler will.
        """
        try:
            with translated("Step Functions"):
                self._client.start_execution(
                    stateMachineArn=self.machine_arn(tenant, run.workflow, run.version),
                    name=run.execution_name,
                    input=json.dumps(execution_input(run), separators=(",", ":")),
                )
        except (InvalidInput, NotReady) as error:
            code = _code(error)
            if code in _LATER:
                raise Unavailable(f"The run could not be started now ({code}).") from error
            if code != _STARTED:
                raise

    def status(self, tenant: str, run: Run) -> str:
        """Return RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED or MISSING."""
        try:
            with translated("Step Functions"):
                answer = self._client.describe_execution(executionArn=self.execution_arn(tenant, run))
        except (InvalidInput, NotReady) as error:
            if _code(error) in _MISSING:
                return "MISSING"
            raise
        return str(answer["status"])


def execution_input(run: Run) -> dict[str, Any]:
    """Return what `dispatch` reads."""
    return {
        "entry": run.entry,
        "run": run.id,
        "attempt": run.attempt,
        "loop": dict(run.loop),
        "cohort": list(run.cohort),
    }


def _code(error: StepwellError) -> str:
    return str(error.details.get("aws_code", "")).removeprefix(_SERVICE).removesuffix("Exception")
