"""Publishes posts that are due: claim by a conditional write, call the network, settle; lost answers are looked for.

Anybody may call it for any post at any time, as often as they like, and die at it: `delivering` says why a post is
there once. What it leaves waiting has a look in the due index.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from stepwell.contracts.clock import Clock
from stepwell.contracts.social import Account, Posted, SocialPost, Tokens
from stepwell.errors import NotFound, StepwellError, Unavailable
from stepwell.social import delivering
from stepwell.social.checking import faults
from stepwell.social.composing import composed, reachable
from stepwell.social.connected import Connected
from stepwell.social.delivering import Act
from stepwell.social.limits import LIMITS
from stepwell.social.ports import Leases, PostStore, Timer
from stepwell.social.posts import Delivery, ScheduledPost, Stage

WATCH = timedelta(minutes=7)
"""Longer than a claim holds: whoever looks then sees whether its holder died."""
_ROUNDS = 200
_SKEW = timedelta(minutes=2)
"""Clocks of networks differ from ours; a look begins so long before the claim."""
PAUSED_S = 60


class Pauses(Protocol):
    """What holds posts back."""

    def why(self, tenant: str, post: ScheduledPost, account: str) -> str:
        """Return the code of what holds a post back at an account (`stopped`, `crisis`); empty: nothing does."""
        ...


class Told(Protocol):
    """Who wants to know what was published."""

    def published(self, tenant: str, post: ScheduledPost, delivery: Delivery, content: SocialPost) -> None:
        """Take note of a published post; may be told twice."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPorts:
    """What publishing reaches."""

    clock: Clock
    posts: PostStore
    connected: Connected
    leases: Leases
    timer: Timer
    pauses: Pauses
    told: Told
    public_url: str = ""


