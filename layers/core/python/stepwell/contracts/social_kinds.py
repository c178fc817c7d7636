"""Words of social networks: which there are, what is posted, how people speak to an account."""

from __future__ import annotations

from enum import StrEnum


class Platform(StrEnum):
    """A network, by the name that the specification gives it."""

    TWITTER = "twitter"
    FACEBOOK = "facebook"
    LINKEDIN = "linkedin"
    INSTAGRAM = "instagram"

    @property
    def label(self) -> str:
        """Its name for people."""
        return _LABELS[self]


_LABELS = {
    Platform.TWITTER: "X",
    Platform.FACEBOOK: "Facebook",
    Platform.LINKEDIN: "LinkedIn",
    Platform.INSTAGRAM: "Instagram",
}


class MediaKind(StrEnum):
    """What a medium is."""

    IMAGE = "image"
    VIDEO = "video"


class PostKind(StrEnum):
    """How a post is shown; stories and reels exist on Facebook and Instagram."""

    POST = "post"
    STORY = "story"
    REEL = "reel"


class AccountState(StrEnum):
    """Whether an account can be used."""

    CONNECTED = "connected"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"


class MentionKind(StrEnum):
    """In which way somebody spoke to or about an account."""

    MENTION = "mention"
    COMMENT = "comment"
    MESSAGE = "message"
    REVIEW = "review"
