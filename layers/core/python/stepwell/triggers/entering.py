"""Enrolls what is pending in profiles: the second half of engine rule 5.

Who got enrolled stays pending until the contact's next pass finds the enrollment and leaves it out of its own
write: a write a contact less. Refusals are cleared at once, for re-entry rules may decide otherwise later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime

from stepwell.contracts.node_io import MAX_COHORT
from stepwell.contracts.profiles import Pending, Profile
from stepwell.errors import StepwellError
from stepwell.runtime.enrolling import ALREADY, ENROLLED, Entry
from stepwell.triggers.consequences import PassPorts
from stepwell.triggers.person import Delivery, Folded, left
from stepwell.triggers.report import Report

TRIES = 6


class Entering:
    """Enrolls the contacts of one pass.

    Args:
        ports: What it reaches.
        tenant: Tenant id.
        report: What became of it is noted here.
        now: The pass's time.
    """

    def __init__(self, ports: PassPorts, tenant: str, report: Report, now: datetime) -> None:
        self._ports = ports
        self._tenant = tenant
        self._report = report
        self._now = now

    def done(self, profiles: Iterable[Profile]) -> dict[str, frozenset[str]]:
        """Find what is pending in profiles as read, but done.

        Args:
            profiles: The profiles, as stored before this pass.

        Returns:
            Keys of what is done by profile id; what cannot be told now is missing, enrolling will tell.
        """
        asked: dict[str, list[Entry]] = defaultdict(list)
        for profile in {profile.id: profile for profile in profiles}.values():
            for pending in left(profile.pending, frozenset(), self._now):
                asked[pending.workflow].append(_entry(profile, pending))
        done: dict[str, set[str]] = defaultdict(set)
        for workflow, entries in sorted(asked.items()):
            try:
                for person, key in self._ports.enroller.known(self._tenant, workflow, entries):
                    done[person].add(key)
            except StepwellError:
                continue
        return {person: frozenset(keys) for person, keys in done.items()}

    def enroll(
        self, records: Mapping[str, Sequence[Delivery]], folded: Mapping[str, Folded]
    ) -> dict[str, dict[str, datetime]]:
        """Enroll what is pending, cohort by cohort.

        Args:
            records: The records that brought each contact's events, by profile id.
            folded: The contacts.

        Returns:
            Event time of the entry, by profile id and workflow.
        """
        groups: dict[tuple[str, int, str], list[tuple[str, Pending]]] = defaultdict(list)
        for person, one in folded.items():
            for pending in one.profile.pending:
                groups[pending.workflow, pending.version, pending.entry].append((person, pending))
        done: dict[str, set[str]] = defaultdict(set)
        refused: set[str] = set()
        entered: dict[str, dict[str, datetime]] = defaultdict(dict)
        for (workflow, version, trigger), entrants in sorted(groups.items()):
            for start in range(0, len(entrants), MAX_COHORT):
                cohort = entrants[start : start + MAX_COHORT]
                try:
                    outcomes = self._ports.enroller.enroll(
                        self._tenant,
                        workflow,
                        version,
                        trigger,
                        [_entry(folded[p].profile, one) for p, one in cohort],
                    )
                except StepwellError as error:
                    self._not_enrolled(records, folded, cohort, error)
                    continue
                for person, pending in cohort:
                    outcome = outcomes.get(pending.key)
                    if outcome is None:
                        continue
                    self._report.enrolled[outcome] += 1
                    done[person].add(pending.key)
                    if outcome not in (ENROLLED, ALREADY):
                        refused.add(person)
                    earliest = entered[person].get(workflow, pending.at)
                    entered[person][workflow] = min(earliest, pending.at)
        self._clear({person: done[person] for person in sorted(refused)}, folded)
        return entered

    def _not_enrolled(
        self,
        records: Mapping[str, Sequence[Delivery]],
        folded: Mapping[str, Folded],
        cohort: Iterable[tuple[str, Pending]],
        error: StepwellError,
    ) -> None:
        # What stayed pending from earlier passes is tried along; only the record that caused it is to blame.
        for person, pending in cohort:
            if error.retryable or pending.key in folded[person].fresh_pending:
                self._report.set_aside(records[person], error)

    def _clear(self, done: Mapping[str, Set[str]], folded: Mapping[str, Folded]) -> None:
        """Take what is done out of the profiles; it is tried a few times, and the next event asks again."""
        todo = {p: folded[p].profile for p in done}
        for _ in range(TRIES):
            changed = [
                profile.evolve(pending=left(profile.pending, done[p], self._now))
                for p, profile in todo.items()
            ]
            written = self._ports.profiles.put(self._tenant, changed) if changed else set()
            lost = [p for p in todo if p not in written]
            if not lost:
                return
            todo = self._ports.profiles.get(self._tenant, lost)


def _entry(profile: Profile, pending: Pending) -> Entry:
    return Entry(
        profile.id, pending.key, pending.at, pending.entry_key, pending.context, aliases=profile.aliases
    )
