"""Which posts somebody wants to see, and where a post stands in their order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stepwell.social.posts import ScheduledPost


def stands_at(post: ScheduledPost) -> datetime:
    """Return the moment that a post is listed by: when it goes or went out; of a draft without one, its making."""
    return post.at or post.created_at


@dataclass(frozen=True, slots=True)
class WantedPosts:
    """Posts that are wanted; empty: all.

    Attributes:
        state: A post's state.
        platform: Network.
        account: Our id of an account.
        workflow: Workflow that posted them.
        words: Part of the id or of a text, in any case.
        since: Not before it.
        until: Before it.
    """

    state: str = ""
    platform: str = ""
    account: str = ""
    workflow: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, post: ScheduledPost) -> bool:
        """Tell whether a post is wanted."""
        at = stands_at(post)
        return (
            self.state in ("", post.state)
            and (not self.platform or any(one.platform == self.platform for one in post.deliveries))
            and (not self.account or post.delivery(self.account) is not None)
            and (not self.workflow or post.origin.get("workflow") == self.workflow)
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
            and (not self.words or self.words.casefold() in _words(post))
        )


def _words(post: ScheduledPost) -> str:
    texts = [post.id, post.content.text, *(str(one.get("text", "")) for one in post.overrides.values())]
    return "\n".join(texts).casefold()
