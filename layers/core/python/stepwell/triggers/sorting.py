"""Sorts the events of a batch by contact, and merges contacts that they show to be one (ADR 12).

Merges come before anything is folded: whoever dies in between leaves one contact, and events that nobody has
counted yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stepwell.contracts.merges import MergeReason
from stepwell.contracts.profiles import Profile
from stepwell.errors import Conflict, InvalidInput, NotFound, StepwellError
from stepwell.profiles.identity import Directory, Proof, asked
from stepwell.profiles.matching.reviews import Pair, pair
from stepwell.triggers.consequences import PassPorts
from stepwell.triggers.person import Delivery, Person, in_order
from stepwell.triggers.report import Report
from stepwell.triggers.rules import TenantRules

_TRIES = 10


class Sorted(NamedTuple):
    """Whose events a batch holds.

    Attributes:
        people: Contacts by profile id.
        found: Stored profiles by the id asked for.
    """

    people: dict[str, Person]
    found: dict[str, Profile]


class Sorting:
    """Sorts one batch.

    Args:
        ports: What the pass reaches.
        tenant: Tenant id.
        rules: What the tenant says of fields.
        report: Records that name nobody, or whose contacts could not be merged now, are noted here.
    """

    def __init__(self, ports: PassPorts, tenant: str, rules: TenantRules, report: Report) -> None:
        self._ports = ports
        self._tenant = tenant
        self._attributes = rules.fold.attributes
        self._report = report
        self._refused: list[tuple[Delivery, InvalidInput]] = []
        self._apart: set[Pair] = set()

    def run(self, deliveries: Sequence[Delivery]) -> Sorted:
        """Return whose the events are, after all merges."""
        events = [event for delivery in deliveries for event in delivery.batch.events]
        region = self._attributes.region
        ids = asked(self._tenant, events, region)
        for _ in range(_TRIES):
            found = self._ports.profiles.get(self._tenant, ids)
            directory = Directory(self._tenant, found, region, self._apart)
            people = self._people(deliveries, directory, found)
            if self._merged(directory, people, found):
                break
        for delivery, error in self._refused:
            self._report.set_aside([delivery], error)
        return Sorted(people, found)

    def _people(
        self, deliveries: Sequence[Delivery], directory: Directory, found: Mapping[str, Profile]
    ) -> dict[str, Person]:
        people: dict[str, Person] = {}
        self._refused.clear()
        for event, delivery in in_order(deliveries):
            try:
                profile, pointers = directory.resolve(event)
            except InvalidInput as error:
                self._refused.append((delivery, error))
                continue
            person = people.get(profile)
            if person is None:
                person = people[profile] = Person(profile)
            person.items.append((event, delivery))
            if pointers:
                person.pointers.update(pointer for pointer in pointers if pointer not in found)
        for absorbed in directory.absorbed:
            owner = directory.owner(absorbed)
            other = people.pop(absorbed, None)
            if other is not None:
                people.setdefault(owner, Person(owner)).absorb(other)
            if absorbed not in found and owner in people:
                people[owner].pointers.add(absorbed)
        return people

    def _merged(self, directory: Directory, people: dict[str, Person], found: dict[str, Profile]) -> bool:
        """Carry out the merges; False when two turned out to be different people: then all is sorted again."""
        if directory.doubts:
            self._ports.merging.ask(self._tenant, directory.doubts)
        if not directory.proofs:
            return True
        stored = {profile.id: profile for profile in found.values()}
        different = self._ports.merging.different(
            self._tenant, [(stored[proof.winner], stored[proof.loser]) for proof in directory.proofs]
        )
        if different:
            self._apart |= different
            return False
        for proof in directory.proofs:
            try:
                profile = self._merge(proof, stored)
            except (Conflict, NotFound):
                # Written by others since it was read: now something speaks against it.
                self._apart.add(pair(proof.winner, proof.loser))
                return False
            except StepwellError as error:
                person = people.pop(directory.owner(proof.winner), None)
                if person is not None:
                    self._report.set_aside(person.deliveries, error)
                continue
            stored[proof.winner] = stored[proof.loser] = profile
            gone = {proof.winner, proof.loser}
            found.update({one: profile for one, before in found.items() if before.id in gone})
            self._report.merged += 1
        return True

    def _merge(self, proof: Proof, stored: Mapping[str, Profile]) -> Profile:
        return self._ports.merging.merge(
            self._tenant,
            proof.winner,
            proof.loser,
            self._attributes.of,
            reason=MergeReason.EVENT,
            by=proof.message,
            known=stored,
            unless=True,
        )