class Publisher:
    """Publishes.

    Args:
        ports: Stores and networks.
        claimant: Who claims: unique an invocation.
    """

    def __init__(self, ports: PublishPorts, claimant: str) -> None:
        self._ports = ports
        self._claimant = claimant

    def publish(self, tenant: str, id_: str) -> ScheduledPost:
        """Do what is due of a post, and return it as it is then.

        Raises:
            NotFound: There is no such post.
            Unavailable: A store did not answer; call again.
        """
        post = self._read(tenant, id_)
        now = self._ports.clock.now()
        acts = {delivering.next_act(post, one, now).act for one in post.deliveries}
        if not acts <= {Act.NOTHING, Act.WAIT}:
            # If this process dies somebody looks. The row is its own: nobody else's end takes it away.
            watch, mark = now + WATCH, zlib.crc32(self._claimant.encode())
            self._ports.timer.at(tenant, f"post/{id_}", watch, mark)
            for one in post.deliveries:
                post = self._deliver(tenant, post, one.account)
            self._ports.timer.drop(tenant, f"post/{id_}", watch, mark)
        look = delivering.next_look(post)
        if look is not None:
            self._ports.timer.at(tenant, f"post/{id_}", look)
        return post

    def _read(self, tenant: str, id_: str) -> ScheduledPost:
        post = self._ports.posts.get(tenant, id_)
        if post is None:
            raise NotFound(f"There is no post `{id_}`.", code="no_post")
        return post

    def _deliver(self, tenant: str, post: ScheduledPost, account: str) -> ScheduledPost:
        """Take one delivery as far as it goes now."""
        for _ in range(_ROUNDS):
            delivery = post.delivery(account)
            if delivery is None:
                return post
            now = self._ports.clock.now()
            step = delivering.next_act(post, delivery, now)
            match step.act:
                case Act.NOTHING | Act.WAIT:
                    return post
                case Act.CANCEL:
                    after = delivering.canceled(delivery)
                case Act.LOOK:
                    after = self._look(tenant, post, delivery, now)
                case Act.PUBLISH:
                    after = self._before(tenant, post, delivery, now)
            saved = self._save(tenant, post, after)
            if saved is None:
                post = self._read(tenant, post.id)
                continue
            post = saved
            if after.stage is Stage.CLAIMED:
                post = self._settle(tenant, post, after)
            self._tell(tenant, post, account, delivery.stage)
        raise Unavailable("The post changes again and again; try again later.", code="busy")

    def _before(self, tenant: str, post: ScheduledPost, delivery: Delivery, now: datetime) -> Delivery:
        """Return a delivery claimed, or held or failed for what can be told without the network."""
        ports = self._ports
        found = faults(composed(post, delivery.platform), delivery.platform)
        if found:
            return delivering.failed(delivery, found[0].code, found[0].message)
        paused = ports.pauses.why(tenant, post, delivery.account)
        if paused:
            return delivering.held(delivery, paused, now + timedelta(seconds=PAUSED_S))
        rate = LIMITS[delivery.platform].rate
        name = f"social.{delivery.platform.value}.{delivery.account}"
        wait_s = ports.leases.take(tenant, name, rate.posts, rate.window_s)
        if wait_s > 0:
            # What was lost before stays lost: only the stage is as it was.
            kept = delivering.held(delivery, "throttled", now + timedelta(seconds=wait_s))
            return replace(kept, since=delivery.since)
        return delivering.claimed(delivery, self._claimant, now)

    def _settle(self, tenant: str, post: ScheduledPost, mine: Delivery) -> ScheduledPost:
        """Call the network for a claim of ours, and write down what became of it."""
        content = reachable(composed(post, mine.platform), self._ports.public_url)
        network = self._ports.connected.network(tenant, mine.platform)

        def hand_over(account: Account, tokens: Tokens) -> Posted:
            return network.publish(account, tokens, content)

        try:
            posted = self._ports.connected.with_tokens(tenant, mine.account, hand_over)
        except StepwellError as error:
            after = delivering.after_error(post, mine, error, self._ports.clock.now())
            if after.code == "throttled" and after.next_at is not None:
                rest_s = (after.next_at - self._ports.clock.now()).total_seconds()
                self._ports.leases.rest(tenant, f"social.{mine.platform.value}.{mine.account}", rest_s)
        else:
            after = delivering.published(mine, posted, self._ports.clock.now())
        return self._write(tenant, post, mine, after)

    def _write(self, tenant: str, post: ScheduledPost, mine: Delivery, after: Delivery) -> ScheduledPost:
        """Write what became of a claim, whatever else of the post changed meanwhile."""
        for _ in range(_ROUNDS):
            saved = self._save(tenant, post, after)
            if saved is not None:
                return saved
            post = self._read(tenant, post.id)
            kept = post.delivery(mine.account)
            if kept is None or (kept.stage, kept.claimant, kept.tries) != (
                mine.stage,
                mine.claimant,
                mine.tries,
            ):
                return post  # somebody thought us dead and settled it
        raise Unavailable("The post changes again and again; try again later.", code="busy")

    def _look(self, tenant: str, post: ScheduledPost, delivery: Delivery, now: datetime) -> Delivery:
        content = reachable(composed(post, delivery.platform), self._ports.public_url)
        network = self._ports.connected.network(tenant, delivery.platform)
        since = (delivery.since or now) - _SKEW

        def find(account: Account, tokens: Tokens) -> Posted | None:
            return network.find(account, tokens, content, since)

        try:
            found = self._ports.connected.with_tokens(tenant, delivery.account, find)
        except StepwellError as error:
            return delivering.after_bad_look(delivery, error, now)
        return delivering.after_look(delivery, found, now)

    def _save(self, tenant: str, post: ScheduledPost, after: Delivery) -> ScheduledPost | None:
        changed = post.with_delivery(after)
        return replace(changed, rev=post.rev + 1) if self._ports.posts.save(tenant, changed) else None

    def _tell(self, tenant: str, post: ScheduledPost, account: str, before: Stage) -> None:
        delivery = post.delivery(account)
        if delivery is not None and delivery.stage is Stage.PUBLISHED and before is not Stage.PUBLISHED:
            self._ports.told.published(tenant, post, delivery, composed(post, delivery.platform))
