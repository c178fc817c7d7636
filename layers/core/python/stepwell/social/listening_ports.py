"""What listening needs from outside: the inbox, alarms, and posts that are on networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from stepwell.social.alarms import Alarms
from stepwell.social.crisis import Series
from stepwell.social.engagement import TrackedPost
from stepwell.social.mentions import Entry


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of the inbox somebody wants to see; empty: all.

    Attributes:
        state: State.
        platform: Network.
        account: Our id of the account.
        sentiment: Sentiment.
        assignee: Who has it.
        kind: Kind of mention.
    """

    state: str = ""
    platform: str = ""
    account: str = ""
    sentiment: str = ""
    assignee: str = ""
    kind: str = ""

    def fits(self, entry: Entry) -> bool:
        """Tell whether an entry is wanted."""
        mention = entry.mention
        pairs = (
            (self.state, entry.state.value),
            (self.platform, mention.platform.value),
            (self.account, mention.account),
            (self.sentiment, entry.sentiment),
            (self.assignee, entry.assignee),
            (self.kind, mention.kind.value),
        )
        return all(not wanted or wanted == found for wanted, found in pairs)


@dataclass(frozen=True, slots=True)
class Listened:
    """How far an account's mentions were read.

    Attributes:
        since: Nothing before it is asked for.
        cursor: Where reading goes on; empty: at `since`.
        day: The day (YYYYMMDD, UTC) that `read` counts.
        read: Mentions that were read on it.
    """

    since: datetime
    cursor: str = ""
    day: str = ""
    read: int = 0


class Inbox(Protocol):
    """Mentions of a workspace."""

    def keep(self, tenant: str, entry: Entry) -> Entry:
        """Keep a mention and count it, once an id; return it as it is kept, by whoever was first."""
        ...

    def find(self, tenant: str, id_: str) -> Entry | None:
        """Return one as it is now; None: there is none."""
        ...

    def save(self, tenant: str, entry: Entry) -> bool:
        """Save over the revision in `entry.rev`; False: somebody else was first."""
        ...

    def told(self, tenant: str, entry: Entry) -> None:
        """Note that its event is on the stream; may be repeated."""
        ...

    def page(
        self, tenant: str, wanted: Wanted, limit: int, cursor: str | None = None
    ) -> tuple[list[Entry], str | None]:
        """Return entries, newest first, and the cursor of the next page."""
        ...

    def series(self, tenant: str, account: str, since: datetime) -> Series:
        """Return an account's counts by hour."""
        ...

    def claim_answer(self, tenant: str, entry: Entry, thread: str, now: datetime) -> bool:
        """Claim the one automatic answer of an author and thread; the same mention may claim it again."""
        ...

    def release_answer(self, tenant: str, entry: Entry, thread: str) -> None:
        """Give a claim back: the answer surely was not sent."""
        ...

    def listened(self, tenant: str, account: str) -> Listened | None:
        """Return how far an account was read; None: not at all yet."""
        ...

    def save_listened(self, tenant: str, account: str, listened: Listened) -> None:
        """Note how far it was read."""
        ...


class AlarmStore(Protocol):
    """Alarms of accounts."""

    def get(self, tenant: str, account: str) -> Alarms:
        """Return an account's alarms; nothing was ever wrong: empty ones of revision 0."""
        ...

    def all(self, tenant: str) -> list[Alarms]:
        """Return those of all accounts."""
        ...

    def save(self, tenant: str, alarms: Alarms) -> bool:
        """Save over the revision in `alarms.rev`; False: somebody else was first."""
        ...


class TrackedPosts(Protocol):
    """Posts that are on networks, and their numbers."""

    def put(self, tenant: str, post: TrackedPost) -> None:
        """Keep a post; one that is kept already stays as it is."""
        ...

    def save(self, tenant: str, posts: Sequence[TrackedPost]) -> None:
        """Save posts with new numbers; a later question's answer is not replaced by an earlier one's."""
        ...

    def since(self, tenant: str, at: datetime, limit: int = 5_000) -> list[TrackedPost]:
        """Return posts posted since a moment, newest first."""
        ...

    def find(self, tenant: str, at: datetime, id_: str) -> TrackedPost | None:
        """Return one by when it was posted and its id; None: there is none."""
        ...
