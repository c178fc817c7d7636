"""What merging two contacts would do, without doing it."""

from __future__ import annotations

from dataclasses import dataclass

from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput, NotFound
from stepwell.profiles.matching.model import Reason
from stepwell.profiles.merge_ports import MergePorts
from stepwell.profiles.merging import AttributeOf, against, in_order, merged, merged_record


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do.

    Attributes:
        winner: The contact that would stay, as it is.
        loser: The contact that would go, as it is.
        result: What both would become.
        record: Their messaging record.
        against: What speaks for two people; only a person may merge against it.
        replaced: Fields of the winner that would get another value.
        dropped: Fields of the loser whose value would not be kept, but in what an undo brings back.
    """

    winner: Profile
    loser: Profile
    result: Profile
    record: MessagingRecord
    against: tuple[Reason, ...]
    replaced: tuple[str, ...]
    dropped: tuple[str, ...]


def preview(ports: MergePorts, tenant: str, one: str, other: str, attribute_of: AttributeOf) -> Preview:
    """Return what merging two contacts would do.

    Args:
        ports: What merging reaches.
        tenant: Tenant id.
        one: A profile id.
        other: Another one.
        attribute_of: The workspace's attribute of a field.

    Raises:
        NotFound: One of them is not known.
        InvalidInput: They are one contact already.
    """
    found = ports.profiles.get(tenant, [one, other])
    if one not in found or other not in found:
        raise NotFound("There is no such contact.", code="no_contact")
    if found[one].id == found[other].id:
        raise InvalidInput("Both are one contact already.", code="same_contact")
    winner, loser = in_order(found[one], found[other])
    records = ports.messaging.records(tenant, [winner.id, loser.id])
    result = merged(winner, loser, attribute_of)
    before = winner.traits
    return Preview(
        winner,
        loser,
        result,
        merged_record(records[winner.id], records[loser.id], result.traits.get("phone")),
        against(winner, loser),
        tuple(sorted(name for name in before if result.traits.get(name) != before[name])),
        tuple(sorted(name for name, value in loser.traits.items() if result.traits.get(name) != value)),
    )
