"""What forbids an automatic merge, however alike two profiles look: deterministic evidence beats probability."""

from __future__ import annotations

from dataclasses import dataclass

from stepwell.profiles.matching.model import Reason


@dataclass(frozen=True, slots=True)
class DeterministicIds:
    """What is known for certain of a profile.

    Attributes:
        customer_ids: The customer's own ids of the person.
        verified_emails: Addresses that the person proved to own, normalised.
    """

    customer_ids: frozenset[str] = frozenset()
    verified_emails: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.customer_ids or self.verified_emails)


NOTHING = DeterministicIds()


def vetoes(left: DeterministicIds, right: DeterministicIds) -> tuple[Reason, ...]:
    """Return what speaks for certain against one person: both sides know an id of a kind and share none.

    A shared customer id settles the matter the other way: then different addresses are one person's.
    """
    if left.customer_ids & right.customer_ids:
        return ()
    found = []
    if left.customer_ids and right.customer_ids:
        found.append(Reason.CUSTOMER_IDS)
    if left.verified_emails and right.verified_emails and not left.verified_emails & right.verified_emails:
        found.append(Reason.VERIFIED_EMAILS)
    return tuple(found)
