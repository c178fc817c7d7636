"""Posts of workflows: once a campaign, whoever asks, however often.

A campaign is a broadcast's start, else a published version; with the node it names one post, which is put once. Each
Task that comes to the node finds that post, helps it along and leaves by what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stepwell.contracts.ids import short_hash
from stepwell.contracts.social import Platform, SocialPost
from stepwell.social import delivering
from stepwell.social.connected import USABLE
from stepwell.social.ports import AccountStore
from stepwell.social.posts import Delivery, Mode, ScheduledPost, Stage
from stepwell.social.publisher import Publisher, PublishPorts

LONGEST_S = 900
_SOON_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What a node wants posted.

    Attributes:
        workflow: Workflow id.
        version: Version.
        node: Node id.
        campaign: Broadcast id, else ``v<version>``.
        content: What it says, if it is the node's own; None: the draft `draft`.
        draft: Id of a post that people wrote.
        platforms: Networks: all connected accounts of each.
        accounts: Only these accounts; empty: all.
    """

    workflow: str
    version: int
    node: str
    campaign: str
    platforms: Sequence[Platform]
    content: SocialPost | None = None
    draft: str = ""
    accounts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Fate:
    """How a campaign's post stands.

    Attributes:
        state: A post's state.
        code: Why it failed, at the first account where it did.
        wait_s: Seconds until it is worth asking again; 0: it is over.
    """

    state: str
    code: str = ""
    wait_s: int = 0

    @property
    def posted(self) -> bool:
        """Whether it is there, at least at one account."""
        return self.state in ("published", "partly")


class Campaigns:
    """Posts of workflows.

    Args:
        ports: What publishing reaches.
        accounts: Connected accounts.
    """

    def __init__(self, ports: PublishPorts, accounts: AccountStore) -> None:
        self._ports = ports
        self._accounts = accounts

    def post(self, tenant: str, campaign: Campaign, claimant: str) -> Fate:
        """Have a campaign's post published, and tell how it stands. May be called by many at once, and repeated.

        Raises:
            Unavailable: A store did not answer; call again.
        """
        id_ = post_id(campaign)
        post = self._ports.posts.get(tenant, id_)
        if post is None:
            made = self._made(tenant, id_, campaign)
            if isinstance(made, Fate):
                return made
            look = delivering.next_look(made)
            if look is not None:
                self._ports.timer.at(tenant, f"post/{id_}", look)
            self._ports.posts.save(tenant, made)  # False: another run was first, and its post is this one
        return fate(Publisher(self._ports, claimant).publish(tenant, id_), self._ports.clock.now())

    def _made(self, tenant: str, id_: str, campaign: Campaign) -> ScheduledPost | Fate:
        now = self._ports.clock.now()
        content, overrides = campaign.content, {}
        if content is None:
            draft = self._ports.posts.get(tenant, campaign.draft)
            if draft is None:
                return Fate("failed", "unknown_content")
            content, overrides = draft.content, dict(draft.overrides)
        return ScheduledPost(
            id=id_,
            content=content,
            overrides=overrides,
            deliveries=self._deliveries(tenant, campaign),
            mode=Mode.LIVE,
            at=now,
            created_at=now,
            created_by="workflow",
            origin=_origin(campaign),
        )

    def _deliveries(self, tenant: str, campaign: Campaign) -> tuple[Delivery, ...]:
        known = [stored.account for stored in self._accounts.all(tenant)]
        found: list[Delivery] = []
        for platform in dict.fromkeys(campaign.platforms):
            mine = [
                account
                for account in known
                if account.platform is platform
                and (account.id in campaign.accounts if campaign.accounts else account.state in USABLE)
            ]
            found += [Delivery(account=account.id, platform=platform) for account in mine]
            if not mine:
                nobody = Delivery(account=f"{platform.value}-none", platform=platform)
                reason = f"No account of {platform.label} is connected."
                found.append(delivering.failed(nobody, "no_account", reason))
        return tuple(found)


def post_id(campaign: Campaign) -> str:
    """Return the id of a campaign's post."""
    return "w" + short_hash(campaign.workflow, campaign.campaign, campaign.node, length=20)


def _origin(campaign: Campaign) -> Mapping[str, Any]:
    return {
        "workflow": campaign.workflow,
        "version": campaign.version,
        "node": campaign.node,
        "campaign": campaign.campaign,
    }


def fate(post: ScheduledPost, now: datetime) -> Fate:
    """Return how a post stands."""
    look = delivering.next_look(post)
    code = next((one.code for one in post.deliveries if one.code), "")
    if look is None or post.state in ("published", "partly", "failed", "canceled"):
        return Fate(post.state, "canceled" if post.state == "canceled" else code)
    # Somebody else's claim ends any moment; what waits has its time.
    claimed = any(one.stage is Stage.CLAIMED for one in post.deliveries)
    wait_s = _SOON_S if claimed else int((look - now).total_seconds()) + 1
    return Fate(post.state, code, min(max(wait_s, _SOON_S), LONGEST_S))
