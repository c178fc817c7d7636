"""Gap: an HTTP API turns gzip JSON into text, and what is no UTF-8 in it is lost.

MiniStack decides by Content-Type alone whether a body goes to the Lambda as text. A body that says
``Content-Encoding`` is handed over as base64 here, as everything binary is: tracking clients compress
what they label ``application/json``.
"""

from __future__ import annotations

import contextvars
from typing import Any

from local.patches import Parts

#: Whether the request at hand says that its body is encoded.
_encoded: contextvars.ContextVar[bool] = contextvars.ContextVar("stepwell_encoded_body", default=False)


def install(parts: Parts) -> None:
    """Installs the mend."""
    del parts
    from ministack.services import apigateway

    service: Any = apigateway
    invoke, is_text = service._invoke_lambda_proxy, service._v2_request_body_is_text

    async def invoke_encoded(*args: Any, **named: Any) -> Any:
        headers = named["headers"] if "headers" in named else args[5]
        token = _encoded.set(headers.get("content-encoding", "identity") != "identity")
        try:
            return await invoke(*args, **named)
        finally:
            _encoded.reset(token)

    service._invoke_lambda_proxy = invoke_encoded
    service._v2_request_body_is_text = lambda content_type: not _encoded.get() and is_text(content_type)
