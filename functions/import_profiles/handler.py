"""Does the tasks of imports: the machine of transfers asks for a plan, each part, and the end."""

from __future__ import annotations

from typing import Any

from stepwell.management import management
from stepwell.observability import observed
from stepwell.transfers.tasks import import_task


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Do one task; a repeated one changes nothing."""
    del context
    with observed("import_profiles", tenant=event.get("tenant", "")) as batch:
        batch.note(job=event.get("job"), task=event.get("task"))
        told = import_task(management().import_ports, event)
        if event.get("task") == "part":
            batch.count("Rows", int(told.get("rows", 0)))
        return told
