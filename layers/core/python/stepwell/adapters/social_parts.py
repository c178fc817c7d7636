"""What social needs of the deployment besides its stores: networks, the vault of tokens, the team's mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from stepwell.adapters.social_store import DynamoApps
from stepwell.channels.email import sender_line
from stepwell.contracts.audiences import Audiences
from stepwell.contracts.clock import Clock
from stepwell.contracts.leads import LeadForms
from stepwell.contracts.messages import Email, Purpose
from stepwell.contracts.social import Network, OAuth, Platform
from stepwell.errors import StepwellError
from stepwell.social.platforms import audiences_of, leads_of, network_of, oauth_of
from stepwell.social.ports import NetworkParts, Work
from stepwell.sources.models import SealedSecret
from stepwell.sources.ports import SecretBox


class KmsVault:
    """See `stepwell.social.ports.Vault`: the box of sources' secrets, under names that no source can have.

    Args:
        box: The box.
    """

    def __init__(self, box: SecretBox) -> None:
        self._box = box

    def seal(self, tenant: str, name: str, text: str) -> str:
        """Encrypt."""
        return self._box.seal(tenant, f"social:{name}", text)

    def open(self, tenant: str, name: str, sealed: str) -> str:
        """Decrypt."""
        secret = SealedSecret(sealed=sealed, at=datetime.fromtimestamp(0, UTC))
        return self._box.open(tenant, f"social:{name}", secret)


class AdapterNetworks:
    """See `stepwell.social.ports.Networks`.

    Args:
        apps: Says where a network is, for the local cloud.
        clock: The clock.
        http: Guarded calls.
        local: Whether this is the local cloud.
        public_url: Where we serve files.
    """

    def __init__(self, apps: DynamoApps, clock: Clock, http: Any, *, local: bool, public_url: str) -> None:
        self._apps = apps
        self._shared: dict[str, Any] = {
            "clock": clock,
            "http": http,
            "local": local,
            "public_url": public_url,
        }

    def network(self, tenant: str, platform: Platform) -> Network:
        """Return a network."""
        return network_of(self._parts(tenant, platform))

    def oauth(self, tenant: str, platform: Platform) -> OAuth:
        """Return what connects accounts."""
        return oauth_of(self._parts(tenant, platform))

    def audiences(self, tenant: str, platform: Platform) -> Audiences:
        """Return a network's advertising audiences."""
        return audiences_of(self._parts(tenant, platform))

    def leads(self, tenant: str, platform: Platform) -> LeadForms:
        """Return a network's lead forms."""
        return leads_of(self._parts(tenant, platform))

    def _parts(self, tenant: str, platform: Platform) -> NetworkParts:
        # Only the local cloud may ask another address, so only there it is looked up.
        address = self._apps.address(tenant, platform) if self._shared["local"] else ""
        return NetworkParts(platform=platform, address=address, **self._shared)


class MailTeam:
    """See `stepwell.social.ports.Team`: a letter to the workspace's reply address.

    Args:
        workspaces: Settings of workspaces.
        mailer: Sends the letter.
        configuration_set: SES configuration set, may be empty.
    """

    def __init__(self, workspaces: Any, mailer: Callable[[], Any], configuration_set: str = "") -> None:
        self._workspaces = workspaces
        self._mailer = mailer
        self._configuration_set = configuration_set

    def tell(self, tenant: str, subject: str, text: str) -> bool:
        """Write to them; False: nobody could be told."""
        workspace = self._workspaces.workspace(tenant)
        if not workspace.reply_to:
            return False
        letter = Email(
            to=workspace.reply_to,
            sender=sender_line(workspace.sender),
            subject=subject,
            text=text,
            tags={"tenant": tenant, "kind": "team"},
            configuration_set=self._configuration_set,
            purpose=Purpose.TRANSACTIONAL,
        )
        try:
            self._mailer().send(letter)
        except StepwellError:
            # The account's state and the failed posts say it too.
            return False
        return True


class DueWork:
    """See `stepwell.runtime.effects.SocialWork`: due tokens become work of `post_social`.

    Args:
        work: Hands it over.
    """

    def __init__(self, work: Work) -> None:
        self._work = work

    def due(self, tenant: str, tokens: Sequence[str]) -> None:
        """Have tokens (``<kind>/<id>``; a post is published) looked at."""
        found = []
        for token in dict.fromkeys(tokens):
            name, _, id_ = token.partition("/")
            found.append({"kind": "publish" if name == "post" else name, name: id_})
        self._work.ask(tenant, found)
