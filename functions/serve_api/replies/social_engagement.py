"""What became of posts on social networks."""

from __future__ import annotations

from replies.forms import Day, Reply, Time


class SocialCounts(Reply):
    """Numbers of posts added up, as the networks told them last.

    Attributes:
        engagement: Likes, comments, shares, clicks and saves together.
    """

    posts: int
    engagement: int
    impressions: int
    reach: int
    likes: int
    comments: int
    shares: int
    clicks: int
    saves: int
    video_views: int


class SocialGroup(Reply):
    """Numbers of some posts.

    Attributes:
        name: What they have in common.
    """

    name: str
    counts: SocialCounts


class SocialDay(Reply):
    """Numbers of the posts of a day."""

    day: Day
    counts: SocialCounts


class SocialEngagement(Reply):
    """What became of posts.

    Attributes:
        since: Posts from then on.
        days: By the day on which they were posted, oldest first.
        workflows: By the workflow that had them posted.
    """

    since: Time
    totals: SocialCounts
    platforms: list[SocialGroup]
    accounts: list[SocialGroup]
    workflows: list[SocialGroup]
    days: list[SocialDay]


class TrackedOrigin(Reply):
    """What had a post posted.

    Attributes:
        post: Id of a scheduled post; empty: a workflow did.
        version: 0: no workflow did.
    """

    post: str
    workflow: str
    version: int
    node: str


class PostSample(Reply):
    """What a network said of a post.

    Attributes:
        counts: Numbers by name; what the network does not tell is absent.
    """

    at: Time
    counts: dict[str, int]


class PostedPost(Reply):
    """A post that is on a network.

    Attributes:
        gone: Whether it does not exist any more.
        counts: The newest numbers by name; what the network does not tell is absent.
        samples: What it said before, oldest first.
        next_look: When it is asked next; null: never again.
    """

    id: str
    platform: str
    account: str
    external_id: str
    url: str
    text: str
    at: Time
    origin: TrackedOrigin
    gone: bool
    engagement: int
    counts: dict[str, int]
    samples: list[PostSample]
    next_look: Time | None
