"""The global control group: contacts that get no marketing at all, so that its effect can be measured.

A contact's bucket is a hash of its id: it never changes, needs no storage, and says nothing about the contact.
"""

from __future__ import annotations

from hashlib import sha256

BUCKETS = 10_000


def bucket_of(tenant: str, profile: str) -> int:
    """Return a contact's bucket, 0 to 9999; that of its id, which a merge leaves to the winner."""
    digest = sha256(f"hold-out\x1f{tenant}\x1f{profile}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def held_out(tenant: str, profile: str, group: tuple[int, int] | None) -> bool:
    """Tell whether a contact is in the control group, a range of buckets with both ends."""
    return group is not None and group[0] <= bucket_of(tenant, profile) <= group[1]
