"""Accounts as whoever posts, listens or answers uses them: opened, renewed before and when their tokens end.

A refresh token may be good once (X gives a new one each time): of all processes one renews, under a lock, and the
others wait a moment and read what it stored. What cannot be renewed is expired, and the team is told once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from stepwell.contracts.clock import Clock, from_iso, iso
from stepwell.contracts.social import Account, AccountState, Network, Platform, TokenExpired, Tokens
from stepwell.errors import (
    Conflict,
    NotFound,
    NotReady,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
)
from stepwell.social.ports import AccountStore, Apps, Leases, Networks, StoredAccount, Team, Timer, Vault

T = TypeVar("T")
MARGIN = timedelta(minutes=10)
"""Tokens that end sooner are renewed before they are used."""
AHEAD = timedelta(days=7)
"""People are told, and long tokens renewed, so long before they end."""
_LOCK_S = 60
_WAIT_S = 5.0
EXPIRED = "account_expired"
USABLE = frozenset({AccountState.CONNECTED, AccountState.EXPIRING})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedPorts:
    """What using accounts reaches."""

    clock: Clock
    accounts: AccountStore
    vault: Vault
    apps: Apps
    networks: Networks
    leases: Leases
    timer: Timer
    team: Team


class Connected:
    """Accounts of workspaces.

    Args:
        ports: Stores and networks.
    """

    def __init__(self, ports: ConnectedPorts) -> None:
        self._ports = ports

    def accounts(self, tenant: str) -> list[Account]:
        """Return all accounts, also those that cannot be used now."""
        return [stored.account for stored in self._ports.accounts.all(tenant)]

    def network(self, tenant: str, platform: Platform) -> Network:
        """Return a network."""
        return self._ports.networks.network(tenant, platform)

    def with_tokens(self, tenant: str, account: str, do: Callable[[Account, Tokens], T]) -> T:
        """Do something with an account; where the network does not take its token, renew it and repeat once.

        Raises:
            NotFound: There is no such account.
            NotReady: It has to be connected again (`account_expired`).
            StepwellError: As `do` raises.
        """
        stored = self._stored(tenant, account)
        tokens = self._open(tenant, stored)
        left = _left(tokens, self._ports.clock.now())
        if left is not None and left < (MARGIN if tokens.refresh else timedelta()):
            stored, tokens = self.renewed(tenant, stored, tokens)
        try:
            return do(stored.account, tokens)
        except TokenExpired:
            stored, tokens = self.renewed(tenant, stored, tokens)
        try:
            return do(stored.account, tokens)
        except TokenExpired as error:
            self._end(tenant, stored, error.code)
            raise _again(stored.account) from error

    def renewed(
        self, tenant: str, stored: StoredAccount, tokens: Tokens, *, early: bool = False
    ) -> tuple[StoredAccount, Tokens]:
        """Return an account with new tokens; early: where they cannot be renewed the old ones serve until they end.

        Raises:
            Throttled: Somebody renews them at this moment.
            NotReady: They cannot be renewed.
            StepwellError: The network did not answer: nothing was changed.
        """
        account, name = stored.account, f"social.renew#{stored.account.id}"
        if not self._ports.leases.lock(tenant, name, _LOCK_S):
            raise Throttled("The account's access is being renewed.", retry_after_s=_WAIT_S)
        try:
            fresh = self._stored(tenant, account.id)
            if fresh.rev != stored.rev:
                opened = self._open(tenant, fresh)
                if opened != tokens:
                    return fresh, opened
            if not tokens.refresh:
                self._end(tenant, fresh, TokenExpired.default_code)
                raise _again(account)
            app = self._ports.apps.app(tenant, account.platform)
            try:
                told = self._ports.networks.oauth(tenant, account.platform).refresh(app.client, tokens)
            except (ProviderRejected, TokenExpired) as error:
                if not early:
                    self._end(tenant, fresh, error.code)
                raise _again(account) from error
            except OutcomeUnknown as error:
                # The old refresh token may still be good: the next one who needs it finds out.
                raise Throttled("It is not known whether access was renewed.", retry_after_s=30.0) from error
            return self._keep(tenant, fresh, told), told
        finally:
            self._ports.leases.unlock(tenant, name)

    def look(self, tenant: str, account: str) -> None:
        """Renew tokens that end soon; the team is told of an account that has to be connected again."""
        now = self._ports.clock.now()
        stored = self._ports.accounts.get(tenant, account)
        if stored is None or stored.account.state not in USABLE:
            return
        tokens = self._open(tenant, stored)
        ends = tokens.expires_at
        if ends is None:
            return
        if ends <= now and not tokens.refresh:
            self._end(tenant, stored, TokenExpired.default_code)
            return
        if ends - now <= AHEAD:
            try:
                if not tokens.refresh:
                    raise _again(stored.account)
                stored, tokens = self.renewed(tenant, stored, tokens, early=ends > now)
            except NotReady:
                self._warn(tenant, stored, ends)
                return
            except StepwellError as error:
                if not error.retryable:
                    raise
                self.watch(tenant, account, now + timedelta(minutes=30))
                return
        if tokens.expires_at is not None:
            self.watch(tenant, account, max(tokens.expires_at - AHEAD, now + timedelta(days=1)))

    def watch(self, tenant: str, account: str, when: datetime) -> None:
        """Have an account looked at."""
        self._ports.timer.at(tenant, f"account/{account}", when)

    def _stored(self, tenant: str, account: str) -> StoredAccount:
        stored = self._ports.accounts.get(tenant, account)
        if stored is None:
            raise NotFound(f"There is no account `{account}`.", code="no_account")
        if stored.account.state not in USABLE or not stored.sealed:
            raise _again(stored.account)
        return stored

    def _open(self, tenant: str, stored: StoredAccount) -> Tokens:
        return tokens_of(self._ports.vault.open(tenant, stored.account.id, stored.sealed))

    def _keep(self, tenant: str, stored: StoredAccount, tokens: Tokens) -> StoredAccount:
        """Store new tokens: they must not be lost, so whoever changed the account meanwhile is written over."""
        sealed = self._ports.vault.seal(tenant, stored.account.id, tokens_text(tokens))
        for _ in range(5):
            state = replace(stored.account, state=AccountState.CONNECTED)
            changed = replace(stored, account=state, sealed=sealed, note="", told_at=None)
            if self._ports.accounts.save(tenant, changed):
                return replace(changed, rev=stored.rev + 1)
            stored = self._stored(tenant, stored.account.id)
        raise Conflict("Somebody changes the account at this moment: try again.", code="stale_rev")

    def _warn(self, tenant: str, stored: StoredAccount, ends: datetime) -> None:
        """Tell the team, once, of an account that ends soon and cannot be renewed, and look again when it does."""
        now = self._ports.clock.now()
        kept = self._ports.accounts.get(tenant, stored.account.id)
        if kept is None or kept.account.state not in USABLE:
            return
        self.watch(tenant, stored.account.id, max(ends, now + timedelta(minutes=1)))
        noted = replace(kept, account=replace(kept.account, expires_at=ends), told_at=now)
        if kept.told_at is not None or not self._ports.accounts.save(tenant, noted):
            return
        account = stored.account
        self._ports.team.tell(
            tenant,
            f"{account.platform.label} account {account.name} ends on {ends:%Y-%m-%d}",
            f"{account.platform.label} lets us post as {account.name} until {ends:%Y-%m-%d %H:%M} UTC and does not "
            "renew that by itself. Connect the account again before: in the console under Social, Accounts, or by "
            f"`stepwell social connect {account.platform.value}`.\n",
        )

    def _end(self, tenant: str, stored: StoredAccount, code: str) -> None:
        """Note that an account has to be connected again, and tell the team, once."""
        now = self._ports.clock.now()
        state = replace(stored.account, state=AccountState.EXPIRED)
        if not self._ports.accounts.save(tenant, replace(stored, account=state, note=code, told_at=now)):
            return
        account = stored.account
        self._ports.team.tell(
            tenant,
            f"{account.platform.label} account {account.name} has to be connected again",
            f"{account.platform.label} does not let us post as {account.name} any more. Scheduled posts for it fail "
            "until somebody connects it again: in the console under Social, Accounts, or by "
            f"`stepwell social connect {account.platform.value}`.\n",
        )


def _left(tokens: Tokens, now: datetime) -> timedelta | None:
    return None if tokens.expires_at is None else tokens.expires_at - now


def _again(account: Account) -> NotReady:
    return NotReady(
        f"{account.name} on {account.platform.label} has to be connected again.",
        code=EXPIRED,
        details={"account": account.id},
    )


def tokens_text(tokens: Tokens) -> str:
    """Return tokens as they are sealed."""
    told = {
        "access": tokens.access,
        "refresh": tokens.refresh,
        "expires_at": iso(tokens.expires_at) if tokens.expires_at else None,
        "scopes": list(tokens.scopes),
    }
    return json.dumps(told, separators=(",", ":"))


def tokens_of(text: str) -> Tokens:
    """Read what was sealed."""
    told = json.loads(text)
    ends = told["expires_at"]
    return Tokens(told["access"], told["refresh"], from_iso(ends) if ends else None, tuple(told["scopes"]))
