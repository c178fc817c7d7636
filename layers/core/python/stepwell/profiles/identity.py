"""Who an event belongs to: deterministic identities and the choice among the profiles they lead to.

Order of trust: the profile id that the platform itself put into an event, the customer's user id, the e-mail
address, the phone number, the device's anonymous id, the device's own id. A profile keeps the id of the identity
it was first seen under; the others become pointers. An event whose identities lead to several profiles shows that
they are one person: they are merged (ADR 12), unless two customer ids or two proved addresses speak against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from stepwell.contracts.events import Event
from stepwell.contracts.ids import PROFILE_ID, profile_id
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput
from stepwell.profiles.converting import normal_phone
from stepwell.profiles.matching.model import Reason
from stepwell.profiles.matching.reviews import Pair, pair
from stepwell.profiles.merging import against, rank
from stepwell.profiles.traits import normal_email

_PHONES = ("phone", "phoneNumber")
_MAX_ID = 200


class Identity(NamedTuple):
    """One way to know a person.

    Attributes:
        kind: ``user``, ``email``, ``phone``, ``anonymous`` or ``device``.
        value: The id, address or number (E.164).
        id: Profile id under this identity.
    """

    kind: str
    value: str
    id: str


def identities(tenant: str, event: Event, region: str | None = None) -> tuple[Identity, ...]:
    """Return an event's identities, most trusted first.

    Args:
        tenant: Tenant id.
        event: The event.
        region: The workspace's country, for phone numbers that name none and come from nowhere.
    """
    told = phone = ""
    traits = event.traits
    if traits:
        email = traits.get("email")
        told = email if isinstance(email, str) else ""
        phone = _phone(traits, event.context, region)
    device = event.context.get("device")
    return _identities(
        tenant,
        event.user_id or "",
        event.email or "",
        told,
        phone,
        event.anonymous_id or "",
        _device(device) if device else "",
    )


_Told = tuple[str | None, str | None, str | None]


def _told_alone(event: Event) -> _Told | None:
    """Return by what an event names its contact, None: by something else too. Events repeat it again and again."""
    if event.traits or "device" in event.context:
        return None
    return event.user_id, event.anonymous_id, event.email


@lru_cache(maxsize=8192)
def _identities(
    tenant: str, user: str, email: str, told: str, phone: str, anonymous: str, device: str
) -> tuple[Identity, ...]:
    # The events of a request name the same person again and again, and a batch is asked twice.
    known = (
        ("user", user),
        ("email", normal_email(email) or normal_email(told)),
        ("phone", phone),
        ("anonymous", anonymous),
        # Mobile clients give the device's id as the anonymous one.
        ("device", "" if device == anonymous else device),
    )
    return tuple(Identity(kind, value, profile_id(tenant, kind, value)) for kind, value in known if value)


def _device(told: Any) -> str:
    value = told.get("id") if isinstance(told, Mapping) else None
    return value if isinstance(value, str) and len(value) <= _MAX_ID else ""


def _phone(traits: Mapping[str, Any], context: Mapping[str, Any], region: str | None) -> str:
    for name in _PHONES:
        value = traits.get(name)
        if isinstance(value, str | int) and value:
            return _number(str(value)[:50], _region(traits, context) or region)
    return ""


def _region(traits: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """Return the country that an event is from: the contact's, else that of its language."""
    country = traits.get("country")
    if isinstance(country, str) and len(country) == 2:
        return country.upper()
    locale = context.get("locale")
    last = locale.replace("_", "-").rpartition("-")[2] if isinstance(locale, str) else ""
    return last.upper() if len(last) == 2 and "-" in str(locale).replace("_", "-") else ""


@lru_cache(maxsize=8192)
def _number(text: str, region: str | None) -> str:
    return normal_phone(text, region)


def partition(tenant: str, event: Event) -> str:
    """Return the profile id that a person's stream records are ordered by."""
    if event.profile and PROFILE_ID.match(event.profile):
        return event.profile
    known = identities(tenant, event)
    if not known:
        raise InvalidInput(
            "The event names nobody: no userId, anonymousId, e-mail address, phone number or device.",
            code="no_identity",
        )
    return known[0].id


class Resolved(NamedTuple):
    """Where an event goes.

    Attributes:
        profile: Profile id.
        pointers: Identity ids that shall point at it.
    """

    profile: str
    pointers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """An event shows that two stored profiles are one person.

    Attributes:
        winner: The profile that stays.
        loser: The one that goes.
        message: Id of the event.
    """

    winner: str
    loser: str
    message: str


