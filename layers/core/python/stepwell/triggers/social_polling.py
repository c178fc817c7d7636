"""Asks networks for what no webhook tells: mentions once an hour, and what became of posts when it is worth asking.

Reading goes on where it stopped, with ten minutes of overlap, for lists of networks are not written in order; what
comes twice is known by its id. A day has a budget of mentions, for some networks bill each.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from stepwell.contracts.ids import short_hash
from stepwell.contracts.social import Account, Mention, Tokens
from stepwell.errors import Forbidden, NotFound, NotReady, OutcomeUnknown, ProviderRejected, Unavailable
from stepwell.social.crisis import hour_of
from stepwell.social.engagement import LAST, TrackedPost, due, measured
from stepwell.social.listening_ports import Listened
from stepwell.triggers.mentions import Hearing
from stepwell.triggers.social_ports import SocialPorts
from stepwell.triggers.social_watch import measure_next, watch

FIRST = timedelta(days=1)
"""So far back the first reading goes."""
OVERLAP = timedelta(minutes=10)
PAGES = 10
AT_ONCE = 50


def listen(ports: SocialPorts, tenant: str, account: str) -> int:
    """Read an account's mentions, and look again in an hour; return how many were news.

    Raises:
        Unavailable: A store or the stream did not answer; to be repeated.
    """
    found = next((one for one in ports.connected.accounts(tenant) if one.id == account), None)
    if found is None:
        return 0
    ports.timer.at(tenant, f"listen/{account}", next_listening(account, ports.clock.now()))
    rules = ports.rules(tenant)
    news = _read(ports, tenant, found, rules.reads_per_day) if rules.poll else 0
    watch(ports, tenant, account, rules)
    return news


def next_listening(account: str, now: datetime) -> datetime:
    """Return when an account is read next: within the next hour, at a minute of its own."""
    minute = int(short_hash("listen", account, length=4), 36) % 60
    at = hour_of(now) + timedelta(minutes=minute)
    return at if at > now else at + timedelta(hours=1)


def _read(ports: SocialPorts, tenant: str, account: Account, budget: int) -> int:
    now = ports.clock.now()
    day = now.astimezone(UTC).strftime("%Y%m%d")
    known = ports.inbox.listened(tenant, account.id) or Listened(now - FIRST)
    read = known.read if known.day == day else 0
    since, cursor, newest, news = known.since, known.cursor, known.since, 0
    network = ports.connected.network(tenant, account.platform)
    for _ in range(PAGES):
        if read >= budget:
            break
        asked_from, asked_at = since, cursor

        def ask(
            opened: Account, tokens: Tokens, since: datetime = asked_from, cursor: str = asked_at
        ) -> tuple[list[Mention], str]:
            return network.mentions(opened, tokens, since, cursor)

        try:
            page, cursor = ports.connected.with_tokens(tenant, account.id, ask)
        except ProviderRejected:
            # A cursor may have ended: the next hour reads from where it is sure.
            ports.inbox.save_listened(tenant, account.id, Listened(since, "", day, read))
            break
        except (NotReady, NotFound, Unavailable, Forbidden):
            # Nothing was lost: the next hour goes on here.
            break
        news += Hearing(ports.hearing).hear(tenant, page)
        read += len(page)
        newest = max([newest, *(one.at for one in page)])
        if not cursor:
            since = max(since, min(newest, now) - OVERLAP)
        ports.inbox.save_listened(tenant, account.id, Listened(since, cursor, day, read))
        if not cursor:
            break
    return news


def measure(ports: SocialPorts, tenant: str) -> int:
    """Ask networks what became of posts, look at alarms that are on, and again when there is need.

    Returns:
        For how many posts there are new numbers.

    Raises:
        Unavailable: A store did not answer; to be repeated.
    """
    try:
        return _measured(ports, tenant)
    finally:
        # Whatever it stumbled over: looks follow from each other, and one that is not asked for ends them all.
        measure_next(ports, tenant)


def _measured(ports: SocialPorts, tenant: str) -> int:
    now = ports.clock.now()
    groups: dict[str, list[TrackedPost]] = defaultdict(list)
    for post in due(ports.posts.since(tenant, now - LAST - FIRST), now):
        groups[post.account].append(post)
    counted = 0
    for account, posts in sorted(groups.items()):
        for start in range(0, len(posts), AT_ONCE):
            counted += _measure(ports, tenant, account, posts[start : start + AT_ONCE], now)
    rules = ports.rules(tenant)
    for alarms in ports.alarms.all(tenant):
        if alarms.on is not None:
            watch(ports, tenant, alarms.account, rules)
    return counted


def _measure(ports: SocialPorts, tenant: str, account: str, posts: list[TrackedPost], now: datetime) -> int:
    network = ports.connected.network(tenant, posts[0].platform)
    ids = [post.external_id for post in posts]
    try:
        told = ports.connected.with_tokens(
            tenant, account, lambda opened, tokens: network.metrics(opened, tokens, ids)
        )
    except (Unavailable, OutcomeUnknown):
        return 0
    except (NotReady, NotFound, ProviderRejected, Forbidden):
        # Asked in vain counts as asked: else an account that ended or is gone is asked each hour for a month.
        ports.posts.save(tenant, [replace(post, asked=now) for post in posts])
        return 0
    ports.posts.save(tenant, measured(posts, told, now))
    return len(told)
