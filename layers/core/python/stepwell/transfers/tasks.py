"""What the machine asks of its functions: plan, one part, finish, and to say why something failed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from stepwell.errors import InvalidInput, StepwellError
from stepwell.transfers import exporting, importing
from stepwell.transfers.jobs import IMPORTS, found
from stepwell.transfers.model import import_spec
from stepwell.transfers.ports import ExportPorts, ImportPorts
from stepwell.transfers.previewing import preview

UNEXPECTED = "Something unexpected happened; the operators see it in the function's log. Try again."
_Failing = Callable[[str], dict[str, Any]]


def import_task(ports: ImportPorts, event: Mapping[str, Any]) -> dict[str, Any]:
    """Do one task of an import.

    Raises:
        StepwellError: To be repeated.
    """
    tenant, job, task = str(event["tenant"]), str(event["job"]), str(event["task"])
    match task:
        case "plan":
            return _planned(
                lambda: importing.planned(ports, tenant, job), _reason(importing.failed, ports, tenant, job)
            )
        case "part":
            return importing.done(ports, tenant, job, event["part"])
        case "finish":
            return importing.finished(ports, tenant, job)
        case "failed":
            return importing.failed(ports, tenant, job, UNEXPECTED)
        case "preview":
            try:
                told = preview(
                    ports, tenant, found(ports.jobs, tenant, job, IMPORTS), import_spec(event["spec"])
                )
                # Parquet knows types that JSON does not.
                return {"preview": json.loads(json.dumps(told, default=str))}
            except InvalidInput as error:
                return {"error": {"code": error.code, "message": error.message}}
    raise InvalidInput(f"There is no task `{task}`.", code="bad_task")


def export_task(ports: ExportPorts, event: Mapping[str, Any]) -> dict[str, Any]:
    """Do one task of an export.

    Raises:
        StepwellError: To be repeated.
    """
    tenant, job, task = str(event["tenant"]), str(event["job"]), str(event["task"])
    match task:
        case "plan":
            return _planned(
                lambda: exporting.planned(ports, tenant, job), _reason(exporting.failed, ports, tenant, job)
            )
        case "part":
            return exporting.done(ports, tenant, job, event["part"])
        case "finish":
            return exporting.finished(ports, tenant, job)
        case "failed":
            return exporting.failed(ports, tenant, job, UNEXPECTED)
    raise InvalidInput(f"There is no task `{task}`.", code="bad_task")


def _reason(
    failing: Callable[[Any, str, str, str], dict[str, Any]], ports: Any, tenant: str, job: str
) -> _Failing:
    return lambda why: failing(ports, tenant, job, why)


def _planned(plan: Callable[[], dict[str, Any]], failing: _Failing) -> dict[str, Any]:
    try:
        return plan()
    except StepwellError as error:
        if error.retryable:
            raise
        # Asked again it would fail again: whoever asked is told why.
        failing(error.message)
        return {"parts": 0}
