"""LinkedIn company pages, connected by OAuth 2.0 with the app's secret.

https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow and
…/programmatic-refresh-tokens (read 2026-11-23): access tokens end after 60 days, refresh tokens after 365 days counted
from the first yes, whatever is renewed between. PKCE is for native apps that LinkedIn admits; web apps have secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from stepwell.adapters.linkedin_rest import API, WEB, LinkedInRest, listed
from stepwell.adapters.social_http import Means, SocialHttp, count, form_bytes, part, parts, refused, told
from stepwell.contracts.social import Account, OAuthClient, OwnedAccount, Platform, TokenExpired, Tokens
from stepwell.errors import ProviderRejected, Throttled

SCOPES = (
    "r_organization_social",
    "w_organization_social",
    "rw_organization_admin",
    "r_organization_admin",
    "r_marketing_leadgen_automation",
    "r_ads",
)
LOGIN_SCOPES = ("openid", "profile", "email")
"""Sign In with LinkedIn using OpenID Connect."""
_MOST = 100


class LinkedInOAuth:
    """See `stepwell.contracts.social.OAuth`.

    Args:
        means: What it works with.
        scopes: What is asked for.
    """

    def __init__(self, means: Means, scopes: tuple[str, ...] = SCOPES) -> None:
        self._means = means
        self._api, self._web = means.base(API), means.base(WEB)
        self._scopes = scopes
        self._http = SocialHttp("LinkedIn", means.pool)
        self._rest = LinkedInRest(means)

    def authorize_url(self, client: OAuthClient, state: str, challenge: str, redirect: str) -> str:  # noqa: ARG002
        """Return LinkedIn's page."""
        asked = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": redirect,
            "state": state,
            "scope": " ".join(client.asks(self._scopes)),
        }
        return f"{self._web}/oauth/v2/authorization?{urlencode(asked, quote_via=quote)}"

    def exchange(self, client: OAuthClient, code: str, verifier: str, redirect: str) -> Tokens:  # noqa: ARG002
        """Return the tokens for a code."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
        return self._tokens(client, fields, Tokens(""))

    def refresh(self, client: OAuthClient, tokens: Tokens) -> Tokens:
        """Return new tokens."""
        if not tokens.refresh:
            raise refused("LinkedIn", "There is no refresh token.", code="token_refused")
        return self._tokens(client, {"grant_type": "refresh_token", "refresh_token": tokens.refresh}, tokens)

    def accounts(self, tokens: Tokens) -> list[OwnedAccount]:
        """Return the organisations that the person administers."""
        query = f"q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&count={_MOST}"
        said = self._rest.get(f"/rest/organizationAcls?{query}", tokens, "FINDER")
        urns = [str(one.get("organization") or "") for one in parts(said.get("elements"))]
        ids = [urn.rpartition(":")[2] for urn in urns if urn]
        if not ids:
            return []
        found = part(
            self._rest.get(f"/rest/organizations?ids={listed(ids)}", tokens, "BATCH_GET").get("results")
        )
        return [OwnedAccount(_account(id_, part(found.get(id_)), tokens), tokens) for id_ in ids]

    def person(self, tokens: Tokens) -> Mapping[str, Any]:
        """Return who said yes, as OpenID Connect names it: sub, name, email, email_verified."""
        answer = self._http.call(
            "GET", f"{self._api}/v2/userinfo", headers={"authorization": f"Bearer {tokens.access}"}
        )
        if answer.status == 401:
            raise TokenExpired("LinkedIn does not take the token any more.")
        if answer.status != 200:
            raise self._http.broken(answer.status, acts=False)
        return told(answer)

    def revoke(self, client: OAuthClient, tokens: Tokens) -> None:
        """End the access token."""
        try:
            self._form(client, "/oauth/v2/revoke", {"token": tokens.access})
        except ProviderRejected:
            return

    def _tokens(self, client: OAuthClient, fields: Mapping[str, str], before: Tokens) -> Tokens:
        said = self._form(client, "/oauth/v2/accessToken", fields)
        if not said.get("access_token"):
            raise refused("LinkedIn", "There is no token in the answer.", code="token_refused")
        seconds = count(said.get("expires_in"))
        scopes = str(said.get("scope") or "").replace(",", " ").split()
        return Tokens(
            access=str(said["access_token"]),
            refresh=str(said.get("refresh_token") or before.refresh),
            expires_at=self._means.now() + timedelta(seconds=seconds) if seconds else None,
            scopes=tuple(scopes or before.scopes or client.asks(self._scopes)),
        )

    def _form(self, client: OAuthClient, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        answer = self._http.call(
            "POST",
            self._web + path,
            headers={"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
            body=form_bytes({**fields, "client_id": client.id, "client_secret": client.secret}),
        )
        said = told(answer)
        if answer.status == 429:
            raise Throttled("LinkedIn asked to slow down.", retry_after_s=answer.seconds())
        if 400 <= answer.status < 500:
            reason = str(said.get("error_description") or said.get("error") or "")
            raise refused("LinkedIn", reason, code="token_refused")
        if answer.status != 200:
            raise self._http.broken(answer.status, acts=False)
        return said


def _account(id_: str, one: Mapping[str, Any], tokens: Tokens) -> Account:
    return Account(
        id="",
        platform=Platform.LINKEDIN,
        external_id=f"urn:li:organization:{id_}",
        name=str(one.get("localizedName") or id_),
        handle=str(one.get("vanityName") or ""),
        scopes=tokens.scopes,
    )
