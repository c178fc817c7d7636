"""Posts as people manage them: write, schedule, change, cancel, publish at once, and see what will be shown."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.conditions.values import zone_named
from stepwell.contracts.clock import Clock
from stepwell.contracts.social import Account, Platform, SocialPost
from stepwell.errors import Conflict, InvalidInput, NotFound, ValidationFailed
from stepwell.social import delivering
from stepwell.social.checking import faults
from stepwell.social.composing import composed
from stepwell.social.ports import AccountStore, PostStore, Timer, Work
from stepwell.social.posts import Delivery, Mode, ScheduledPost, Stage
from stepwell.social.previewing import Preview, preview

FARTHEST = timedelta(days=366)
_LATE = timedelta(minutes=5)
_ID = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")
_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePorts:
    """What managing posts reaches."""

    clock: Clock
    posts: PostStore
    accounts: AccountStore
    timer: Timer
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A post as people want it.

    Attributes:
        content: What it says.
        overrides: Fields that differ, a platform.
        accounts: Our account ids.
        at: When; None: at once. Without an offset it is a time of `time_zone`.
        times: A moment of its own, an account.
        time_zone: IANA name.
        draft: Whether it is kept only.
    """

    content: SocialPost
    overrides: Mapping[Platform, Mapping[str, Any]] = field(default_factory=dict)
    accounts: Sequence[str] = ()
    at: datetime | None = None
    times: Mapping[str, datetime] = field(default_factory=dict)
    time_zone: str = "UTC"
    draft: bool = False


def create(ports: SchedulePorts, tenant: str, wanted: Wanted, actor: str, id_: str = "") -> ScheduledPost:
    """Keep a post; scheduled ones are published when they are due.

    Args:
        ports: Stores.
        tenant: Workspace.
        wanted: The post.
        actor: Who asks.
        id_: An id of the caller's, by which workflows can name a draft; empty: made.

    Raises:
        ValidationFailed: A network would refuse it; all faults at once.
        InvalidInput: A time, zone or account is none.
        Conflict: There is such an id.
    """
    if id_ and not _ID.match(id_):
        raise InvalidInput("An id is lower case letters, digits, `_` and `-`, at most 40.", code="bad_id")
    now = ports.clock.now()
    post = ScheduledPost(
        id=id_ or f"p{secrets.token_hex(8)}",
        content=wanted.content,
        created_at=now,
        created_by=actor,
    )
    return _store(ports, tenant, _filled(ports, tenant, post, wanted), fresh=True)


def change(
    ports: SchedulePorts, tenant: str, id_: str, rev: int, wanted: Wanted, actor: str
) -> ScheduledPost:
    """Change a post that has not begun.

    Raises:
        NotFound: There is no such post.
        Conflict: It has begun (`post_begun`), or somebody else changed it (`stale_rev`).
        ValidationFailed: A network would refuse it.
    """
    post = get(ports, tenant, id_)
    if post.state not in ("draft", "scheduled"):
        raise Conflict(f"The post is {post.state}: it cannot be changed any more.", code="post_begun")
    if post.rev != rev:
        raise Conflict("The post was changed since you read it: read it again.", code="stale_rev")
    told = replace(post, changed_at=ports.clock.now(), changed_by=actor)
    return _store(ports, tenant, _filled(ports, tenant, told, wanted))


def cancel(ports: SchedulePorts, tenant: str, id_: str, actor: str) -> ScheduledPost:
    """Cancel what has not gone out; what is there stays there. The same again is no error.

    Raises:
        NotFound: There is no such post.
        Conflict: Everything went out already.
    """
    for _ in range(_TRIES):
        post = get(ports, tenant, id_)
        if post.mode is Mode.CANCELED:
            return post
        if post.state in ("published", "partly", "failed"):
            raise Conflict(f"The post is {post.state}: there is nothing to cancel.", code="post_over")
        deliveries = tuple(
            delivering.canceled(one) if one.stage is Stage.WAITING else one for one in post.deliveries
        )
        now = ports.clock.now()
        changed = replace(post, mode=Mode.CANCELED, deliveries=deliveries, changed_at=now, changed_by=actor)
        if ports.posts.save(tenant, changed):
            return replace(changed, rev=post.rev + 1)
    raise Conflict("The post changes at this moment: try again.", code="stale_rev")


