"""Contacts by hand: find, list, add or change, and read from CSV. Full imports and merges are another slice's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stepwell.contracts.events import Event
from stepwell.contracts.ids import PROFILE_ID, profile_id, short_hash
from stepwell.contracts.merges import MergeReason
from stepwell.contracts.profiles import Profile
from stepwell.errors import Conflict, InvalidInput, NotFound, ValidationFailed
from stepwell.profiles.computed import CompiledComputed
from stepwell.profiles.converting import normal_phone
from stepwell.profiles.fold import Fold
from stepwell.profiles.fold_rules import FoldRules
from stepwell.profiles.identity import Directory, asked
from stepwell.profiles.matching.reviews import Pair, pair
from stepwell.profiles.merges import Merging
from stepwell.profiles.traits import Attributes, default_attributes, normal_email
from stepwell.runtime.ports import ProfileStore

_TRIES = 5
_AT_ONCE = 100
CSV_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class NewContact:
    """What is told of a contact.

    Attributes:
        email: Address, may be empty.
        user_id: The customer's own id, may be empty.
        traits: Fields to set.
    """

    email: str = ""
    user_id: str = ""
    traits: Mapping[str, Any] = field(default_factory=dict)


def find(profiles: ProfileStore, tenant: str, reference: str) -> Profile:
    """Find a contact by profile id, e-mail address or user id.

    Raises:
        NotFound: Nobody is known by it.
    """
    found = find_many(profiles, tenant, [reference])
    if reference not in found:
        raise NotFound(f"No contact is known as `{reference}`.", code="no_contact")
    return found[reference]


def find_many(profiles: ProfileStore, tenant: str, references: Sequence[str]) -> dict[str, Profile]:
    """Find contacts by profile id, e-mail address or user id; unknown ones are absent."""
    ids = {reference: _ids(tenant, reference) for reference in references}
    stored = profiles.get(tenant, sorted({i for options in ids.values() for i in options}))
    found = {}
    for reference, options in ids.items():
        profile = next((stored[i] for i in options if i in stored), None)
        if profile is not None:
            found[reference] = profile
    return found


def _ids(tenant: str, reference: str) -> list[str]:
    text = reference.strip()
    options = [profile_id(tenant, "email", text)] if "@" in text else []
    if text.startswith("+") and (number := normal_phone(text, None)):
        options.append(profile_id(tenant, "phone", number))
    options.append(profile_id(tenant, "user", text))
    return [text, *options] if PROFILE_ID.match(text) else options


def upsert(
    profiles: ProfileStore,
    tenant: str,
    contacts: Sequence[NewContact],
    now: datetime,
    source: str,
    merging: Merging | None = None,
    attributes: Attributes | None = None,
) -> list[str]:
    """Add contacts or change those known, each by the same rules as an identify event.

    Args:
        profiles: The store.
        tenant: Tenant id.
        contacts: What is told.
        now: The time.
        source: Who tells it.
        merging: Merges contacts that turn out to be one, as an event would; None: they stay two until one does.
        attributes: The workspace's: a value that they cannot use is refused; None: the built-in ones, and such a
            value is left out.

    Returns:
        Profile ids in the order given.

    Raises:
        InvalidInput: One of them has neither a valid address nor a user id.
        ValidationFailed: A value is none of its attribute's; all of them are named, and nobody is changed.
        Conflict: Others change the same profiles at this moment.
    """
    if attributes is not None:
        _check(contacts, attributes)
    rules = None if attributes is None else FoldRules(attributes, CompiledComputed(()))
    result: list[str] = []
    for start in range(0, len(contacts), _AT_ONCE):
        events = [_event(contact, now, source) for contact in contacts[start : start + _AT_ONCE]]
        result += _upsert(profiles, tenant, events, merging, rules)
    return result


def _check(contacts: Sequence[NewContact], attributes: Attributes) -> None:
    faults = []
    for number, contact in enumerate(contacts):
        unusable: list[str] = []
        attributes.changes(contact.traits, unusable=unusable)
        faults += [
            {
                "code": "unusable_value",
                "place": f"contacts.{number}.traits.{name}",
                "message": f"No value of `{name}`, as the workspace's attributes have it.",
            }
            for name in unusable
        ]
    if faults:
        raise ValidationFailed("Some values are not what the workspace's attributes ask for.", faults)


def _event(contact: NewContact, now: datetime, source: str) -> Event:
    email = normal_email(contact.email or contact.traits.get("email"))
    if contact.email and not email:
        raise InvalidInput("This is no e-mail address.", code="invalid_email", details={"place": "email"})
    if not email and not contact.user_id:
        raise InvalidInput("A contact needs an e-mail address or a user id.", code="no_identity")
    traits = {k: v for k, v in contact.traits.items() if k != "email"} | ({"email": email} if email else {})
    told = repr(sorted(traits.items(), key=lambda pair: pair[0]))
    return Event(
        message_id=f"{source}-{short_hash(email, contact.user_id, told, now.isoformat())}"[:100],
        kind="identify",
        name="identify",
        user_id=contact.user_id or None,
        email=email or None,
        traits=traits,
        occurred_at=now,
        received_at=now,
        source=source,
    )


def _upsert(
    profiles: ProfileStore,
    tenant: str,
    events: Sequence[Event],
    merging: Merging | None,
    rules: FoldRules | None,
) -> list[str]:
    apart: set[Pair] = set()
    for _ in range(_TRIES):
        stored = profiles.get(tenant, asked(tenant, events))
        directory = Directory(tenant, stored, apart=apart, unite=merging is not None)
        by_id = {profile.id: profile for profile in stored.values()}
        resolved = [directory.resolve(event) for event in events]
        if merging is not None and directory.proofs:
            apart |= _merged(merging, tenant, directory, by_id)
            continue
        places = [directory.owner(one.profile) for one in resolved]
        pointers = {p: directory.owner(one.profile) for one in resolved for p in one.pointers}
        pointers |= {one: directory.owner(one) for one in directory.absorbed}
        folds: dict[str, Fold] = {}
        for place, event in zip(places, events, strict=True):
            if place not in folds:
                folds[place] = Fold(by_id.get(place, Profile(id=place)), rules)
            folds[place].apply(event)
        if pointers:
            owners = profiles.link(tenant, pointers)
            if any(owners.get(identity, owner) != owner for identity, owner in pointers.items()):
                continue  # somebody took one of these identities at this moment: resolve again
        results = {place: fold.result() for place, fold in folds.items()}
        written = profiles.put(tenant, list(results.values()))
        if written >= results.keys():
            return places
    raise Conflict("Others change the same contacts at this moment: try again.", code="busy")


def _merged(merging: Merging, tenant: str, directory: Directory, stored: Mapping[str, Profile]) -> set[Pair]:
    """Merge what turned out to be one; return pairs of which somebody said that they are two."""
    different = merging.different(tenant, [(stored[p.winner], stored[p.loser]) for p in directory.proofs])
    for proof in directory.proofs:
        both = pair(proof.winner, proof.loser)
        if both in different:
            continue
        try:
            merging.merge(
                tenant,
                *both,
                default_attributes().of,
                reason=MergeReason.EVENT,
                by=proof.message,
                unless=True,
            )
        except Conflict:
            different.add(both)
    return different


def read_csv(text: str) -> Iterator[NewContact]:
    """Read contacts from CSV with a header: `email` and/or `user_id`, all other columns are fields.

    Raises:
        InvalidInput: No such column, too many rows, or a row that names nobody; `details` give the line.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        header = [name.strip() for name in next(reader)]
    except StopIteration:
        raise InvalidInput("The file is empty.", code="csv_empty") from None
    lower = [name.casefold().replace(" ", "_").replace("-", "_") for name in header]
    email = _column(lower, "email", "e_mail", "email_address")
    user = _column(lower, "user_id", "userid", "customer_id")
    if email is None and user is None:
        raise InvalidInput(
            "The first line must name a column `email` or `user_id`.",
            code="csv_header",
            details={"columns": header},
        )
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if reader.line_num > CSV_ROWS:
            raise InvalidInput(f"At most {CSV_ROWS:,} lines a file: split it.", code="csv_too_long")
        cells = {i: cell.strip() for i, cell in enumerate(row)}
        address = cells.get(email, "") if email is not None else ""
        if address and not normal_email(address):
            raise InvalidInput(
                f"Line {reader.line_num}: this is no e-mail address.",
                code="invalid_email",
                details={"line": reader.line_num},
            )
        contact = NewContact(
            email=address,
            user_id=cells.get(user, "") if user is not None else "",
            traits={
                header[i]: value
                for i, value in cells.items()
                if i not in (email, user) and i < len(header) and header[i] and value
            },
        )
        if not contact.email and not contact.user_id:
            raise InvalidInput(
                f"Line {reader.line_num} names nobody.", code="no_identity", details={"line": reader.line_num}
            )
        yield contact


def _column(names: Sequence[str], *wanted: str) -> int | None:
    return next((index for index, name in enumerate(names) if name in wanted), None)
