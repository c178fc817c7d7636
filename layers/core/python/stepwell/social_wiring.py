"""Wiring of social networks: for the function that opens accounts, and for the API."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stepwell.adapters.profiling_work import LambdaProfilingWork
    from stepwell.adapters.social_leases import DueTimer, DynamoLeases
    from stepwell.adapters.social_parts import AdapterNetworks, KmsVault, MailTeam
    from stepwell.adapters.social_store import DynamoAccounts, DynamoApps, DynamoConnections, DynamoPosts
    from stepwell.bootstrap import Container
    from stepwell.social.advertising import Advertising
    from stepwell.social.campaigns import Campaigns
    from stepwell.social.connected import Connected
    from stepwell.social.connecting import ConnectPorts
    from stepwell.social.publisher import Publisher, PublishPorts
    from stepwell.social.scheduling import SchedulePorts


class SocialParts:
    """All of social.

    Args:
        container: The process's container.
    """

    def __init__(self, container: Container) -> None:
        self._container = container

    @cached_property
    def posts(self) -> DynamoPosts:
        """Posts."""
        from stepwell.adapters.social_store import DynamoPosts

        return DynamoPosts(self._container._config_table)

    @cached_property
    def accounts(self) -> DynamoAccounts:
        """Connected accounts."""
        from stepwell.adapters.social_store import DynamoAccounts

        return DynamoAccounts(self._container._config_table)

    @cached_property
    def connections(self) -> DynamoConnections:
        """Connections under way."""
        from stepwell.adapters.social_store import DynamoConnections

        return DynamoConnections(self._container._config_table)

    @cached_property
    def vault(self) -> KmsVault:
        """Seals tokens."""
        from stepwell.adapters.late import Late
        from stepwell.adapters.social_parts import KmsVault

        box: Any = Late(lambda: self._container.secret_box)
        return KmsVault(box)

    @cached_property
    def apps(self) -> DynamoApps:
        """Apps at networks."""
        from stepwell.adapters.social_store import DynamoApps

        return DynamoApps(self._container._config_table, self.vault)

    @cached_property
    def networks(self) -> AdapterNetworks:
        """Networks."""
        from stepwell.adapters.late import Late
        from stepwell.adapters.social_parts import AdapterNetworks

        settings = self._container.settings
        http = Late(lambda: self._container.http)
        return AdapterNetworks(
            self.apps, self._container.clock, http, local=settings.local, public_url=settings.public_url
        )

    @cached_property
    def leases(self) -> DynamoLeases:
        """Rates and locks."""
        from stepwell.adapters.social_leases import DynamoLeases

        return DynamoLeases(self._container._engine, self._container.clock)

    @cached_property
    def timer(self) -> DueTimer:
        """Looks at posts and accounts."""
        from stepwell.adapters.social_leases import DueTimer

        return DueTimer(self._container.parking)

    @cached_property
    def team(self) -> MailTeam:
        """Tells people."""
        from stepwell.adapters.social_parts import MailTeam

        parts = self._container
        return MailTeam(parts.workspaces, lambda: parts.mailer, parts.settings.configuration_set)

    @cached_property
    def work(self) -> LambdaProfilingWork:
        """Hands work to `post_social`."""
        from stepwell.adapters.profiling_work import LambdaProfilingWork

        settings = self._container.settings
        return LambdaProfilingWork(self._container._client("lambda"), settings.function_arn("post_social"))

    @cached_property
    def connected(self) -> Connected:
        """Accounts, opened."""
        from stepwell.social.connected import Connected, ConnectedPorts

        return Connected(
            ConnectedPorts(
                clock=self._container.clock,
                accounts=self.accounts,
                vault=self.vault,
                apps=self.apps,
                networks=self.networks,
                leases=self.leases,
                timer=self.timer,
                team=self.team,
            )
        )

    @cached_property
    def publishing(self) -> PublishPorts:
        """What publishing reaches."""
        from stepwell.adapters.social_news import Pauses, Tracked
        from stepwell.social.publisher import PublishPorts

        return PublishPorts(
            clock=self._container.clock,
            posts=self.posts,
            connected=self.connected,
            leases=self.leases,
            timer=self.timer,
            pauses=Pauses(self._container.workspaces, self._container._config_table),
            told=Tracked(self._container._config_table, self.timer),
            public_url=self._container.settings.public_url,
        )

    def publisher(self, claimant: str) -> Publisher:
        """Return what publishes, in the name of an invocation."""
        from stepwell.social.publisher import Publisher

        return Publisher(self.publishing, claimant)

    @cached_property
    def campaigns(self) -> Campaigns:
        """Posts of workflows."""
        from stepwell.social.campaigns import Campaigns

        return Campaigns(self.publishing, self.accounts)

    @cached_property
    def advertising(self) -> Advertising:
        """Advertising audiences."""
        from stepwell.social.advertising import Advertising

        return Advertising(self.connected, self.networks.audiences)

    @cached_property
    def scheduling(self) -> SchedulePorts:
        """What managing posts reaches."""
        from stepwell.social.scheduling import SchedulePorts

        return SchedulePorts(
            clock=self._container.clock,
            posts=self.posts,
            accounts=self.accounts,
            timer=self.timer,
            work=self.work,
        )

    @cached_property
    def connecting(self) -> ConnectPorts:
        """What connecting accounts reaches."""
        from stepwell.social.connecting import ConnectPorts

        return ConnectPorts(
            clock=self._container.clock,
            accounts=self.accounts,
            connections=self.connections,
            vault=self.vault,
            apps=self.apps,
            networks=self.networks,
            timer=self.timer,
        )


def social_ports(container: Container) -> dict[str, Any]:
    """Return what the engine needs of social: where due ones are looked at, and posts of workflows."""
    from stepwell.adapters.late import Late

    parts = SocialParts(container)

    def due() -> Any:
        from stepwell.adapters.social_parts import DueWork

        return DueWork(parts.work)

    return {
        "social": Late(due),
        "campaigns": Late(lambda: parts.campaigns),
        "audiences": Late(lambda: parts.advertising),
    }
