"""Gap: a Lambda never fails by itself there; tests ask for crashes before or after its work, and throttles."""

from __future__ import annotations

from typing import Any

from local.patches import Parts


def install(parts: Parts) -> None:
    """Lets the faults of ``local.faults`` strike functions by name."""
    from ministack.services import lambda_svc

    faults = parts.faults.functions
    execute = lambda_svc._execute_function_warm

    def lost(name: str) -> dict[str, Any]:
        body = {"errorType": "Lambda.Unknown", "errorMessage": f"{name} was lost, as asked for"}
        return {"body": body, "error": True, "log": ""}

    def execute_warm(func: dict[str, Any], event: Any, request_id: str) -> Any:
        name = (func.get("config") or func).get("FunctionName", "")
        if faults.take("throttle", name):
            return lambda_svc._throttle_response("ConcurrentInvocationLimitExceeded", "Rate Exceeded.")
        if faults.take("fail_before", name):
            return lost(name)
        result = execute(func, event, request_id)
        return lost(name) if faults.take("fail_after", name) else result

    lambda_svc._execute_function_warm = execute_warm
