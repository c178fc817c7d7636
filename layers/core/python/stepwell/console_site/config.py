"""What the console is told before anybody signed in: nothing of it is secret."""

from __future__ import annotations

import json
from typing import Any

from stepwell.settings import Settings

API_VERSION = "v1"


def public_config(settings: Settings) -> dict[str, Any]:
    """Return what `/config.json` says.

    Args:
        settings: Of the function that serves the console.
    """
    return {
        "region": settings.region,
        "user_pool_id": settings.require("user_pool_id"),
        "client_id": settings.require("user_pool_client_id"),
        # In AWS the client library knows the address by the region.
        "cognito_endpoint": settings.endpoint if settings.local else None,
        "prefix": settings.prefix,
        "local": settings.local,
        "api_version": API_VERSION,
        "federation": json.loads(settings.federation) if settings.federation else None,
    }


def connections(settings: Settings) -> tuple[str, ...]:
    """Return the addresses besides its own that the console may speak with: sign-in, and where files are put."""
    if settings.local:
        return (settings.endpoint,)
    found = [f"https://cognito-idp.{settings.region}.amazonaws.com"]
    if settings.artifacts_bucket:
        found.append(f"https://{settings.artifacts_bucket}.s3.{settings.region}.amazonaws.com")
    if settings.federation:
        found.append(f"https://{json.loads(settings.federation)['domain']}")
    return tuple(found)
