"""Where mentions and what became of posts lie in table `config`.

| pk | sk | what |
|---|---|---|
| `T#MENTION#<id>` | `-` | which entry has this id: of two that keep it one does |
| `T#MENTIONS` | `<ms>#<id>` | an entry of the inbox |
| `T#SPOKEN#<account>` | `<YYYYMMDD>` | mentions of a day: `a<hour>` all, `b<hour>` bad ones |
| `T#SPOKETO#<platform>#<author>` | `<thread>` | who got an automatic answer in a thread |
| `T#LISTENED#<account>` | `-` | how far an account's mentions were read |
| `T#CRISIS` | `<account>` | alarms |
| `T#SPOST` | `<id>` | a post of people or a workflow |
| `T#SPOSTS` | `<ms>#<id>` | where a post stands in the list: the moment when it goes out |
| `T#SOCPOSTS` | `<ms>#<id>` | a post that is on a network, and its numbers |

`w` is the profile id of who wrote: by it entries are found when that contact is erased.
"""

from __future__ import annotations

from datetime import UTC, datetime

from stepwell.adapters.items.wire import Key, millis

MENTION, MENTIONS, SPOKE_TO = "MENTION", "MENTIONS", "SPOKETO"
OF_AUTHORS = frozenset({MENTION, MENTIONS, SPOKE_TO})
"""Kinds of items that belong to who wrote, by attribute `w`."""


def marker_key(tenant: str, id_: str) -> Key:
    """Return the key that a mention's id is taken by."""
    return f"{tenant}#{MENTION}#{id_}", "-"


def mentions_partition(tenant: str) -> str:
    """Return the partition of the inbox."""
    return f"{tenant}#{MENTIONS}"


def timed(at: datetime, id_: str) -> str:
    """Return a sort key by time."""
    return f"{millis(at):013d}#{id_}"


def spoken_partition(tenant: str, account: str) -> str:
    """Return the partition of an account's counts."""
    return f"{tenant}#SPOKEN#{account or '-'}"


def day_key(tenant: str, account: str, at: datetime) -> Key:
    """Return the key of a day's counts."""
    return spoken_partition(tenant, account), at.astimezone(UTC).strftime("%Y%m%d")


def answered_key(tenant: str, platform: str, author: str, thread: str) -> Key:
    """Return the key of an automatic answer's claim."""
    return f"{tenant}#{SPOKE_TO}#{platform}#{author}", thread


def listened_key(tenant: str, account: str) -> Key:
    """Return the key of how far an account was read."""
    return f"{tenant}#LISTENED#{account}", "-"


def crisis_key(tenant: str, account: str) -> Key:
    """Return the key of an account's alarms."""
    return f"{tenant}#CRISIS", account or "-"


def planned_key(tenant: str, id_: str) -> Key:
    """Return the key of a post."""
    return f"{tenant}#SPOST", id_


def plan_partition(tenant: str) -> str:
    """Return the partition of the order of posts."""
    return f"{tenant}#SPOSTS"


def posts_partition(tenant: str) -> str:
    """Return the partition of posts that are on networks."""
    return f"{tenant}#SOCPOSTS"
