"""What the three nodes that call somebody else's API share."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from stepwell.workflows.nodes._fields import FieldValues
from stepwell.workflows.nodes.base import CallHttp, Effect, Found, Member, Moment, NodeConfig
from stepwell.workflows.references import fill, fill_text, fill_url

HTTP_OUTCOMES = ("success", "failed")


class HttpConfig(NodeConfig):
    """A call; references such as `{{event.order_id}}` work in path, query, header values and body."""

    url: str = Field(
        title="Address", examples=["https://api.example.com/orders/{{event.order_id}}"], max_length=2000
    )
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field("POST", title="Method")
    headers: dict[str, str] = Field(
        {},
        title="Headers",
        description="A value `secret:NAME` is read from the secret store at the call.",
        examples=[{"Authorization": "secret:orders_api"}],
        max_length=30,
    )
    body: Any = Field(None, title="JSON body", examples=[{"email": "{{email}}"}])
    timeout_s: float = Field(10.0, title="Time limit", description="Seconds for the whole call.", gt=0, le=30)
    save: FieldValues = Field(
        {},
        title="Save",
        description="Profile field by dotted path in the JSON response.",
        examples=[{"plan": "customer.plan"}],
    )
    success: tuple[int, ...] = Field(
        (), title="Success", description="Status codes that count; empty: 2xx.", max_length=20
    )


def call(config: HttpConfig, member: Member, moment: Moment, *, body: Any = None, sign: str = "") -> Effect:
    """Return the call for one contact.

    Args:
        config: The node's config.
        member: The contact.
        moment: The step.
        body: Used where the config has none.
        sign: Secret that signs the body.
    """
    given = config.body if config.body is not None else body
    return CallHttp(
        method=config.method,
        url=fill_url(config.url, member, moment),
        headers={
            # No value can add a header line of its own.
            name: fill_text(text, member, moment, escape=lambda v: v.replace("\r", "").replace("\n", " "))
            for name, text in config.headers.items()
        },
        body=None if config.method == "GET" else fill(given, member, moment),
        timeout_s=config.timeout_s,
        save={name: str(path) for name, path in config.save.items()},
        success=config.success,
        sign=sign,
    )


def http_checks(config: HttpConfig) -> list[Found]:
    """Return what is wrong with the address: scheme, host, references in the host."""
    parts = urlsplit(config.url)
    found = []
    if parts.scheme not in ("https", "http") or not parts.netloc:
        found.append(Found("url", "Write an absolute address that starts with `https://`.", "url"))
    elif "{{" in parts.netloc or "}}" in parts.netloc:
        found.append(
            Found("url_host", "The host cannot come from data: write it out, use references after it.", "url")
        )
    if "@" in parts.netloc:
        found.append(
            Found("url_credentials", "Keep credentials out of the address: use a secret header.", "url")
        )
    for name, path in config.save.items():
        if not isinstance(path, str) or not path:
            found.append(
                Found("save_path", f"`{name}` needs a dotted path into the response.", f"save.{name}")
            )
    return found
