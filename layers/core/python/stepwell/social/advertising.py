"""Advertising audiences through connected accounts: the page's admin is who may manage them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stepwell.contracts.audiences import AudienceChange, AudienceResult, Audiences, Person
from stepwell.contracts.social import Account, Platform, Tokens
from stepwell.errors import NotReady
from stepwell.social.connected import USABLE, Connected


class Advertising:
    """See `stepwell.contracts.audiences.AudienceKeeper`.

    Args:
        connected: Accounts of workspaces.
        audiences: Returns a network's audiences, by workspace and platform.
    """

    def __init__(self, connected: Connected, audiences: Callable[[str, Platform], Audiences]) -> None:
        self._connected = connected
        self._audiences = audiences

    def keep(self, tenant: str, wanted: AudienceChange, people: Sequence[Person]) -> AudienceResult:
        """Put people in an audience, or take them out; a repeat changes nothing.

        Raises:
            NotReady: No account of the network is connected (`no_account`), or a right is missing.
            StepwellError: As the network says.
        """
        platform = Platform(wanted.platform)
        account = wanted.account or self._first(tenant, platform)
        audiences = self._audiences(tenant, platform)
        change = audiences.remove if wanted.remove else audiences.add

        def told(_account: Account, tokens: Tokens) -> AudienceResult:
            return change(tokens, wanted.audience, people)

        return self._connected.with_tokens(tenant, account, told)

    def _first(self, tenant: str, platform: Platform) -> str:
        for account in self._connected.accounts(tenant):
            if account.platform is platform and account.state in USABLE:
                return account.id
        raise NotReady(f"No account of {platform.label} is connected.", code="no_account")
