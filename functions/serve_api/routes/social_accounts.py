"""Accounts at social networks: the workspace's apps, connecting by OAuth, disconnecting."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.social import AccountDisconnected, AccountsConnected, ConnectionBegun, SocialAccount, SocialApp
from stepwell.contracts.social import OAuthClient, Platform
from stepwell.errors import InvalidInput
from stepwell.social import apps, connecting
from stepwell.social.ports import StoredAccount

from routes.replies import reply, whole
from routes.routing import Call, routed, this, topic

router = topic("Social")
# A person's own no, in the words of X and Meta, and of LinkedIn; all else is about the app.
_SAID_NO = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize"})


class AppIn(BaseModel):
    """The workspace's own app at a network."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    client_id: str = Field(min_length=1, max_length=512)
    client_secret: str = Field(default="", max_length=512, description="Empty: the one that is set stays.")
    address: str = Field(default="", max_length=200, description="A stand-in's, in the local cloud alone.")
    without: tuple[Annotated[str, Field(pattern=r"^[a-z0-9_.]{1,60}$")], ...] | None = Field(
        default=None,
        max_length=20,
        description="Permissions not to ask for, because the network did not give them to the app; null: as before.",
        examples=[["r_ads", "r_marketing_leadgen_automation"]],
    )


class ConnectIn(BaseModel):
    """A connection to begin."""

    model_config = ConfigDict(extra="forbid")

    platform: Platform
    redirect: str = Field(
        max_length=500,
        examples=["https://console.example.com/social/callback"],
        description="The console's page `/social/callback`; the app at the network must allow it.",
    )


class CallbackIn(BaseModel):
    """What the network sent a person back with."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    state: str = Field(max_length=200)
    code: str = Field(default="", max_length=4_096)
    error: str = Field(default="", max_length=500, description="What it says instead of a code.")


def platform_of(name: str) -> Platform:
    """Read a platform of a path.

    Raises:
        InvalidInput: It is none.
    """
    try:
        return Platform(name)
    except ValueError:
        known = ", ".join(Platform)
        raise InvalidInput(f"There is no network `{name}`; there are {known}.", code="no_platform") from None


def shown(stored: StoredAccount, call: Call) -> dict[str, Any]:
    """Return an account as people see it."""
    account = stored.account
    return {
        "id": account.id,
        "platform": account.platform,
        "label": account.platform.label,
        "external_id": account.external_id,
        "name": account.name,
        "handle": account.handle,
        "picture": account.picture,
        "scopes": account.scopes,
        "state": connecting.shown_state(stored, call.ports.now()),
        "expires_at": account.expires_at,
        "connected_at": stored.connected_at,
        "connected_by": stored.connected_by,
        "note": stored.note,
    }


@routed(router, "GET", "/social/apps", "viewer", "List networks with the workspace's apps (never secrets)")
def list_social_apps() -> Listed[SocialApp]:
    """Return all networks with what is set of their apps."""
    call = this()
    return whole(apps.shown(call.wired.parts.config, call.tenant))


@routed(router, "PUT", "/social/apps/<platform>", "admin", "Set the workspace's app at a network")
def save_social_app(platform: str, body: Annotated[AppIn, Body()]) -> SocialApp:
    """Set client id and secret; the secret is encrypted and never shown."""
    call = this()
    network, parts = platform_of(platform), call.wired.parts
    if body.address and not parts.settings.local:
        raise InvalidInput("Only the local cloud may ask another address.", code="provider_address")
    without = body.without
    if without is None:
        listed = apps.shown(parts.config, call.tenant)
        without = tuple(next(one for one in listed if one["platform"] == network.value)["without"])
    client = OAuthClient(body.client_id, body.client_secret, without)
    now = call.ports.now()
    apps.save(
        parts.config, call.wired.social.vault, call.tenant, network, client, body.address, call.actor, now
    )
    call.ports.note(call.tenant, call.actor, "social.app_set", f"social/{network.value}")
    found = apps.shown(parts.config, call.tenant)
    return reply(SocialApp, next(one for one in found if one["platform"] == network.value))


@routed(router, "GET", "/social/accounts", "viewer", "List connected accounts")
def list_social_accounts(platform: Annotated[Platform | None, Query()] = None) -> Listed[SocialAccount]:
    """Return connected accounts, also those that have to be connected again."""
    call = this()
    found = call.wired.social.accounts.all(call.tenant)
    return whole([shown(one, call) for one in found if platform in (None, one.account.platform)])


@routed(router, "POST", "/social/accounts/connect", "admin", "Begin to connect accounts of a network")
def connect_social_accounts(body: Annotated[ConnectIn, Body()]) -> ConnectionBegun:
    """Return where a person says yes; the answer goes to `/social/callback`, by the same person."""
    call = this()
    begun = connecting.begin(
        call.wired.social.connecting, call.tenant, body.platform, body.redirect, call.actor
    )
    told = {"url": begun.url, "state": begun.state, "expires_at": begun.expires_at}
    return reply(ConnectionBegun, {"platform": body.platform, **told})


@routed(router, "POST", "/social/callback", "admin", "Finish to connect accounts: what the network sent back")
def finish_social_connection(body: Annotated[CallbackIn, Body()]) -> AccountsConnected:
    """Connect what the person may post as; what is connected already is renewed."""
    call = this()
    if body.error.partition(":")[0] in _SAID_NO or not (body.error or body.code):
        raise InvalidInput("The network says that the person did not agree.", code="not_allowed")
    if body.error:
        raise InvalidInput(
            f"The network refused to connect: {body.error}. If it names a permission that your app was not given, "
            "name it in the app's `without` and begin again.",
            code="connection_refused",
        )
    social = call.wired.social
    accounts = connecting.finish(social.connecting, call.tenant, body.state, body.code, call.actor)
    for account in accounts:
        call.ports.note(
            call.tenant,
            call.actor,
            "social.connected",
            f"social/{account.id}",
            platform=account.platform.value,
        )
    ids = {account.id for account in accounts}
    found = [one for one in social.accounts.all(call.tenant) if one.account.id in ids]
    return reply(AccountsConnected, {"accounts": [shown(one, call) for one in found]})


@routed(router, "DELETE", "/social/accounts/<account>", "admin", "Disconnect an account; its posts stay")
def disconnect_social_account(account: str) -> AccountDisconnected:
    """Forget an account and end its access at the network."""
    call = this()
    revoked = connecting.disconnect(call.wired.social.connecting, call.tenant, account)
    call.ports.note(call.tenant, call.actor, "social.disconnected", f"social/{account}", revoked=revoked)
    return {"deleted": account, "revoked": revoked}
