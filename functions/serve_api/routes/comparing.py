"""Compares each answer with the type that the OpenAPI document gives for it.

In tests and in the local cloud an answer that differs is a failure. In AWS it is logged and sent as it is: a client
that gets a field too many is better off than one that gets nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import ResponseValidationError
from stepwell.observability import logger


class ReplyDiffersError(AssertionError):
    """An answer is not what its route says that it answers."""


def compared(app: Any, following: Callable[[Any], Response[Any]]) -> Response[Any]:
    """Go on to the route; where its answer differs from its type, fail or log (see the module).

    Raises:
        ReplyDiffersError: It differs, and this is a test or the local cloud.
    """
    try:
        return following(app)
    except ResponseValidationError as error:
        # Where and what, never the values: they may be personal.
        faults = [f"{'.'.join(map(str, fault['loc'][1:]))}: {fault['msg']}" for fault in error.errors()]
        route = app.context["_route"]
        if app.context["strict"]:
            raise ReplyDiffersError(f"{route.operation_id}: {'; '.join(faults)}") from None
        logger("serve_api").error("reply_differs", operation=route.operation_id, faults=faults[:20])
        return Response(route.status_code, "application/json", json.dumps(error.body))
