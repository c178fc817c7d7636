"""Social networks: accounts, apps, posts, previews and limits."""

from __future__ import annotations

from typing import Literal, NotRequired

from replies.forms import Day, Json, Reply, Time

Platform = Literal["twitter", "facebook", "linkedin", "instagram"]
PostState = Literal["draft", "scheduled", "publishing", "published", "partly", "failed", "canceled"]


class SocialAccount(Reply):
    """A connected page, organisation or profile.

    Attributes:
        label: The network's name for people.
        external_id: The network's id.
        handle: Without `@`; may be empty.
        scopes: What was allowed.
        state: `expiring`: connect it again soon; `expired` and `revoked`: nothing goes out until somebody does.
        expires_at: When its access ends unless it is connected again; null: it renews itself, or never ends.
        note: Code of why it cannot be used; empty: it can.
    """

    id: str
    platform: Platform
    label: str
    external_id: str
    name: str
    handle: str
    picture: str
    scopes: list[str]
    state: Literal["connected", "expiring", "expired", "revoked"]
    expires_at: Time | None
    connected_at: Time | None
    connected_by: str
    note: str


class SocialApp(Reply):
    """The workspace's own app at a network.

    Attributes:
        client_id: Null: no app is set, and nothing can be connected.
        address: Another address of the network (local cloud alone); empty: its own.
        without: Permissions that are not asked for.
    """

    platform: Platform
    label: str
    client_id: str | None
    has_secret: bool
    address: str
    without: list[str]
    set_at: Time | None
    set_by: str | None


class ConnectionBegun(Reply):
    """Where a person says yes.

    Attributes:
        url: Open it in the person's browser; the network sends them back to the redirect.
        state: What comes back beside the code.
        expires_at: Until when it is good.
    """

    platform: Platform
    url: str
    state: str
    expires_at: Time


class AccountsConnected(Reply):
    """What a person may post as is connected."""

    accounts: list[SocialAccount]


class AccountDisconnected(Reply):
    """An account is forgotten.

    Attributes:
        revoked: Whether the network confirmed that its access ended.
    """

    deleted: str
    revoked: bool


class SocialMedia(Reply):
    """An image or a video.

    Attributes:
        url: A public https address, or the key of a picture of the workspace (`images/…`).
    """

    kind: Literal["image", "video"]
    url: str
    alt: str
    width: NotRequired[int]
    height: NotRequired[int]
    bytes: NotRequired[int]


class PostContent(Reply):
    """What a post says.

    Attributes:
        link: Address to share; may be empty.
        target: Who shall see it, by the network's own words; empty: everybody.
    """

    text: str
    link: str
    media: list[SocialMedia]
    kind: Literal["post", "story", "reel"]
    target: Json


class PostOverride(Reply):
    """What differs on one network; absent fields are the post's own."""

    text: NotRequired[str]
    link: NotRequired[str]
    media: NotRequired[list[SocialMedia]]
    kind: NotRequired[Literal["post", "story", "reel"]]
    target: NotRequired[Json]


class PostDelivery(Reply):
    """A post at one account.

    Attributes:
        name: The account's; its id where it is not connected any more.
        state: `unknown`: the answer was lost, and the post is looked for.
        at: When it is or was due; null: a draft has no moment.
        own_at: Its own moment; null: the post's.
        next_at: When it is tried or looked for again.
        url: Where people see it; may be empty.
        code: Why it failed or waits; empty: it does not.
        reason: The same for people.
    """

    account: str
    platform: Platform
    name: str
    state: Literal["waiting", "publishing", "unknown", "published", "failed", "canceled"]
    at: Time | None
    own_at: Time | None
    next_at: Time | None
    published_at: Time | None
    external_id: str
    url: str
    code: str
    reason: str


class PostOrigin(Reply):
    """The workflow whose node posted it.

    Attributes:
        campaign: Broadcast, or `v` and the version.
    """

    workflow: str
    version: int
    node: str
    campaign: str


class SocialPost(Reply):
    """A post for several accounts.

    Attributes:
        rev: Send it back with the next change.
        overrides: What differs, by network.
        deliveries: One an account.
        at: When it goes out; null: a draft has no moment yet.
        time_zone: Zone in which people chose the moment.
        origin: Null: people wrote it.
    """

    id: str
    rev: int
    state: PostState
    content: PostContent
    overrides: dict[str, PostOverride]
    deliveries: list[PostDelivery]
    at: Time | None
    time_zone: str
    origin: PostOrigin | None
    created_at: Time
    created_by: str
    changed_at: Time | None
    changed_by: str


class PostFault(Reply):
    """Something that a network would refuse.

    Attributes:
        place: `text`, `link`, `kind`, `media` or `media.<n>`.
        message: A sentence for a person.
    """

    code: str
    place: str
    message: str
    platform: Platform


class PostPreview(Reply):
    """A post as a network shows it.

    Attributes:
        text: The whole text, with the link where it belongs there.
        shown: What the feed shows before "more".
        cut: Whether there is more.
        length: How long it is as the network counts.
        limit: How long it may be.
        hashtags: Without the sign, each once.
        mentions: Handles without the sign, each once.
        card: Host whose link card is shown; empty: none is.
        clickable_link: Whether a link can be clicked.
    """

    platform: Platform
    label: str
    kind: Literal["post", "story", "reel"]
    text: str
    shown: str
    cut: bool
    length: int
    limit: int
    hashtags: list[str]
    mentions: list[str]
    card: str
    clickable_link: bool
    media: list[SocialMedia]
    faults: list[PostFault]


class PostPreviews(Reply):
    """A post on all networks asked for.

    Attributes:
        ok: Whether all of them would take it.
    """

    ok: bool
    previews: list[PostPreview]


class PostRate(Reply):
    """How many posts an account may make in a window."""

    posts: int
    window_s: int


class NetworkLimits(Reply):
    """What a network takes.

    Attributes:
        text: Most characters as the network counts.
        weighted: Whether they are weighed, as X does, and not counted.
        link_in_text: Whether a link is a part of the text and counts there.
        shown: Characters that a feed shows before "more".
        hashtags: Null: no limit is told.
        mentions: Null: no limit is told.
        media: Most media of both kinds together; 0: they cannot be mixed.
        alt: Most characters of an alternative text.
        needs_media: Whether there is no post without a medium.
        ratio: Least and most width by height of an image; null: any.
        as_of: When the rules were read.
        sources: Where.
    """

    platform: Platform
    label: str
    text: int
    weighted: bool
    link_in_text: bool
    shown: int
    hashtags: int | None
    mentions: int | None
    images: int
    videos: int
    media: int
    image_bytes: int
    video_bytes: int
    alt: int
    needs_media: bool
    kinds: list[Literal["post", "story", "reel"]]
    ratio: list[float] | None
    rate: PostRate
    as_of: Day
    sources: list[str]
