"""What became of posts: asked of the networks on a schedule that thins out, kept a post, added up for reports.

A post gets most of its engagement within hours. Its numbers are asked for when it is one hour old, then two, four,
and so on to three weeks: ten questions a post, whose gaps are never longer than the post was old at the last.
Many posts of an account are asked for together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.social import Metrics, Platform

FIRST = timedelta(hours=1)
LAST = timedelta(days=32)
FORGOTTEN = timedelta(days=400)
COUNTS = (
    "impressions",
    "reach",
    "likes",
    "comments",
    "shares",
    "clicks",
    "saves",
    "video_views",
)
ENGAGED = ("likes", "comments", "shares", "clicks", "saves")


@dataclass(frozen=True, slots=True)
class Origin:
    """What had a post posted.

    Attributes:
        post: Id of a scheduled post; empty: a workflow did.
        workflow: Workflow id.
        version: Its version.
        node: Its node.
    """

    post: str = ""
    workflow: str = ""
    version: int = 0
    node: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a network said at a moment; None: it does not tell.

    Attributes:
        at: When it was asked.
        counts: Numbers by name, see `COUNTS`; what a network does not tell is absent.
    """

    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TrackedPost:
    """A post that is on a network.

    Attributes:
        platform: Its network.
        account: Our id of the account.
        external_id: The network's id.
        url: Where people see it; may be empty.
        text: Its text.
        at: When it was posted.
        origin: What had it posted.
        samples: What the network said, oldest first.
        gone: Whether it does not exist any more.
        asked: When it was last asked for, whatever the answer.
    """

    platform: Platform
    account: str
    external_id: str
    url: str
    text: str
    at: datetime
    origin: Origin = Origin()
    samples: tuple[Sample, ...] = ()
    gone: bool = False
    asked: datetime | None = None

    @property
    def id(self) -> str:
        """Ours."""
        return short_hash("tracked", self.platform.value, self.external_id, length=26)

    @property
    def latest(self) -> Mapping[str, int]:
        """The newest numbers."""
        return self.samples[-1].counts if self.samples else {}

    @property
    def engagement(self) -> int:
        """Likes, comments, shares, clicks and saves together."""
        return sum(self.latest.get(name, 0) for name in ENGAGED)


def next_look(post: TrackedPost) -> datetime | None:
    """Return when a post's numbers are to be asked for; None: never again."""
    if post.gone:
        return None
    age = FIRST
    asked = post.asked - post.at if post.asked is not None else timedelta(0)
    while age <= asked:
        age *= 2
    return post.at + age if age <= LAST else None


def due(posts: Iterable[TrackedPost], now: datetime) -> list[TrackedPost]:
    """Return the posts whose numbers are to be asked for now."""
    found = []
    for post in posts:
        at = next_look(post)
        if at is not None and at <= now:
            found.append(post)
    return found


def measured(posts: Sequence[TrackedPost], told: Iterable[Metrics], now: datetime) -> list[TrackedPost]:
    """Return posts with what a network said of them; of whom it says nothing, they are gone.

    A network's number may fall (a like taken back); what it said last holds.
    """
    by_id = {one.external_id: one for one in told}
    found = []
    for post in posts:
        metrics = by_id.get(post.external_id)
        if metrics is None:
            found.append(replace(post, gone=True, asked=now))
            continue
        counts = {name: value for name in COUNTS if (value := getattr(metrics, name)) is not None}
        found.append(replace(post, samples=(*post.samples, Sample(now, counts)), asked=now))
    return found


def totals(posts: Iterable[TrackedPost]) -> dict[str, int]:
    """Return posts' newest numbers added up, with `posts` and `engagement`."""
    found: dict[str, int] = {"posts": 0, "engagement": 0, **dict.fromkeys(COUNTS, 0)}
    for post in posts:
        found["posts"] += 1
        found["engagement"] += post.engagement
        for name, value in post.latest.items():
            found[name] += value
    return found


def grouped(posts: Iterable[TrackedPost], key: Callable[[TrackedPost], str]) -> dict[str, dict[str, int]]:
    """Return the totals of posts by a key; posts whose key is empty are left out."""
    groups: dict[str, list[TrackedPost]] = defaultdict(list)
    for post in posts:
        if name := key(post):
            groups[name].append(post)
    return {name: totals(groups[name]) for name in sorted(groups)}


def document_of(post: TrackedPost) -> dict[str, Any]:
    """Write a post as plain JSON."""
    return {
        "platform": post.platform.value,
        "account": post.account,
        "external_id": post.external_id,
        "url": post.url,
        "text": post.text,
        "at": iso(post.at),
        "origin": asdict(post.origin),
        "samples": [{"at": iso(one.at), "counts": dict(one.counts)} for one in post.samples],
        "gone": post.gone,
        "asked": iso(post.asked) if post.asked else None,
    }


def post_of(document: Mapping[str, Any]) -> TrackedPost:
    """Read a post."""
    return TrackedPost(
        platform=Platform(document["platform"]),
        account=document["account"],
        external_id=document["external_id"],
        url=document["url"],
        text=document["text"],
        at=from_iso(document["at"]),
        origin=Origin(**document["origin"]),
        samples=tuple(Sample(from_iso(one["at"]), one["counts"]) for one in document["samples"]),
        gone=document["gone"],
        asked=from_iso(document["asked"]) if document["asked"] else None,
    )
