"""LinkedIn's tokens: codes taken, tokens renewed, ended and looked at, and who a person is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.enrichment import Said
from local.providers.linkedin_shapes import NETWORK, error
from local.providers.world import BY_ID, World

_DAY = 86_400


class LinkedInTokens:
    """Tokens.

    Args:
        world: What the networks know.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, path: str, form: Mapping[str, str]) -> Said:
        """Answer a call of the token endpoints."""
        if not form.get("client_id") or not form.get("client_secret"):
            return Said(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        if path.endswith("/revoke"):
            self._world.end(form.get("token", ""))
            return Said(200, {})
        if path.endswith("/introspectToken"):
            known = self._world.token(NETWORK, form.get("token", ""))
            return Said(
                200, {"active": known is not None, "client_id": form["client_id"], "status": "active"}
            )
        if form.get("grant_type") == "authorization_code":
            redirect = form.get("redirect_uri", "")
            found = self._world.redeem(NETWORK, form.get("code", ""), form["client_id"], redirect, "")
        else:
            found = self._world.token(NETWORK, form.get("refresh_token", ""), "refresh")
        if found is None:
            said = {"error": "invalid_request", "error_description": "Unable to retrieve access token"}
            return Said(400, said)
        if not self._world.hook(NETWORK).get("secret"):
            url = self._world.hook(NETWORK).get("url", "")
            self._world.set_hook(NETWORK, url, form["client_secret"])
        scopes = found.get("scopes") or str(found.get("scope") or "").split()
        person = found["person"]
        told = {
            "access_token": self._world.issue(NETWORK, "access", person, 60 * _DAY, scopes=scopes),
            "expires_in": 60 * _DAY,
            "scope": ",".join(scopes),
            "token_type": "Bearer",
        }
        if "openid" not in scopes:
            # The refresh token stays the same and keeps its end, whatever is renewed with it.
            told["refresh_token"] = form.get("refresh_token") or self._world.issue(
                NETWORK, "refresh", person, 365 * _DAY, scopes=scopes
            )
            told["refresh_token_expires_in"] = 365 * _DAY
        return Said(200, told)

    def person(self, token: Mapping[str, Any]) -> Said:
        """Tell who said yes (OpenID Connect)."""
        who = BY_ID[token["person"]]
        told: dict[str, Any] = {"sub": f"li-{who.id}", "name": who.name}
        if "email" in token["scopes"]:
            told |= {"email": who.email, "email_verified": True}
        return Said(200, told) if "openid" in token["scopes"] else error(403, "ACCESS_DENIED", "openid", 100)
