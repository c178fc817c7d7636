"""Enrolls what is pending in profiles, and clears it once done: the second half of engine rule 5."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from stepwell.contracts.node_io import MAX_COHORT
from stepwell.contracts.profiles import Pending
from stepwell.errors import StepwellError
from stepwell.runtime.enrolling import Entry
from stepwell.triggers.consequences import PassPorts, cohorts
from stepwell.triggers.person import Delivery, Folded, left
from stepwell.triggers.report import Report

TRIES = 6


class Entering:
    """Enrolls the contacts of one pass.

    Args:
        ports: What it reaches.
        tenant: Tenant id.
        report: What became of it is noted here.
    """

    def __init__(self, ports: PassPorts, tenant: str, report: Report) -> None:
        self._ports = ports
        self._tenant = tenant
        self._report = report

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
        entered: dict[str, dict[str, datetime]] = defaultdict(dict)
        for (workflow, version, trigger), entrants in sorted(groups.items()):
            for cohort in cohorts(entrants, MAX_COHORT):
                try:
                    outcomes = self._ports.enroller.enroll(
                        self._tenant, workflow, version, trigger, [_entry(p, one) for p, one in cohort]
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
                    earliest = entered[person].get(workflow, pending.at)
                    entered[person][workflow] = min(earliest, pending.at)
        self._clear({person: frozenset(keys) for person, keys in done.items()}, folded)
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

    def _clear(self, done: Mapping[str, frozenset[str]], folded: Mapping[str, Folded]) -> None:
        """Take what is done out of the profiles; it is tried a few times, and the next event tries again."""
        todo = {p: folded[p].profile for p in done}
        for _ in range(TRIES):
            changed = [profile.evolve(pending=left(profile.pending, done[p])) for p, profile in todo.items()]
            written = self._ports.profiles.put(self._tenant, changed) if changed else set()
            lost = [p for p in todo if p not in written]
            if not lost:
                return
            todo = self._ports.profiles.get(self._tenant, lost)


def _entry(profile: str, pending: Pending) -> Entry:
    return Entry(profile, pending.key, pending.at, pending.entry_key, pending.context)
