"""Finds contacts by what people type: at once where an identity is typed, else by walking the table in stretches.

No index of names and attributes is kept: it would cost a write with each change of each contact, and the walk costs a
few hundredths of a cent for ten thousand contacts, only when somebody looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from stepwell.conditions import compile_condition, parse
from stepwell.contracts.profiles import Profile
from stepwell.contracts.segments import Member
from stepwell.errors import InvalidInput
from stepwell.publishing import contacts
from stepwell.publishing.listing import MAX_PAGE
from stepwell.publishing.ports import ProfilePages
from stepwell.runtime.ports import ProfileStore
from stepwell.workflows.facts import profile_facts

STRETCH = 2_000
"""Profiles looked at in one call."""
_PAGE = 200
ConsentFilter = Literal["", "granted", "denied", "unset"]
_WORDS = re.compile(r"[\s@._+-]+")


class Members(Protocol):
    """Members of segments."""

    def page(
        self, tenant: str, segment: str, cursor: str | None, limit: int
    ) -> tuple[list[Member], str | None]:
        """Return a page of members and where the next starts."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a call found.

    Attributes:
        items: Contacts, in no order but for one that is named exactly, which comes first.
        cursor: Where to go on; None: everybody was looked at.
        looked_at: How many contacts were looked at.
    """

    items: Sequence[Profile]
    cursor: str | None
    looked_at: int


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; all of it must hold.

    Attributes:
        text: Beginning of an address, id or field, or of a word in it.
        where: A condition, as segments have them; empty: any.
        segment: Only members of this segment.
        consent: What they said to marketing mail; `unset`: nothing; empty: any.
        time_zone: Of contacts without one.
    """

    text: str = ""
    where: str = ""
    segment: str = ""
    consent: ConsentFilter = ""
    time_zone: str = "UTC"

    def test(self, now: datetime) -> Callable[[Profile], bool]:
        """Return what tells whether a contact fits.

        Raises:
            InvalidInput: The condition is none.
        """
        wanted = self.text.strip().casefold()
        holds = compile_condition(parse(self.where)) if self.where.strip() else None
        zone = ZoneInfo(self.time_zone or "UTC")

        def fits(profile: Profile) -> bool:
            if wanted and not _begins(profile, wanted):
                return False
            return holds is None or bool(holds(profile_facts(profile, zone, now=now), now))

        return fits


def _begins(profile: Profile, wanted: str) -> bool:
    texts = [profile.id, profile.user_id, *(v for v in profile.traits.values() if isinstance(v, str))]
    for text in texts:
        folded = text.casefold()
        if folded.startswith(wanted) or any(word.startswith(wanted) for word in _WORDS.split(folded)):
            return True
    # A name typed whole lies in two fields.
    names = f"{profile.traits.get('first_name', '')} {profile.traits.get('last_name', '')}".casefold()
    return names.strip().startswith(wanted)


def search(
    tenant: str,
    asked: Search,
    *,
    profiles: ProfileStore,
    pages: ProfilePages,
    members: Members,
    consents: Callable[[Sequence[str]], Mapping[str, str]],
    now: datetime,
    limit: int = 50,
    cursor: str | None = None,
    stretch: int = STRETCH,
) -> Found:
    """Look for contacts.

    Args:
        tenant: Tenant id.
        asked: What is looked for.
        profiles: Finds contacts by identity.
        pages: Walks the table.
        members: Members of segments.
        consents: Tells what contacts said to marketing mail, by profile id; who said nothing is absent.
        now: The time.
        limit: Contacts at most.
        cursor: Where to go on.
        stretch: Contacts looked at, at most.

    Raises:
        InvalidInput: The limit is out of range, the condition is none, or the cursor is none of ours.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInput(f"`limit` takes 1 to {MAX_PAGE}.", code="bad_limit")
    fits = asked.test(now)
    found: dict[str, Profile] = {}
    narrowed = asked.segment or asked.where.strip() or asked.consent
    if cursor is None and asked.text.strip() and not narrowed:
        named = contacts.find_many(profiles, tenant, [asked.text.strip()])
        found = {profile.id: profile for profile in named.values()}
        if found and "@" in asked.text and "." in asked.text.rpartition("@")[2]:
            return Found(list(found.values()), None, len(found))
    looked = 0
    while True:
        # Whole pages: where a call ends within one, the next would skip the rest of it.
        room = min(_PAGE, limit - len(found), stretch - looked)
        people, cursor = _next(tenant, asked, profiles, pages, members, max(1, room), cursor)
        looked += len(people)
        fitting = {profile.id: profile for profile in people if fits(profile)}
        if asked.consent and fitting:
            said = consents(list(fitting))
            fitting = {k: v for k, v in fitting.items() if said.get(k, "unset") == asked.consent}
        found |= fitting
        if cursor is None or len(found) >= limit or looked >= stretch:
            return Found(list(found.values()), cursor, looked)


def _next(
    tenant: str,
    asked: Search,
    profiles: ProfileStore,
    pages: ProfilePages,
    members: Members,
    room: int,
    cursor: str | None,
) -> tuple[Sequence[Profile], str | None]:
    if not asked.segment:
        return pages.page(tenant, room, cursor)
    listed, cursor = members.page(tenant, asked.segment, cursor, room)
    stored = profiles.get(tenant, [member.profile for member in listed])
    return [stored[member.profile] for member in listed if member.profile in stored], cursor
