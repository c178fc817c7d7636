"""Puts the user's workspace into the access token (Cognito pre-token-generation trigger, version 2).

Cognito leaves user attributes out of access tokens, and the API takes workspace and role from the token alone.

- Who has a password here has the workspace as an attribute that only an administrator can write, and the role as
  a group of the pool.
- Who signs in at a company's identity provider has both by that provider: ``providers.json``, which the deployment
  puts beside this file, says its workspace and the role of each of its groups. Nothing that such a user could have
  written counts, and so their token must not allow them to write: the scope for it is taken out. Unknown providers
  give neither workspace nor role.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CLAIM = "custom:tenant"
GROUPS = "custom:groups"
EXTERNAL = "EXTERNAL_PROVIDER"
OWN_DATA = "aws.cognito.signin.user.admin"
ROLES = ("viewer", "editor", "publisher", "admin")
_FILE = Path(__file__).parent / "providers.json"
PROVIDERS: dict[str, Any] = json.loads(_FILE.read_text()) if _FILE.exists() else {}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Return the trigger event with the claims added to the access token."""
    del context
    attributes = event["request"]["userAttributes"]
    if attributes.get("cognito:user_status") == EXTERNAL:
        event["response"]["claimsAndScopeOverrideDetails"] = federated(attributes, PROVIDERS)
        return event
    tenant = attributes.get(CLAIM)
    claims = {CLAIM: tenant} if tenant else {}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": claims}
    }
    return event


def federated(attributes: dict[str, str], known: dict[str, Any]) -> dict[str, Any]:
    """Return what the token of somebody says whom one of the `known` providers signed in, or another."""
    identities = json.loads(attributes.get("identities") or "[]")
    provider = known.get(identities[0].get("providerName", "")) if len(identities) == 1 else None
    role = role_of(groups_of(attributes.get(GROUPS, "")), provider) if provider else ""
    claims = {CLAIM: provider["tenant"]} if provider and role else {}
    return {
        "accessTokenGeneration": {"claimsToAddOrOverride": claims, "scopesToSuppress": [OWN_DATA]},
        "groupOverrideDetails": {"groupsToOverride": [role] if role else []},
    }


def role_of(groups: list[str], provider: dict[str, Any]) -> str:
    """Return the highest role that somebody's groups give, else the provider's own; empty: none."""
    given = [provider["roles"][group] for group in groups if group in provider["roles"]]
    return max(given, key=ROLES.index, default=str(provider["default_role"]))


def groups_of(text: str) -> list[str]:
    """Read a claim with several values: Cognito keeps it as ``[a, b]``, or as JSON; one value stands alone."""
    try:
        listed = json.loads(text)
    except ValueError:
        listed = None
    if isinstance(listed, list):
        return [str(one) for one in listed]
    inner = text.strip().removeprefix("[").removesuffix("]")
    return [one.strip().strip('"') for one in inner.split(",") if one.strip()]
