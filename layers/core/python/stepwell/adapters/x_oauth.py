"""X accounts, connected by OAuth 2.0 with PKCE.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code (read 2026-11-23): access tokens end after
two hours, `offline.access` gives a refresh token that is good once. A client with a secret proves itself by Basic.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from stepwell.adapters.social_http import Means, SocialHttp, count, form_bytes, part, refused, told
from stepwell.adapters.x_answers import API, bearer, error_of
from stepwell.contracts.social import Account, OAuthClient, OwnedAccount, Platform, Tokens
from stepwell.errors import ProviderRejected

WEB = "https://x.com"
SCOPES = (
    "tweet.read",
    "tweet.write",
    "users.read",
    "media.write",
    "dm.read",
    "dm.write",
    "offline.access",
)
LOGIN_SCOPES = ("users.read", "users.email", "tweet.read")
"""What a contact who signs in is asked for: `tweet.read` is needed to read one's own name."""


class XOAuth:
    """See `stepwell.contracts.social.OAuth`.

    Args:
        means: What it works with.
        scopes: What is asked for.
    """

    def __init__(self, means: Means, scopes: tuple[str, ...] = SCOPES) -> None:
        self._means = means
        self._api, self._web = means.base(API), means.base(WEB)
        self._scopes = scopes
        self._http = SocialHttp("X", means.pool)

    def authorize_url(self, client: OAuthClient, state: str, challenge: str, redirect: str) -> str:
        """Return X's page."""
        asked = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": redirect,
            "scope": " ".join(client.asks(self._scopes)),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._web}/i/oauth2/authorize?{urlencode(asked, quote_via=quote)}"

    def exchange(self, client: OAuthClient, code: str, verifier: str, redirect: str) -> Tokens:
        """Return the tokens for a code."""
        return self._tokens(
            client,
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect,
                "code_verifier": verifier,
            },
        )

    def refresh(self, client: OAuthClient, tokens: Tokens) -> Tokens:
        """Return new tokens; the old refresh token is dead from now on."""
        if not tokens.refresh:
            raise refused("X", "There is no refresh token.", code="token_refused")
        return self._tokens(client, {"grant_type": "refresh_token", "refresh_token": tokens.refresh})

    def accounts(self, tokens: Tokens) -> list[OwnedAccount]:
        """Return the profile of the person who said yes."""
        me = self.person(tokens)
        account = Account(
            id="",
            platform=Platform.TWITTER,
            external_id=str(me.get("id")),
            name=str(me.get("name") or me.get("username")),
            handle=str(me.get("username") or ""),
            picture=str(me.get("profile_image_url") or ""),
            scopes=tokens.scopes,
        )
        return [OwnedAccount(account, tokens)]

    def person(self, tokens: Tokens) -> Mapping[str, Any]:
        """Return who said yes: id, name, username, and `confirmed_email` where `users.email` was allowed."""
        fields = (
            "confirmed_email,profile_image_url" if "users.email" in tokens.scopes else "profile_image_url"
        )
        answer = self._http.call(
            "GET", f"{self._api}/2/users/me", headers=bearer(tokens), query={"user.fields": fields}
        )
        if answer.status != 200:
            raise error_of(answer, self._http, self._means.now(), acts=False)
        return part(told(answer).get("data"))

    def revoke(self, client: OAuthClient, tokens: Tokens) -> None:
        """End the tokens, the refresh token first: the other ends by itself."""
        for token in filter(None, (tokens.refresh, tokens.access)):
            try:
                self._form(client, "/2/oauth2/revoke", {"token": token})
            except ProviderRejected:
                continue

    def _tokens(self, client: OAuthClient, fields: Mapping[str, str]) -> Tokens:
        said = self._form(client, "/2/oauth2/token", fields)
        if not said.get("access_token"):
            raise refused("X", "There is no token in the answer.", code="token_refused")
        seconds = count(said.get("expires_in"))
        return Tokens(
            access=str(said["access_token"]),
            refresh=str(said.get("refresh_token") or ""),
            expires_at=self._means.now() + timedelta(seconds=seconds) if seconds else None,
            scopes=tuple(str(said.get("scope") or " ".join(client.asks(self._scopes))).split()),
        )

    def _form(self, client: OAuthClient, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        if client.secret:
            pair = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
            headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            fields = {**fields, "client_id": client.id}
        answer = self._http.call("POST", self._api + path, headers=headers, body=form_bytes(fields))
        if answer.status in (400, 401):
            # RFC 6749, 5.2: the code, the refresh token or the client is not taken; no token of ours has ended.
            said = told(answer)
            raise refused(
                "X", str(said.get("error_description") or said.get("error") or ""), code="token_refused"
            )
        if answer.status != 200:
            raise error_of(answer, self._http, self._means.now(), acts=False)
        return told(answer)
