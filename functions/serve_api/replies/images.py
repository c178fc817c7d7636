"""Pictures of messages."""

from __future__ import annotations

from replies.forms import Reply, Time


class UploadedImage(Reply):
    """A picture as it is stored.

    Attributes:
        name: What people call it.
        file: The end of its address, by which it is the same for good.
        url: Put it into a message.
        bytes: As it is stored.
        uploaded_bytes: As it was uploaded.
    """

    id: str
    name: str
    file: str
    url: str
    width: int
    height: int
    bytes: int
    uploaded_bytes: int


class KeptImage(UploadedImage):
    """A picture in a list."""

    at: Time
    by: str
