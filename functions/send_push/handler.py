"""Sends notifications to cohorts."""

from __future__ import annotations

from typing import Any

from stepwell.serving import serve_task


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Carry out one Task of a workflow's machine."""
    return serve_task("send_push", event, context.aws_request_id)
