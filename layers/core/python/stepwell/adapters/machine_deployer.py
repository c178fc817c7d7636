"""State machines of workflow versions on Step Functions: created once, never changed, deleted when drained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.contracts.names import NODE_FUNCTIONS, function_name, machine_name
from stepwell.errors import Conflict, InvalidInput, NotFound, NotReady, StepwellError

_SERVICE = "StepFunctions."
_GONE = frozenset({"StateMachineDoesNotExist", "ResourceNotFound"})


class StepFunctionsDeployer:
    """See `stepwell.publishing.ports.MachineDeployer`.

    Args:
        client: A `stepfunctions` client.
        prefix: The deployment's prefix.
        arn_prefix: ``arn:aws:states:<region>:<account>:stateMachine:<prefix>-``.
        function_arn_prefix: ``arn:aws:lambda:<region>:<account>:function:<prefix>-``.
        role_arn: Role of all workflow machines.
        log_group_arn: Log group for failed executions; empty: none (traces tell what happened).
        kms_key: Key that encrypts definition and history; empty: AWS's own.
        xray: Whether executions send traces.
    """

    def __init__(
        self,
        client: Any,
        *,
        prefix: str,
        arn_prefix: str,
        function_arn_prefix: str,
        role_arn: str,
        log_group_arn: str = "",
        kms_key: str = "",
        xray: bool = False,
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._arn_start = arn_prefix.removesuffix(f"{prefix}-")
        self._function_start = function_arn_prefix.removesuffix(f"{prefix}-")
        self._role_arn = role_arn
        self._log_group_arn = log_group_arn
        self._kms_key = kms_key
        self._xray = xray

    @property
    def prefix(self) -> str:
        """The deployment's prefix, start of machine names."""
        return self._prefix

    @property
    def functions(self) -> Mapping[str, str]:
        """ARN a node function."""
        return {name: self._function_start + function_name(self._prefix, name) for name in NODE_FUNCTIONS}

    @property
    def partition(self) -> str:
        """AWS partition."""
        return self._arn_start.split(":")[1] if self._arn_start.count(":") > 1 else "aws"

    def deploy(self, tenant: str, workflow: str, version: int, definition: str) -> str:
        """Create the machine and return its ARN; an equal one that exists is no error.

        Raises:
            Conflict: Another machine has this name.
            InvalidInput: Step Functions refuses the definition.
        """
        name = machine_name(self._prefix, tenant, workflow, version)
        request: dict[str, Any] = {
            "name": name,
            "definition": definition,
            "roleArn": self._role_arn,
            "type": "STANDARD",
            "tags": [
                {"key": "stepwell:deployment", "value": self._prefix},
                {"key": "stepwell:tenant", "value": tenant},
                {"key": "stepwell:workflow", "value": workflow},
                {"key": "stepwell:version", "value": str(version)},
            ],
        }
        if self._log_group_arn:
            request["loggingConfiguration"] = {
                "level": "ERROR",
                # The payload names contacts: it belongs in no log.
                "includeExecutionData": False,
                "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": self._log_group_arn}}],
            }
        if self._xray:
            request["tracingConfiguration"] = {"enabled": True}
        if self._kms_key:
            request["encryptionConfiguration"] = {
                "type": "CUSTOMER_MANAGED_KMS_KEY",
                "kmsKeyId": self._kms_key,
                "kmsDataKeyReusePeriodSeconds": 900,
            }
        try:
            with translated("Step Functions"):
                return str(self._client.create_state_machine(**request)["stateMachineArn"])
        except InvalidInput as error:
            if _code(error) not in {"StateMachineAlreadyExists", "ConflictException"}:
                raise
            return self._same(self._arn_start + name, definition, error)

    def _same(self, arn: str, definition: str, cause: InvalidInput) -> str:
        with translated("Step Functions"):
            stored = self._client.describe_state_machine(stateMachineArn=arn)
        if stored["definition"] != definition or stored["status"] != "ACTIVE":
            raise Conflict(
                f"There is another state machine {arn.rpartition(':')[2]}.", code="machine_exists"
            ) from cause
        return arn

    def find(self, tenant: str, workflow: str, version: int) -> tuple[str, str]:
        """Return ARN and definition of a machine that exists.

        Raises:
            NotFound: There is none, or it is being deleted.
        """
        name = machine_name(self._prefix, tenant, workflow, version)
        try:
            with translated("Step Functions"):
                stored = self._client.describe_state_machine(stateMachineArn=self._arn_start + name)
        except (InvalidInput, NotReady) as error:
            if _code(error) not in _GONE:
                raise
            raise NotFound(f"There is no state machine {name}.", code="no_machine") from error
        if stored["status"] != "ACTIVE":
            raise NotFound(f"The state machine {name} is being deleted.", code="no_machine")
        return str(stored["stateMachineArn"]), str(stored["definition"])

    def delete(self, tenant: str, workflow: str, version: int) -> None:
        """Delete the machine; a missing one is no error."""
        name = machine_name(self._prefix, tenant, workflow, version)
        try:
            with translated("Step Functions"):
                self._client.delete_state_machine(stateMachineArn=self._arn_start + name)
        except (InvalidInput, NotReady) as error:
            if _code(error) not in _GONE:
                raise


def _code(error: StepwellError) -> str:
    return str(error.details.get("aws_code", "")).removeprefix(_SERVICE)
