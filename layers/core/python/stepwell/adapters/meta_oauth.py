"""Facebook pages and Instagram accounts, connected by Facebook Login.

https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow and …/access-tokens/get-long-lived
(read 2026-11-23): a code gives a token of two hours, that is exchanged for one of 60 days, and page tokens read with it
do not end while the person stays the page's admin. Facebook documents PKCE for OpenID Connect only, so the app proves
itself by its secret. A page's tokens carry the person's long-lived one as `refresh`: it can be exchanged again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from stepwell.adapters.meta_graph import VERSION, WEB, Graph
from stepwell.adapters.social_http import Means, count, part, parts, refused
from stepwell.contracts.social import Account, OAuthClient, OwnedAccount, Platform, TokenExpired, Tokens
from stepwell.errors import AddressGone, ProviderRejected

PAGE_SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_posts",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "read_insights",
    "leads_retrieval",
    "ads_management",
    "business_management",
)
INSTAGRAM_SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_contents",
    "instagram_manage_insights",
    "instagram_manage_messages",
    "business_management",
)
LOGIN_SCOPES = ("public_profile", "email")
_PAGES = "id,name,username,access_token,picture{url}"
_PAGES_OF_INSTAGRAM = "id,access_token,instagram_business_account{id,name,username,profile_picture_url}"
_MOST_PAGES = 20


class MetaOAuth:
    """See `stepwell.contracts.social.OAuth`.

    Args:
        means: What it works with; its platform says whether pages or Instagram accounts are connected.
        scopes: What is asked for.
    """

    def __init__(self, means: Means, scopes: tuple[str, ...]) -> None:
        self._means = means
        self._web = means.base(WEB)
        self._scopes = scopes
        self._platform = means.parts.platform
        self._graph = Graph("Facebook", means)

    def authorize_url(self, client: OAuthClient, state: str, challenge: str, redirect: str) -> str:  # noqa: ARG002
        """Return Facebook's page."""
        asked = {
            "client_id": client.id,
            "redirect_uri": redirect,
            "state": state,
            "response_type": "code",
            "scope": ",".join(client.asks(self._scopes)),
        }
        return f"{self._web}/{VERSION}/dialog/oauth?{urlencode(asked, quote_via=quote)}"

    def exchange(self, client: OAuthClient, code: str, verifier: str, redirect: str) -> Tokens:  # noqa: ARG002
        """Return the person's token of 60 days for a code."""
        short = self._asked(client, {"redirect_uri": redirect, "code": code})
        return self._long(client, short.access)

    def refresh(self, client: OAuthClient, tokens: Tokens) -> Tokens:
        """Return a new token of the person; of a page's tokens the page's own stays, it does not end."""
        own = tokens.refresh or tokens.access
        fresh = self._long(client, own)
        if not tokens.refresh:
            return fresh
        return Tokens(tokens.access, fresh.access, None, tokens.scopes)

    def accounts(self, tokens: Tokens) -> list[OwnedAccount]:
        """Return the pages of the person, or the Instagram accounts that belong to them, with the pages' tokens."""
        instagram = self._platform is Platform.INSTAGRAM
        fields = _PAGES_OF_INSTAGRAM if instagram else _PAGES
        found: list[OwnedAccount] = []
        page = ""
        for _ in range(_MOST_PAGES):
            asked = {"fields": fields, "limit": 100, "after": page}
            said = self._graph.get("me/accounts", tokens.access, asked)
            for one in parts(said.get("data")):
                account = part(one.get("instagram_business_account")) if instagram else one
                if account.get("id") and one.get("access_token"):
                    own = Tokens(str(one["access_token"]), tokens.access, None, tokens.scopes)
                    found.append(OwnedAccount(_account(self._platform, account, tokens), own))
            paging = part(said.get("paging"))
            page = str(part(paging.get("cursors")).get("after") or "")
            if not page or not paging.get("next"):
                break
        return found

    def person(self, tokens: Tokens) -> Mapping[str, Any]:
        """Return who said yes: id, name, and email where it was allowed and there is one."""
        return self._graph.get("me", tokens.access, {"fields": "id,name,email"})

    def revoke(self, client: OAuthClient, tokens: Tokens) -> None:  # noqa: ARG002
        """Take back what the person allowed: it ends the tokens of all pages that were connected with theirs."""
        try:
            self._graph.delete("me/permissions", tokens.refresh or tokens.access)
        except (TokenExpired, AddressGone):
            return

    def _long(self, client: OAuthClient, token: str) -> Tokens:
        return self._asked(client, {"grant_type": "fb_exchange_token", "fb_exchange_token": token})

    def _asked(self, client: OAuthClient, fields: Mapping[str, str]) -> Tokens:
        asked = {"client_id": client.id, "client_secret": client.secret, **fields}
        try:
            said = self._graph.post("oauth/access_token", "", asked, acts=False)
        except TokenExpired as error:
            raise ProviderRejected(
                "Facebook takes this no more: connect again.", code="token_refused"
            ) from error
        if not said.get("access_token"):
            raise refused("Facebook", "There is no token in the answer.", code="token_refused")
        seconds = count(said.get("expires_in"))
        ends = self._means.now() + timedelta(seconds=seconds) if seconds else None
        return Tokens(str(said["access_token"]), "", ends, tuple(client.asks(self._scopes)))


def _account(platform: Platform, one: Mapping[str, Any], tokens: Tokens) -> Account:
    picture = part(part(one.get("picture")).get("data")).get("url") or one.get("profile_picture_url")
    return Account(
        id="",
        platform=platform,
        external_id=str(one["id"]),
        name=str(one.get("name") or one.get("username") or one["id"]),
        handle=str(one.get("username") or ""),
        picture=str(picture or ""),
        scopes=tokens.scopes,
    )
