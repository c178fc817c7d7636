"""Wiring of what only the console and its CLI ask for: people, test messages, sending identities, numbers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepwell.adapters.channel_senders import ChannelSender
    from stepwell.adapters.user_directory import CognitoDirectory
    from stepwell.management import Management
    from stepwell.publishing.domain_check import DomainCheck
    from stepwell.publishing.identities import Senders
    from stepwell.publishing.images import ImagePorts
    from stepwell.publishing.mail_health import MailHealth
    from stepwell.publishing.send_times import SendTimes
    from stepwell.publishing.team import SecondFactors, Team


class Console:
    """What the console's routes reach besides `Management`.

    Args:
        management: The process's management container.
    """

    def __init__(self, management: Management) -> None:
        self._management = management

    @cached_property
    def directory(self) -> CognitoDirectory:
        """People."""
        from stepwell.adapters.user_directory import CognitoDirectory

        return CognitoDirectory(self._management.parts.settings.require("user_pool_id"))

    @cached_property
    def team(self) -> Team:
        """Manages people."""
        from stepwell.publishing.team import Team

        return Team(self.directory, self._management.publishing)

    @cached_property
    def second_factors(self) -> SecondFactors:
        """Insists that admins have a second factor."""
        from stepwell.publishing.team import SecondFactors

        return SecondFactors(self.directory)

    @cached_property
    def mailer(self) -> ChannelSender:
        """Sends test messages."""
        return self._management.parts.mailer

    @cached_property
    def texts(self) -> ChannelSender:
        """Sends test texts."""
        return self._management.parts.sender("sms")

    @cached_property
    def pushes(self) -> ChannelSender:
        """Shows test notifications."""
        return self._management.parts.sender("push")

    @cached_property
    def senders(self) -> Senders:
        """Manages domains and addresses to send from."""
        from stepwell.adapters.ses_identities import SesIdentities
        from stepwell.publishing.identities import Senders

        return Senders(SesIdentities(), self._management.publishing, self._management.parts.settings.region)

    @property
    def domain_check(self) -> DomainCheck:
        """Looks at the DNS records of sending domains."""
        from stepwell.adapters.dns_records import DnsRecords
        from stepwell.publishing.domain_check import DomainCheck

        # Made for each call: what DNS said is kept for that one alone.
        return DomainCheck(self.senders, self._management.parts.config, DnsRecords())

    @cached_property
    def images(self) -> ImagePorts:
        """What managing pictures of messages reaches."""
        from stepwell.adapters.pillow_images import PillowImages
        from stepwell.publishing.images import ImagePorts

        parts = self._management.parts
        return ImagePorts(parts.config, parts.objects, PillowImages(), parts.settings.public_url)

    @cached_property
    def mail_health(self) -> MailHealth:
        """How mail fares, and what follows from it."""
        from stepwell.publishing.mail_health import MailHealth

        parts = self._management.parts
        return MailHealth(parts.config, parts.counters, parts.mailer, self._management.publishing)

    @cached_property
    def send_times(self) -> SendTimes:
        """When contacts are active, and what the best time gains."""
        from stepwell.publishing.send_times import SendTimes

        management = self._management
        parts = management.parts
        return SendTimes(parts.config, management.segments.sample, parts.counters, management.publishing)
