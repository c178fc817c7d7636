"""What publishing asks and tells beside the networks: what holds posts back, and who counts what was published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import document_key, read_body
from stepwell.adapters.social_alarms import DynamoAlarms
from stepwell.adapters.social_tracking import DynamoTracked
from stepwell.contracts.social import SocialPost
from stepwell.social.answering import ID, KIND, read_rules
from stepwell.social.crisis import hour_of
from stepwell.social.engagement import FIRST, Origin, TrackedPost
from stepwell.social.ports import Timer
from stepwell.social.posts import Delivery, ScheduledPost

MEASURE = "measure/-"


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
        """Return the code of what holds a post back at an account; empty: nothing does.

        A crisis holds back what was planned before people knew of it, where the workspace wants that.
        """
        del post
        if self._workspaces.control(tenant).stopped:
            return "stopped"
        if DynamoAlarms(self._table).get(tenant, account).on is None:
            return ""
        item = self._table.get(document_key(tenant, KIND, ID))
        rules = read_rules(read_body(item["body"]) if item is not None else {})
        return "crisis" if rules.crisis.pause_posts else ""


class Tracked:
    """See `stepwell.social.publisher.Told`: has the numbers of published posts asked for.

    Args:
        table: Table `config`.
        timer: Says when they are due.
    """

    def __init__(self, table: DynamoTable, timer: Timer) -> None:
        self._posts = DynamoTracked(table)
        self._timer = timer

    def published(self, tenant: str, post: ScheduledPost, delivery: Delivery, content: SocialPost) -> None:
        """Have the post's numbers asked for."""
        at = delivery.published_at
        if at is None or not delivery.external_id:
            return
        told = post.origin
        origin = Origin(
            post=post.id,
            workflow=str(told.get("workflow") or ""),
            version=int(told.get("version") or 0),
            node=str(told.get("node") or ""),
        )
        tracked = TrackedPost(
            delivery.platform,
            delivery.account,
            delivery.external_id,
            delivery.url,
            content.text,
            at,
            origin,
        )
        self._posts.put(tenant, tracked)
        self._timer.at(tenant, MEASURE, hour_of(at + FIRST) + timedelta(hours=1))