class Directory:
    """Profiles of one pass by every id that leads to them, its own decisions included.

    Attributes:
        proofs: Stored profiles to be merged, in this order.
        doubts: Pairs that events speak for and something certain speaks against, with what that is.

    Args:
        tenant: Tenant id.
        found: Stored profiles by the id asked for (pointers followed).
        region: The workspace's country.
        apart: Pairs of profiles that are different people, whatever events say.
        unite: Whether two stored profiles may turn out to be one.
    """

    def __init__(
        self,
        tenant: str,
        found: Mapping[str, Profile],
        region: str | None = None,
        apart: Collection[Pair] = (),
        *,
        unite: bool = True,
    ) -> None:
        self._tenant = tenant
        self._region = region
        self._apart = apart
        self._may_unite = unite
        self._target = {asked: profile.id for asked, profile in found.items()}
        self._stored = {profile.id: profile for profile in found.values()}
        self._user = {profile.id: profile.user_id for profile in found.values()}
        self._into: dict[str, str] = {}
        self._resolved: dict[tuple[Identity, ...], Resolved] = {}
        self._quick: dict[_Told, Resolved] = {}
        self.proofs: list[Proof] = []
        self.doubts: dict[Pair, tuple[Reason, ...]] = {}

    def resolve(self, event: Event) -> Resolved:
        """Choose the event's profile and remember the choice for the events after it."""
        if event.profile:
            return Resolved(self.owner(self._target.get(event.profile, event.profile)))
        told = _told_alone(event)
        if told is not None and (again := self._quick.get(told)) is not None:
            return again if again.profile not in self._into else Resolved(self.owner(again.profile))
        known = identities(self._tenant, event, self._region)
        resolved = self._resolve(event, known)
        if told is not None:
            # The same identities lead to the same profile from now on, and there is nothing left to point at it.
            self._quick[told] = Resolved(resolved.profile)
        return resolved

    def _resolve(self, event: Event, known: tuple[Identity, ...]) -> Resolved:
        again = self._resolved.get(known)
        if again is not None:
            return again if again.profile not in self._into else Resolved(self.owner(again.profile))
        if not known:
            raise InvalidInput("The event names nobody.", code="no_identity")
        user = event.user_id or ""
        candidates = self._candidates(known)
        chosen = next((one for one in candidates if self._fits(one, user)), known[0].id)
        self._target.setdefault(chosen, chosen)
        if user:
            self._user[chosen] = user
        if len(candidates) > 1:
            for other in candidates:
                chosen = self._unite(chosen, other, event.message_id)
        pointers = tuple(i.id for i in known if i.id != chosen and self._leads(i.id, chosen) == chosen)
        for pointer in pointers:
            self._target[pointer] = chosen
        self._resolved[known] = Resolved(chosen)
        return Resolved(chosen, pointers)

    def owner(self, profile: str) -> str:
        """Return the profile that a profile belongs to by now."""
        while profile in self._into:
            profile = self._into[profile]
        return profile

    @property
    def absorbed(self) -> Mapping[str, str]:
        """Profiles that turned out to be another one, by their ids; the other one may be absorbed itself."""
        return self._into

    def _leads(self, identity: str, otherwise: str) -> str:
        target = self._target.get(identity)
        return otherwise if target is None else self.owner(target)

    def _candidates(self, known: Iterable[Identity]) -> list[str]:
        found = [self.owner(self._target[i.id]) for i in known if i.id in self._target]
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def _fits(self, profile: str, user: str) -> bool:
        # A device or an address that another user had first does not make two users one person.
        owner = self._user.get(profile, "")
        return not user or not owner or owner == user

    def _unite(self, chosen: str, other: str, message: str) -> str:
        """Make one of two profiles if nothing speaks against it; return where the event goes."""
        if other == chosen or not self._fits(other, self._user.get(chosen, "")):
            return chosen
        winner, loser = (chosen, other) if chosen in self._stored else (other, chosen)
        if winner in self._stored and loser in self._stored:
            both = pair(chosen, other)
            reasons = against(self._stored[chosen], self._stored[other])
            if both in self._apart or not self._may_unite:
                return chosen
            if reasons:
                self.doubts[both] = reasons
                return chosen
            if rank(self._stored[other]) < rank(self._stored[chosen]):
                winner, loser = other, chosen
            self.proofs.append(Proof(winner, loser, message))
        self._into[loser] = winner
        self._user[winner] = self._user.get(winner) or self._user.get(loser, "")
        return winner


def asked(tenant: str, events: Iterable[Event], region: str | None = None) -> list[str]:
    """Return all profile ids that the events may lead to, for one read."""
    ids: dict[str, None] = {}
    people: dict[tuple[Identity, ...], None] = {}
    before: set[_Told] = set()
    for event in events:
        if event.profile:
            ids[event.profile] = None
        told = _told_alone(event)
        if told is not None:
            if told in before:
                continue
            before.add(told)
        people[identities(tenant, event, region)] = None
    for known in people:
        for identity in known:
            ids[identity.id] = None
    return list(ids)
