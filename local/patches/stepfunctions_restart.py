"""Gap: executions that ran when the cloud stopped turn FAILED at the next start without a status event.

In AWS they would simply go on. Here at least the event is published after the start, so that whatever
looks after failed executions takes their work up again.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from local import daemon
from local.patches import Parts

WORK = "restart"


def install(parts: Parts) -> None:
    """Publishes the status events once the server runs."""
    from ministack.core import responses
    from ministack.services import stepfunctions as sfn

    restore = sfn._restore_state

    def restore_state(data: Any) -> None:
        running = [e["executionArn"] for e in (data or {}).get("executions", {}).all_values() if _runs(e)]
        restore(data)
        if running:
            parts.activity.enter(WORK)
            threading.Thread(target=publish, args=(running,), daemon=True, name="stepwell-restart").start()

    def publish(arns: list[str]) -> None:
        try:
            # Rules and queues are restored after the executions; the HTTP port opens when all is.
            while daemon.health(parts.settings) is None:
                time.sleep(0.1)
            for arn in arns:
                _, _, _, region, account, *_ = arn.split(":")
                responses.set_request_account_id(account)
                responses.set_request_region(region)
                execution = sfn._executions.get(arn)
                if execution is not None:
                    sfn._emit_execution_status_event(execution)
        finally:
            parts.activity.leave(WORK)

    sfn._restore_state = restore_state


def _runs(execution: dict[str, Any]) -> bool:
    # Children of a Distributed Map emit no events of their own.
    return execution.get("status") == "RUNNING" and "mapRunArn" not in execution
