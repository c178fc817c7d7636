"""Puts the user's tenant into the access token (Cognito pre-token-generation trigger, version 2).

Cognito leaves user attributes out of access tokens, and the API takes the tenant from the token alone.
Only an administrator can write the attribute, so a user cannot choose a tenant.
"""

from __future__ import annotations

from typing import Any

CLAIM = "custom:tenant"


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Return the trigger event with the claim added to the access token."""
    del context
    tenant = event["request"]["userAttributes"].get(CLAIM)
    claims = {CLAIM: tenant} if tenant else {}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": claims}
    }
    return event