def publish_now(ports: SchedulePorts, tenant: str, id_: str, actor: str) -> ScheduledPost:
    """Publish a draft or scheduled post at once, or what failed of one once more.

    Raises:
        NotFound: There is no such post.
        Conflict: It is under way, over or canceled.
        ValidationFailed: A network would refuse it.
    """
    post = get(ports, tenant, id_)
    if post.state not in ("draft", "scheduled", "failed", "partly"):
        raise Conflict(f"The post is {post.state}: it cannot be published now.", code="post_begun")
    now = ports.clock.now()
    deliveries = tuple(
        one if one.stage is Stage.PUBLISHED else Delivery(account=one.account, platform=one.platform, at=now)
        for one in post.deliveries
    )
    changed = replace(post, mode=Mode.LIVE, deliveries=deliveries, at=now, changed_at=now, changed_by=actor)
    if not deliveries:
        raise InvalidInput("Name the accounts that shall post it.", code="no_accounts")
    insist(changed)
    return _store(ports, tenant, changed)


def get(ports: SchedulePorts, tenant: str, id_: str) -> ScheduledPost:
    """Return a post.

    Raises:
        NotFound: There is none.
    """
    post = ports.posts.get(tenant, id_)
    if post is None:
        raise NotFound(f"There is no post `{id_}`.", code="no_post")
    return post


def previews(post: ScheduledPost, platforms: Sequence[Platform]) -> list[Preview]:
    """Return what each network will show."""
    return [preview(composed(post, platform), platform) for platform in dict.fromkeys(platforms)]


def insist(post: ScheduledPost) -> None:
    """Refuse what a network would refuse.

    Raises:
        ValidationFailed: With all faults of all networks.
    """
    platforms = dict.fromkeys(one.platform for one in post.deliveries if not one.final)
    found = [fault for platform in platforms for fault in faults(composed(post, platform), platform)]
    if found:
        raise ValidationFailed(found[0].message, [fault.document() for fault in found])


def chosen(accounts: Sequence[Account], ids: Sequence[str]) -> list[Account]:
    """Return accounts by id, in the order asked for.

    Raises:
        InvalidInput: There is none of an id.
    """
    known = {account.id: account for account in accounts}
    missing = next((id_ for id_ in ids if id_ not in known), None)
    if missing is not None:
        raise InvalidInput(
            f"There is no account `{missing}`.", code="no_account", details={"place": "accounts"}
        )
    return [known[id_] for id_ in dict.fromkeys(ids)]


def _filled(ports: SchedulePorts, tenant: str, post: ScheduledPost, wanted: Wanted) -> ScheduledPost:
    now = ports.clock.now()
    accounts = chosen([one.account for one in ports.accounts.all(tenant)], wanted.accounts)
    if not accounts and not wanted.draft:
        raise InvalidInput("Name the accounts that shall post it.", code="no_accounts")
    at = None if wanted.at is None else moment(wanted.at, wanted.time_zone)
    times = {account: moment(when, wanted.time_zone) for account, when in wanted.times.items()}
    for when in (at, *times.values()):
        if when is not None and not wanted.draft:
            _insist_on(when, now)
    filled = replace(
        post,
        content=wanted.content,
        overrides=dict(wanted.overrides),
        deliveries=tuple(
            Delivery(account=one.id, platform=one.platform, at=times.get(one.id)) for one in accounts
        ),
        mode=Mode.DRAFT if wanted.draft else Mode.LIVE,
        at=at if at is not None or wanted.draft else now,
        time_zone=wanted.time_zone,
    )
    if not wanted.draft:
        insist(filled)
    return filled


def moment(when: datetime, zone: str) -> datetime:
    """Return a moment in UTC; one without an offset is a time of the zone (a time that a clock skips is after it).

    Raises:
        InvalidInput: There is no such zone.
    """
    known = zone_named(zone)
    if known is None:
        raise InvalidInput(f"There is no time zone `{zone}`.", code="bad_time_zone")
    return (when if when.tzinfo else when.replace(tzinfo=known)).astimezone(UTC)


def _insist_on(when: datetime, now: datetime) -> None:
    if when < now - _LATE:
        raise InvalidInput("The moment is over.", code="in_the_past", details={"place": "at"})
    if when > now + FARTHEST:
        raise InvalidInput("A post can be scheduled a year ahead.", code="too_far", details={"place": "at"})


def _store(ports: SchedulePorts, tenant: str, post: ScheduledPost, *, fresh: bool = False) -> ScheduledPost:
    look = delivering.next_look(post)
    if look is not None:
        # Before the post itself: a look at one that is not there yet finds nothing and harms nothing, while a post
        # without a look would never go out.
        ports.timer.at(tenant, f"post/{post.id}", look)
    if not ports.posts.save(tenant, post):
        if fresh:
            raise Conflict(f"There is a post `{post.id}` already.", code="post_exists")
        raise Conflict("The post was changed since you read it: read it again.", code="stale_rev")
    if look is not None and look <= ports.clock.now():
        ports.work.ask(tenant, [{"kind": "publish", "post": post.id}])
    return replace(post, rev=post.rev + 1)
