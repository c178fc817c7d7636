"""What all contacts say of a condition, and the snapshots that are asked."""

from __future__ import annotations

from typing import Literal

from replies.forms import Reply, Time


class SnapshotStarted(Reply):
    """A snapshot that is being made.

    Attributes:
        job: Job that tells its progress.
    """

    snapshot: str
    job: str


class LatestSnapshot(Reply):
    """The newest snapshot.

    Attributes:
        at: The moment that it shows.
    """

    snapshot: str
    at: Time
    contacts: int


class LakeMember(Reply):
    """A contact that belongs.

    Attributes:
        email: Empty: not known, or the contact is gone by now.
    """

    profile: str
    email: str
    name: str


class FullEstimate(Reply):
    """How many of all contacts belong.

    Attributes:
        state: `still_running`: ask for it again by its query; the numbers are 0 until then.
        query: Under which the answer is found.
        contacts: All contacts of the snapshot.
        differing: Those who belong otherwise than their profile says; of a condition that is no saved segment: 0.
        sample: Some who belong, at random.
    """

    state: Literal["done", "still_running"]
    query: str
    contacts: int
    members: int
    share: float
    differing: int
    sample: list[LakeMember]
