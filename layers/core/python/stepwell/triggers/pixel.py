"""The pixel: an image's address that tells an event, for pages and mails without script.

A request for the image is turned into the tracking call that it stands for, so that both are held to the same rules.
Whatever becomes of it, the browser gets its image with 200: anything else would show on somebody's page, and nobody
there could mend it. What was refused says so in a header, is shown in the debugger, and is counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from stepwell.triggers import wire

PATH = "/v1/pixel.gif"
REFUSED = "x-stepwell-refused"
"""Header of the answer: the code of what was wrong with an event that was not taken."""
DROPPED = "x-stepwell-dropped"
"""Header of the answer: the signal by which the visitor asked not to be tracked."""
MAX_PARAMETERS = 100
# One transparent point (GIF 89a).
_GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_IDS = ("userId", "anonymousId", "messageId", "timestamp")
_CAMPAIGN = {
    "utm_source": "source",
    "utm_medium": "medium",
    "utm_campaign": "name",
    "utm_term": "term",
    "utm_content": "content",
}

Handle = Callable[[Mapping[str, Any]], dict[str, Any]]


def asked(request: Mapping[str, Any]) -> bool:
    """Tell whether an HTTP API (payload 2.0) request is one for the pixel."""
    http = (request.get("requestContext") or {}).get("http") or {}
    return str(request.get("rawPath", "")) == PATH and http.get("method") in ("GET", "HEAD")


def answer(request: Mapping[str, Any], handle: Handle) -> dict[str, Any]:
    """Answer a request for the pixel.

    Args:
        request: An HTTP API (payload 2.0) request for which `asked` is true.
        handle: Takes the tracking call that it stands for.
    """
    headers = wire.headers_of(request)
    # The image stands on a page that asked nobody: there is no choice that could outweigh the signal.
    if headers.get("sec-gpc", "").strip() == "1":
        return _image({DROPPED: "gpc"})
    told = handle(_call(request, headers))
    body = json.loads(told["body"] or "{}")
    faults = [body, *body.get("rejected", ())]
    code = next((str(fault["code"]) for fault in faults if fault.get("code")), "")
    return _image({REFUSED: code} if code else {})


def _call(request: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the tracking call that a request for the image stands for."""
    given = _parameters(request)
    key, name = given.pop("k", ""), given.pop("e", "")
    document: dict[str, Any] = {"writeKey": key}
    document |= {field: given.pop(field) for field in _IDS if given.get(field)}
    campaign = {_CAMPAIGN[field]: given.pop(field) for field in _CAMPAIGN if field in given}
    # Two requests are two events also when they say the same: only the gateway tells them apart.
    if "messageId" not in document and (request_id := _request_id(request)):
        document["messageId"] = f"px-{request_id}"
    page = given.pop("url", "") or headers.get("referer", "")
    if page:
        given["page_url"] = page
    context: dict[str, Any] = {"library": {"name": "stepwell.pixel"}}
    context |= {"userAgent": headers["user-agent"]} if headers.get("user-agent") else {}
    context |= {"campaign": campaign} if campaign else {}
    context |= {"page": {"url": page}} if page else {}
    document |= {"context": context, "properties": given} | ({"event": name} if name else {})
    path = "/v1/t" if name else "/v1/p"
    return {
        "rawPath": path,
        "headers": {},
        "requestContext": {"http": {"method": "POST", "path": path}},
        "isBase64Encoded": False,
        "body": json.dumps(document),
    }


def _parameters(request: Mapping[str, Any]) -> dict[str, str]:
    raw = str(request.get("rawQueryString") or "")
    # The last of a name wins, as in an object; beyond the limit nothing is read.
    pairs = parse_qsl("&".join(raw.split("&")[:MAX_PARAMETERS]), keep_blank_values=False, errors="replace")
    return dict(pairs)


def _request_id(request: Mapping[str, Any]) -> str:
    return str((request.get("requestContext") or {}).get("requestId") or "")


def _image(more: Mapping[str, str]) -> dict[str, Any]:
    headers = {
        "content-type": "image/gif",
        "cache-control": "no-store, max-age=0",
        # Pages that isolate themselves load only what says that they may.
        "cross-origin-resource-policy": "cross-origin",
        "access-control-allow-origin": "*",
        **more,
    }
    return {"statusCode": 200, "headers": headers, "body": _GIF, "isBase64Encoded": True}
