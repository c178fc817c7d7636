"""What managing channels and what contacts choose reaches; a part of `stepwell.management`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepwell.adapters.data_requests import DynamoDataRequests
    from stepwell.bootstrap import Container
    from stepwell.publishing.channels import ChannelPorts
    from stepwell.social_wiring import SocialParts


class ManagingChannels:
    """Channels, and requests of contacts.

    Attributes:
        parts: The process's container.
    """

    parts: Container

    @cached_property
    def channels(self) -> ChannelPorts:
        """What managing channels reaches."""
        from stepwell.adapters.eum_account import EumAccount
        from stepwell.publishing.channels import ChannelPorts

        return ChannelPorts(self.parts.config, self.parts.secret_box, EumAccount())

    @cached_property
    def data_requests(self) -> DynamoDataRequests:
        """Contacts' requests for their data, or to be erased."""
        from stepwell.adapters.data_requests import DynamoDataRequests

        return DynamoDataRequests(self.parts._profiles_table)

    @cached_property
    def social(self) -> SocialParts:
        """Social networks."""
        from stepwell.social_wiring import SocialParts

        return SocialParts(self.parts)
