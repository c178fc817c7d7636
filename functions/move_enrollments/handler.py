"""Works page by page, a page a message: contacts in flight move on, everybody is asked about a new segment."""

from __future__ import annotations

import json
from typing import Any

from stepwell.errors import StepwellError
from stepwell.management import management
from stepwell.observability import observed
from stepwell.publishing.catalog_telling import carry_on
from stepwell.publishing.erasing import erase
from stepwell.publishing.moves import carry_out
from stepwell.publishing.records import Move
from stepwell.publishing.rescoring import rescore
from stepwell.publishing.segment_settling import settle


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Carry out one page of each move and queue the next; a repeated page is harmless."""
    del context
    wired = management()
    with observed("move_enrollments") as batch:
        for record in event["Records"]:
            move = Move.parse(json.loads(record["body"]))
            batch.note(tenant=move.tenant, workflow=move.workflow, kind=move.kind, job=move.job)
            batch.count("Pages")
            try:
                if move.kind == "segment":
                    settle(wired.segments, wired.runtime.events, move)
                elif move.kind == "rescore":
                    rescore(wired.rules, wired.runtime.events, move)
                elif move.kind == "catalog":
                    carry_on(wired.catalogs, wired.runtime.events, wired.runtime.profiles, move)
                elif move.kind == "mail":
                    wired.console.mail_health.look(move.tenant)
                elif move.kind == "timing":
                    wired.console.send_times.refresh(move.tenant)
                elif move.kind == "erase":
                    erase(wired.erasing, move)
                else:
                    carry_out(wired.publishing, wired.runtime, move)
            except StepwellError as error:
                if error.retryable:
                    raise
                details = {"code": error.code, "why": error.message}
                wired.jobs.update(move.tenant, move.job, "failed", details=details)
                batch.note(failed=error.code)
                batch.count("Refused")
        return {"batchItemFailures": []}
