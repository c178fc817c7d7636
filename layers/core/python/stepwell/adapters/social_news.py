"""What publishing asks and tells beside the networks: what holds posts back, and who counts what was published."""

from __future__ import annotations

from typing import Any

from stepwell.adapters.dynamo import DynamoTable
from stepwell.contracts.social import SocialPost
from stepwell.social.posts import Delivery, ScheduledPost


class Pauses:
    """See `stepwell.social.publisher.Pauses`.

    Args:
        workspaces: Switches of workspaces.
        table: Table `config`.
    """

    def __init__(self, workspaces: Any, table: DynamoTable) -> None:
        self._workspaces = workspaces
        self._table = table

    def why(self, tenant: str, post: ScheduledPost, account: str) -> str:
        """Return the code of what holds a post back at an account; empty: nothing does."""
        del post, account
        return "stopped" if self._workspaces.control(tenant).stopped else ""


class Tracked:
    """See `stepwell.social.publisher.Told`.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def published(self, tenant: str, post: ScheduledPost, delivery: Delivery, content: SocialPost) -> None:
        """Have the post's numbers asked for."""
