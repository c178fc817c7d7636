"""Who an event belongs to: deterministic identities and the choice among the profiles they lead to.

Order of trust: the profile id that the platform itself put into an event, the customer's user id, the e-mail
address, the device's anonymous id. A profile keeps the id of the identity it was first seen under; the others
become pointers. Two profiles that turn out to be one person stay two until merged (a merge needs consent
rules of its own); from then on events with a user id go to that user's profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stepwell.contracts.events import Event
from stepwell.contracts.ids import PROFILE_ID, profile_id
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput
from stepwell.profiles.traits import normal_email


@dataclass(frozen=True, slots=True)
class Identity:
    """One way to know a person.

    Attributes:
        kind: ``user``, ``email`` or ``anonymous``.
        value: The id or address.
        id: Profile id under this identity.
    """

    kind: str
    value: str
    id: str


def identities(tenant: str, event: Event) -> list[Identity]:
    """Return an event's identities, most trusted first."""
    email = normal_email(event.email) or normal_email(event.traits.get("email"))
    known = (("user", event.user_id or ""), ("email", email), ("anonymous", event.anonymous_id or ""))
    return [Identity(kind, value, profile_id(tenant, kind, value)) for kind, value in known if value]


def partition(tenant: str, event: Event) -> str:
    """Return the profile id that a person's stream records are ordered by."""
    if event.profile and PROFILE_ID.match(event.profile):
        return event.profile
    known = identities(tenant, event)
    if not known:
        raise InvalidInput(
            "The event names nobody: no userId, anonymousId or e-mail address.", code="no_identity"
        )
    return known[0].id


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where an event goes.

    Attributes:
        profile: Profile id.
        pointers: Identity ids that shall point at it.
    """

    profile: str
    pointers: tuple[str, ...] = ()


class Directory:
    """Profiles of one pass by every id that leads to them, its own decisions included.

    Args:
        tenant: Tenant id.
        found: Stored profiles by the id asked for (pointers followed).
    """

    def __init__(self, tenant: str, found: Mapping[str, Profile]) -> None:
        self._tenant = tenant
        self._target = {asked: profile.id for asked, profile in found.items()}
        self._user = {profile.id: profile.user_id for profile in found.values()}

    def resolve(self, event: Event) -> Resolved:
        """Choose the event's profile and remember the choice for the events after it."""
        if event.profile:
            return Resolved(self._target.get(event.profile, event.profile))
        known = identities(self._tenant, event)
        if not known:
            raise InvalidInput("The event names nobody.", code="no_identity")
        user = event.user_id or ""
        chosen = next((t for t in self._candidates(known) if self._fits(t, user)), known[0].id)
        self._target.setdefault(chosen, chosen)
        if user:
            self._user[chosen] = user
        pointers = tuple(i.id for i in known if i.id != chosen and self._target.get(i.id, chosen) == chosen)
        for pointer in pointers:
            self._target[pointer] = chosen
        return Resolved(chosen, pointers)

    def _candidates(self, known: Iterable[Identity]) -> Iterable[str]:
        return (self._target[i.id] for i in known if i.id in self._target)

    def _fits(self, profile: str, user: str) -> bool:
        # A device or an address that another user had first does not make two users one person.
        owner = self._user.get(profile, "")
        return not user or not owner or owner == user


def asked(tenant: str, events: Iterable[Event]) -> list[str]:
    """Return all profile ids that the events may lead to, for one read."""
    ids: dict[str, None] = {}
    for event in events:
        if event.profile:
            ids[event.profile] = None
        for identity in identities(tenant, event):
            ids[identity.id] = None
    return list(ids)
