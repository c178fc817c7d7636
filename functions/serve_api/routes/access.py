"""Who calls: read from the token that the gateway checked, and from nothing else.

Only access tokens are taken. An id token says who somebody is, to the application that signed them in; it is sent
around and kept by browsers, and it cannot be revoked. The tenant is a claim that `add_tenant_claim` puts into access
tokens; no path, query, header or body names one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stepwell.contracts.ids import TENANT_ID
from stepwell.errors import Forbidden, Unauthenticated

ROLES = ("viewer", "editor", "publisher", "admin")
"""From least to most; each may do what those before it may."""

TENANT_CLAIM = "custom:tenant"
_SPLIT = re.compile(r"[\s,\[\]]+")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls.

    Attributes:
        tenant: Their tenant.
        actor: Their name, for the audit log.
        role: The highest of their roles.
    """

    tenant: str
    actor: str
    role: str

    def require(self, role: str) -> None:
        """Insist on a role.

        Raises:
            Forbidden: They have a lower one.
        """
        if ROLES.index(self.role) < ROLES.index(role):
            raise Forbidden(
                f"This needs the role `{role}`; you are `{self.role}`.",
                code="role_needed",
                details={"needed": role, "role": self.role},
            )


def principal(event: Mapping[str, Any]) -> Principal:
    """Read the caller of an HTTP API request.

    Raises:
        Unauthenticated: No token, or not an access token.
        Forbidden: The token names no tenant or no role of ours.
    """
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    claims: Mapping[str, Any] = (authorizer.get("jwt") or {}).get("claims") or {}
    if not claims:
        raise Unauthenticated("Sign in and send the access token as `Authorization: Bearer …`.")
    if claims.get("token_use") != "access":
        raise Unauthenticated(
            "Send the access token; this is another kind of token.",
            code="wrong_token",
            details={"token_use": str(claims.get("token_use", ""))},
        )
    tenant = str(claims.get(TENANT_CLAIM) or "")
    if not TENANT_ID.match(tenant):
        raise Forbidden(
            "Your user belongs to no workspace: an administrator sets `custom:tenant`.", code="no_tenant"
        )
    roles = [role for role in ROLES if role in groups(claims.get("cognito:groups"))]
    if not roles:
        raise Forbidden(
            f"Your user has no role: an administrator adds it to one of {', '.join(ROLES)}.", code="no_role"
        )
    actor = str(claims.get("username") or claims.get("sub") or "unknown")
    return Principal(tenant, actor, roles[-1])


def groups(claim: object) -> frozenset[str]:
    """Read `cognito:groups`: a list, or the text `[a b]` or `[a, b]` that gateways make of one."""
    if isinstance(claim, str):
        return frozenset(filter(None, _SPLIT.split(claim)))
    if isinstance(claim, list | tuple):
        return frozenset(map(str, claim))
    return frozenset()
