"""Registers what a deployment brings from git: CloudFormation calls it for each workflow and message of the folder."""

from __future__ import annotations

import time
from typing import Any

from stepwell.adapters.cloudformation import ResourceRequest, reason
from stepwell.contracts.parcels import unpack
from stepwell.errors import StepwellError
from stepwell.management import Management, management
from stepwell.observability import observed
from stepwell.publishing.deploying import DeployingPorts, carry_out, patiently
from stepwell.publishing.git import Asked

PAUSE_S = 5.0


def handler(event: dict[str, Any], context: object) -> None:
    """Carry out one request; whatever happens, CloudFormation is told, or it would wait until its time limit."""
    del context
    request = ResourceRequest.parse(event)
    physical_id = f"{request.properties.get('Tenant', '')}/{request.properties.get('Id', '')}"
    with observed("register_workflows") as batch:
        batch.note(type=request.type, kind=request.kind, resource=physical_id)
        try:
            data = patiently(lambda: _carried_out(request, management()), lambda: time.sleep(PAUSE_S))
        except StepwellError as error:
            batch.note(failed=error.code)
            request.answer(physical_id, failed=reason(error))
            return
        except Exception as error:
            request.answer(physical_id, failed=f"{type(error).__name__}: see the log of register-workflows.")
            raise
        batch.note(**data)
        request.answer(physical_id, data)


def _carried_out(request: ResourceRequest, wired: Management) -> dict[str, str]:
    said, before = request.properties, request.before
    # In another workspace it is new; the old one is told by a `Delete` of its own.
    same = before.get("Tenant") == said["Tenant"]
    asked = Asked(
        tenant=said["Tenant"],
        id=said["Id"],
        document=unpack(said["Source"]),
        digest=said.get("Digest", ""),
        previous=before.get("Digest", "") if same else "",
        request=request.request,
        rolling_back=wired.stacks.rolling_back(request.stack),
        number=int(said.get("Version", 0)),
    )
    ports = DeployingPorts(wired.publishing, wired.kept_in_git, wired.segments, wired.rules)
    return carry_out(ports, request.type, asked, gone=request.kind == "Delete")
