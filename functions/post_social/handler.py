"""Posts on social networks: for cohorts of workflows, and what is due otherwise."""

from __future__ import annotations

from typing import Any

from stepwell.observability import Lines, observed
from stepwell.serving import serve_task
from stepwell.social_work import carry_out


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Carry out one Task of a workflow's machine, or the work of one asynchronous call."""
    if "work" not in event:
        return serve_task("post_social", event, context.aws_request_id)
    with observed("post_social", log=Lines("post_social")) as batch:
        batch.note(tenant=event["tenant"], kinds=sorted({str(one["kind"]) for one in event["work"]}))
        done = carry_out(event, context.aws_request_id)
        batch.count("Done", done["done"])
        batch.count("Refused", done["refused"])
        return dict(done)
