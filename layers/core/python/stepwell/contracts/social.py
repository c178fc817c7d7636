"""Social networks: what is posted, whose account it is, what comes back, and the ports that a platform's adapter fills.

Scheduling, listening and the adapters share these shapes and nothing else. Errors are those of a message's provider
(`stepwell.channels.ports.Sender`), because a post is a message: it was surely not taken, it was refused, or nobody
knows; what nobody knows is looked for (`Network.find`) and never repeated blindly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from stepwell.contracts.social_kinds import AccountState as AccountState
from stepwell.contracts.social_kinds import MediaKind as MediaKind
from stepwell.contracts.social_kinds import MentionKind as MentionKind
from stepwell.contracts.social_kinds import Platform as Platform
from stepwell.contracts.social_kinds import PostKind as PostKind
from stepwell.errors import NotReady


@dataclass(frozen=True, slots=True)
class Media:
    """An image or a video of a post.

    Attributes:
        kind: Image or video.
        url: A public https address, or the key of a file that we serve (``images/…``).
        alt: What it shows, for who cannot see it.
        width: Pixels, if known.
        height: Pixels, if known.
        bytes: Size of the file, if known.
    """

    kind: MediaKind
    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class SocialPost:
    """What goes to one account: the platform's own text and media are already chosen, links already tracked.

    Attributes:
        text: What it says; the link is not in it.
        link: An address to share; networks without link posts get it after the text.
        media: Images or videos in their order.
        kind: Post, story or reel.
        target: Who shall see it: LinkedIn's ``b2b_targeting``, Facebook's audience; empty: everybody.
        in_reply_to: The network's id of the post that this one answers; empty: none.
    """

    text: str
    link: str = ""
    media: tuple[Media, ...] = ()
    kind: PostKind = PostKind.POST
    target: Mapping[str, Any] = field(default_factory=dict)
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A connected page, organisation or profile.

    Attributes:
        id: Our id: unique in the workspace, the same when it is connected again.
        platform: Its network.
        external_id: The network's: page id, organisation's URN, Instagram user id, X user id.
        name: Shown name.
        handle: Without ``@``; may be empty.
        picture: Address of its picture; may be empty.
        scopes: What was allowed.
        state: Whether it can be used.
        expires_at: When the access ends unless somebody connects it again; None: it is renewed by itself or never ends.
    """

    id: str
    platform: Platform
    external_id: str
    name: str
    handle: str = ""
    picture: str = ""
    scopes: tuple[str, ...] = ()
    state: AccountState = AccountState.CONNECTED
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What opens an account; never shown, never logged.

    Attributes:
        access: Access token.
        refresh: Refresh token; empty: the network gives none.
        expires_at: When `access` ends; None: never, or the network does not tell.
        scopes: What was allowed.
    """

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The workspace's own app at a network.

    Attributes:
        id: Client id, app id.
        secret: Client secret; empty: a public client that proves itself by PKCE alone.
        without: Permissions that the network did not give the app: it refuses whoever asks for one of them.
    """

    id: str
    secret: str = field(default="", repr=False)
    without: tuple[str, ...] = ()

    def asks(self, scopes: tuple[str, ...]) -> list[str]:
        """Return what may be asked for of what is used."""
        return [one for one in scopes if one not in self.without]


@dataclass(frozen=True, slots=True)
class OwnedAccount:
    """An account that a person who just said yes may post as.

    Attributes:
        account: The account; its `id` is filled in by who stores it.
        tokens: What opens it: the person's, or the page's own.
    """

    account: Account
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Posted:
    """A post that exists.

    Attributes:
        external_id: The network's id.
        url: Where people see it; may be empty.
    """

    external_id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a network counts for one post, since it exists; None: the network does not tell."""

    external_id: str
    at: datetime
    impressions: int | None = None
    reach: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    clicks: int | None = None
    saves: int | None = None
    video_views: int | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a mention.

    Attributes:
        external_id: The network's id of the person; for some networks good for this app only.
        handle: Without ``@``; may be empty.
        name: Shown name; may be empty.
        followers: How many follow them; None: the network does not tell.
    """

    external_id: str
    handle: str = ""
    name: str = ""
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that somebody wrote to or about an account.

    Attributes:
        platform: Its network.
        account: Our id of the account that was spoken to.
        external_id: The network's id.
        parent: The network's id of the post, comment or thread that it belongs to; may be empty.
        kind: Mention, comment, message or review.
        author: Who wrote it.
        text: What was written; may be empty.
        url: Where people see it; may be empty.
        at: When it was written.
    """

    platform: Platform
    account: str
    external_id: str
    parent: str
    kind: MentionKind
    author: Author
    text: str
    url: str
    at: datetime


class TokenExpired(NotReady):
    """The network does not take the access token any more: nothing was done; renew it and repeat once."""

    default_code = "token_expired"


class Network(Protocol):
    """A network, seen through an account; one adapter a platform, one attempt a call.

    All methods raise, and nothing else:
        TokenExpired: Nothing was done; the token has ended.
        Throttled: Nothing was done; slow down (`retry_after_s` as the network says). Also while it still works on a
            medium that it has to have before it publishes.
        Unavailable: Nothing was done: it was not reached.
        OutcomeUnknown: It may have been done (`publish`, `reply`, `remove`).
        ProviderRejected: Nothing was done; the network says no for good. `details["reason"]` is what it says.
        AddressGone: What is asked for (post, thread) does not exist any more.
        NotReady: Nothing was done; something is not set up (a right is missing).
    """

    def publish(self, account: Account, tokens: Tokens, post: SocialPost) -> Posted:
        """Publish a post."""
        ...

    def find(self, account: Account, tokens: Tokens, post: SocialPost, since: datetime) -> Posted | None:
        """Look among the account's own posts since a moment for this one; None: it surely is not there.

        Asked after a lost answer; compares text (as the network stores it), link and medium count.
        """
        ...

    def metrics(self, account: Account, tokens: Tokens, ids: Sequence[str]) -> list[Metrics]:
        """Return the numbers of posts; one that does not exist any more is left out."""
        ...

    def mentions(
        self, account: Account, tokens: Tokens, since: datetime, cursor: str
    ) -> tuple[list[Mention], str]:
        """Return a page of what was written since a moment, oldest first, and the next cursor (empty: the end)."""
        ...

    def reply(self, account: Account, tokens: Tokens, mention_id: str, text: str) -> Posted:
        """Answer a mention by its `external_id`."""
        ...

    def remove(self, account: Account, tokens: Tokens, external_id: str) -> None:
        """Remove an own post; one that is gone is no error."""
        ...


class OAuth(Protocol):
    """How a platform's accounts are connected.

    Methods that call raise the errors of `Network`; `ProviderRejected` where a code or refresh token is not taken
    (nothing but connecting anew helps then).
    """

    def authorize_url(self, client: OAuthClient, state: str, challenge: str, redirect: str) -> str:
        """Return where a person says yes; `challenge` is S256 of PKCE (ignored where the network has none)."""
        ...

    def exchange(self, client: OAuthClient, code: str, verifier: str, redirect: str) -> Tokens:
        """Return the person's tokens for a code, the longest-lived that the network gives."""
        ...

    def refresh(self, client: OAuthClient, tokens: Tokens) -> Tokens:
        """Return new tokens; the old refresh token may be dead from now on."""
        ...

    def accounts(self, tokens: Tokens) -> list[OwnedAccount]:
        """Return what the person may post as: pages, organisations that they administer, their own profile."""
        ...

    def revoke(self, client: OAuthClient, tokens: Tokens) -> None:
        """End tokens; ones that are dead already are no error."""
        ...
