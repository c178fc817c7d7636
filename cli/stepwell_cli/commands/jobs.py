"""Waits for what takes longer than a request: broadcasts and moves."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from stepwell_cli.api import part
from stepwell_cli.errors import CliError
from stepwell_cli.session import Session

Wait = Annotated[bool, typer.Option("--wait", help="Wait until it is done.")]
_EVERY_S = 2.0
_LONGEST_S = 3_600.0


def follow(run: Session, answer: dict[str, Any]) -> dict[str, Any]:
    """Wait until the job that an answer names is done; return the job.

    Raises:
        CliError: It failed, or takes longer than an hour.
    """
    if not answer.get("job"):
        return answer
    name = str(answer["job"])
    started = run.now()
    with Console(stderr=True).status("Working …") as status:
        while True:
            job = run.api.get(f"/jobs/{part(name)}")
            if job.get("state") == "failed":
                why = (job.get("details") or {}).get("error") or "see `stepwell --json`"
                raise CliError(f"The job {name} failed: {why}.", code="job_failed", details=job)
            if job.get("state") == "done":
                return {
                    **answer,
                    "state": "done",
                    "counts": job.get("counts") or {},
                    "total": job.get("total"),
                }
            if run.now() - started > _LONGEST_S:
                raise CliError(f"The job {name} still runs after an hour.", code="job_slow", details=job)
            status.update(
                f"{job.get('state')}: {job.get('parts_done', 0)} of {job.get('parts') or '?'} parts"
            )
            run.sleep(_EVERY_S)
