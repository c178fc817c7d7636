"""What the node Lambdas share: parse a Task, run it, answer. Each is a function of its own for its role.

In Lambda the clients are made with the imports: a process starts with a whole processor, and its first call has
the share that its memory buys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.cold_start import collector_paused

with collector_paused():
    from stepwell.bootstrap import container
    from stepwell.contracts.node_io import NodeTask
    from stepwell.observability import Lines, observed
    from stepwell.runtime.stepping import run_task
    from stepwell.settings import in_lambda

    if in_lambda():
        _ = container().ports


def serve_task(function: str, event: Mapping[str, Any], invocation: str) -> dict[str, Any]:
    """Carry out one Task of a workflow's machine.

    Args:
        function: Name of the function.
        event: The Task's payload.
        invocation: The Lambda's request id.

    Returns:
        The result's JSON form.
    """
    with observed(function, log=Lines(function)) as batch:
        task = NodeTask.parse(event)
        batch.note(
            tenant=task.tenant,
            workflow=task.workflow,
            version=task.version,
            node=task.node,
            run=task.run,
            attempt=task.attempt,
            part=task.part,
        )
        result = run_task(task, container().ports, invocation)
        batch.note(out={outcome: len(tokens) for outcome, tokens in result.out.items()})
        batch.count("Contacts", len(task.cohort))
        batch.count("Later", len(result.later))
        return result.payload()
