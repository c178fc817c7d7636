"""Connecting accounts by OAuth: where a person says yes, what comes of it, and how it ends.

The state is random, kept for a quarter of an hour under its hash, bound to the workspace and to the person who began,
and good once; PKCE's verifier lies with it. The network sends the person back to the console, which hands code and
state over signed in: nobody can be made to connect a page of theirs to a workspace of somebody else's.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from stepwell.contracts.clock import Clock
from stepwell.contracts.ids import short_hash
from stepwell.contracts.social import Account, AccountState, OwnedAccount, Platform
from stepwell.errors import Conflict, Forbidden, InvalidInput, NotFound, StepwellError
from stepwell.social.connected import AHEAD, tokens_of, tokens_text
from stepwell.social.ports import (
    AccountStore,
    Apps,
    Connection,
    Connections,
    Networks,
    StoredAccount,
    Timer,
    Vault,
)

GOOD_FOR = timedelta(minutes=15)
CALLBACK = "/social/callback"
_TRIES = 5
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectPorts:
    """What connecting reaches."""

    clock: Clock
    accounts: AccountStore
    connections: Connections
    vault: Vault
    apps: Apps
    networks: Networks
    timer: Timer


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a person says yes.

    Attributes:
        url: The network's page.
        state: What it sends back beside the code.
        expires_at: Until when.
    """

    url: str
    state: str
    expires_at: datetime


def begin(ports: ConnectPorts, tenant: str, platform: Platform, redirect: str, actor: str) -> Begun:
    """Return where a person says yes.

    Raises:
        InvalidInput: The redirect is no console's.
        NotReady: The workspace has no app at the network.
    """
    parts = urlsplit(redirect)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or parts.path != CALLBACK or parts.query or parts.fragment or parts.username:
        raise InvalidInput(f"A redirect is https://<console>{CALLBACK}.", code="bad_redirect")
    app = ports.apps.app(tenant, platform)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    expires = ports.clock.now() + GOOD_FOR
    connection = Connection(
        platform=platform, verifier=verifier, redirect=redirect, actor=actor, expires_at=expires
    )
    ports.connections.put(tenant, _hash(state), connection)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    url = ports.networks.oauth(tenant, platform).authorize_url(app.client, state, challenge, redirect)
    return Begun(url, state, expires)


def finish(ports: ConnectPorts, tenant: str, state: str, code: str, actor: str) -> list[Account]:
    """Connect what the person may post as; accounts that are known are renewed.

    Raises:
        NotFound: The state is unknown, used or too old (`no_connection`).
        Forbidden: Somebody else began it.
        ProviderRejected: The network does not take the code.
        Conflict: The person administers nothing that could post (`no_accounts_found`).
    """
    connection = ports.connections.take(tenant, _hash(state))
    if connection is None or connection.expires_at <= ports.clock.now():
        raise NotFound("This connection is unknown or too old: begin again.", code="no_connection")
    if connection.actor != actor:
        raise Forbidden("Somebody else began this connection.", code="foreign_connection")
    app = ports.apps.app(tenant, connection.platform)
    oauth = ports.networks.oauth(tenant, connection.platform)
    tokens = oauth.exchange(app.client, code, connection.verifier, connection.redirect)
    found = oauth.accounts(tokens)
    if not found:
        raise Conflict(
            f"This person has nothing on {connection.platform.label} that could post: a page, an organisation or a "
            "professional account.",
            code="no_accounts_found",
        )
    return [_keep(ports, tenant, owned, actor) for owned in found]


def account_id(tenant: str, platform: Platform, external_id: str) -> str:
    """Return our id of an account: the same whenever it is connected."""
    return f"{platform.value}-{short_hash(tenant, platform.value, external_id, length=10)}"


def _keep(ports: ConnectPorts, tenant: str, owned: OwnedAccount, actor: str) -> Account:
    now = ports.clock.now()
    id_ = account_id(tenant, owned.account.platform, owned.account.external_id)
    # What renews itself does not end; what cannot be renewed ends with its token.
    ends = None if owned.tokens.refresh else owned.tokens.expires_at
    account = replace(owned.account, id=id_, state=AccountState.CONNECTED, expires_at=ends)
    sealed = ports.vault.seal(tenant, id_, tokens_text(owned.tokens))
    for _ in range(_TRIES):
        before = ports.accounts.get(tenant, id_)
        stored = StoredAccount(
            account=account,
            sealed=sealed,
            rev=before.rev if before else 0,
            connected_at=now,
            connected_by=actor,
        )
        if ports.accounts.save(tenant, stored):
            # From then on it is listened to each hour.
            ports.timer.at(tenant, f"listen/{id_}", now)
            if owned.tokens.expires_at is not None:
                look = max(owned.tokens.expires_at - AHEAD, now + timedelta(days=1))
                ports.timer.at(tenant, f"account/{id_}", look)
            return account
    raise Conflict("Somebody changes the account at this moment: try again.", code="stale_rev")


def disconnect(ports: ConnectPorts, tenant: str, account: str) -> bool:
    """Forget an account and end its tokens; return whether the network confirmed that.

    Raises:
        NotFound: There is no such account.
    """
    stored = ports.accounts.get(tenant, account)
    if stored is None:
        raise NotFound(f"There is no account `{account}`.", code="no_account")
    ports.accounts.delete(tenant, account)
    if not stored.sealed or _shared(ports.accounts.all(tenant), stored):
        return False
    try:
        app = ports.apps.app(tenant, stored.account.platform)
        tokens = tokens_of(ports.vault.open(tenant, account, stored.sealed))
        ports.networks.oauth(tenant, stored.account.platform).revoke(app.client, tokens)
    except StepwellError:
        # Forgotten here is what matters; who wants more ends the app's access at the network.
        return False
    return True


def _shared(others: Sequence[StoredAccount], gone: StoredAccount) -> bool:
    """Whether the person's consent carries other accounts: ending it would end theirs."""
    return any(
        one.account.platform is gone.account.platform and one.connected_by == gone.connected_by
        for one in others
    )


def shown_state(stored: StoredAccount, now: datetime) -> AccountState:
    """Return an account's state as people see it: what ends soon is told before."""
    account = stored.account
    if account.state is not AccountState.CONNECTED or account.expires_at is None:
        return account.state
    if account.expires_at <= now:
        return AccountState.EXPIRED
    return AccountState.EXPIRING if account.expires_at - now <= AHEAD else AccountState.CONNECTED


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
