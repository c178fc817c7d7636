"""What managing mentions, alarms, hashtags and numbers of posts reaches; a part of `stepwell.management`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepwell.bootstrap import Container
    from stepwell.publishing.listening import Listening


class ManagingListening:
    """What is said on social networks.

    Attributes:
        parts: The process's container.
    """

    parts: Container

    @cached_property
    def listening(self) -> Listening:
        """What people do with mentions."""
        from stepwell.adapters.social_alarms import DynamoAlarms
        from stepwell.adapters.social_inbox import DynamoInbox
        from stepwell.adapters.social_tracking import DynamoTracked
        from stepwell.publishing.listening import Listening
        from stepwell.social_wiring import SocialParts

        table, social = self.parts._config_table, SocialParts(self.parts)
        return Listening(
            clock=self.parts.clock,
            documents=self.parts.config,
            inbox=DynamoInbox(table),
            alarms=DynamoAlarms(table),
            posts=DynamoTracked(table),
            accounts=social.connected,
            work=social.work,
        )
