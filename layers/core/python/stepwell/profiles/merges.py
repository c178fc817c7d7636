"""Merging and its undoing over stores: what events prove, matching finds and people decide all goes through here.

Everything around the one transaction may be repeated: rows of segments' members are moved before it (whoever dies
in between is followed by somebody who merges), pointers to the loser are led to the winner after it (until then
they lead there over two steps).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from stepwell.contracts.clock import millis
from stepwell.contracts.ids import base36
from stepwell.contracts.merges import Merge, MergeReason, Side
from stepwell.contracts.profiles import Profile
from stepwell.errors import Conflict, InvalidInput, NotFound, Unavailable
from stepwell.profiles.matching.model import Decision, Explanation, MatchCandidate, MatchDecision, Reason
from stepwell.profiles.matching.reviews import Pair, Review, Verdict, pair
from stepwell.profiles.merge_ports import KeptMerge, MergePorts
from stepwell.profiles.merging import AttributeOf, against, in_order, merged, merged_record, pointers_of
from stepwell.profiles.unmerging import Parted, unmerged

TRIES = 6
_BUSY = "The contacts were written by others all the time: try again."


class Merging:
    """Merges contacts of any tenant.

    Args:
        ports: What it reaches.
    """

    def __init__(self, ports: MergePorts) -> None:
        self.ports = ports

    def merge(
        self,
        tenant: str,
        one: str,
        other: str,
        attribute_of: AttributeOf,
        *,
        reason: MergeReason,
        by: str,
        known: Mapping[str, Profile] | None = None,
        unless: bool = False,
    ) -> Profile:
        """Merge two contacts; nothing happens when they are one already.

        Args:
            tenant: Tenant id.
            one: Any profile id of one.
            other: Any profile id of the other.
            attribute_of: The workspace's attribute of a field.
            reason: Why.
            by: Who says so: an event's message id or a person.
            known: Both as they were read just now.
            unless: Do not merge what something certain speaks against.

        Raises:
            NotFound: One of them is not known.
            Conflict: Something certain speaks against it.
            Unavailable: Others wrote them all the time.
        """
        for attempt in range(TRIES):
            fresh = known is None or attempt
            found = self.ports.profiles.get(tenant, [one, other]) if fresh else known or {}
            if one not in found or other not in found:
                raise NotFound("There is no such contact.", code="no_contact")
            if found[one].id == found[other].id:
                return found[one]
            winner, loser = in_order(found[one], found[other])
            reasons = against(winner, loser) if unless else ()
            if reasons:
                raise Conflict(
                    "Something certain says that these are two people.",
                    code="against",
                    details={"reasons": [str(reason) for reason in reasons]},
                )
            done = self._unite(tenant, winner, loser, attribute_of, reason, by)
            if done is not None:
                return done
        raise Unavailable(_BUSY, code="contended")

    def _unite(
        self,
        tenant: str,
        winner: Profile,
        loser: Profile,
        attribute_of: AttributeOf,
        reason: MergeReason,
        by: str,
    ) -> Profile | None:
        ports = self.ports
        records = ports.messaging.records(tenant, [winner.id, loser.id])
        if any(record.merged_into for record in records.values()):
            return None
        at = ports.clock.now()
        merge = Merge(
            f"{loser.id}-{base36(millis(at))}",
            winner.id,
            loser.id,
            at,
            reason,
            by[:200],
        )
        ours, theirs = (Side(one, records[one.id]) for one in (winner, loser))
        both = merged(winner, loser, attribute_of)
        after = Side(both, merged_record(ours.record, theirs.record, both.traits.get("phone")))
        moves = [(segment, loser.id, False, since) for segment, since in loser.segments.items()]
        moves += [
            (segment, winner.id, True, since)
            for segment, since in after.profile.segments.items()
            if segment in loser.segments
        ]
        if moves:
            ports.members.move(tenant, moves)
        if not ports.merges.commit(tenant, merge, (ours, theirs), after):
            return None
        ports.merges.repoint(tenant, pointers_of(tenant, loser), loser.id, winner.id)
        return after.profile.evolve(rev=winner.rev + 1)

    def undo(self, tenant: str, merge: str, attribute_of: AttributeOf, *, by: str) -> Parted:
        """Undo a merge; the two are not merged again unless a person says so.

        Args:
            tenant: Tenant id.
            merge: Its id.
            attribute_of: The workspace's attribute of a field.
            by: Who undoes it.

        Raises:
            NotFound: There is no such merge.
            Conflict: It was undone, or its winner was merged into another contact since.
            Unavailable: Others wrote the contacts all the time.
        """
        ports = self.ports
        for _ in range(TRIES):
            kept = ports.merges.read(tenant, merge)
            if kept is None:
                raise NotFound("There is no such merge.", code="no_merge")
            winner, loser = kept.merge.winner, kept.merge.loser
            if kept.loser is None or kept.merge.undone_at is not None:
                raise Conflict("This merge was undone.", code="undone")
            now = ports.profiles.get(tenant, [winner]).get(winner)
            if now is None or now.id != winner:
                raise Conflict(
                    "The contact was merged into another one since: undo that merge first.",
                    code="merged_since",
                    details={} if now is None else {"into": now.id},
                )
            # Said first: no event between here and the end may merge them again.
            ports.reviews.answer(
                tenant, Review(*pair(winner, loser), Verdict.DIFFERENT, by, ports.clock.now())
            )
            done = self._part(tenant, kept, now, attribute_of, by)
            if done is not None:
                return done
        raise Unavailable(_BUSY, code="contended")

    def _part(
        self, tenant: str, kept: KeptMerge, now: Profile, attribute_of: AttributeOf, by: str
    ) -> Parted | None:
        ports, merge = self.ports, kept.merge
        record = ports.messaging.records(tenant, [now.id])[now.id]
        if kept.loser is None:
            return None
        parted = unmerged(Side(now, record), kept.winner, kept.loser, attribute_of)
        undone = Merge(
            merge.id, merge.winner, merge.loser, merge.at, merge.reason, merge.by, ports.clock.now(), by
        )
        if not ports.merges.revert(tenant, undone, parted.winner, parted.loser):
            return None
        loser = parted.loser.profile
        shared = set(pointers_of(tenant, kept.winner.profile))
        own = [one for one in pointers_of(tenant, loser) if one not in shared]
        ports.merges.repoint(tenant, own, now.id, loser.id)
        gone = [one for one in now.segments if one not in parted.winner.profile.segments]
        moves = [(segment, now.id, False, 0) for segment in gone]
        moves += [(segment, loser.id, True, since) for segment, since in loser.segments.items()]
        if moves:
            ports.members.move(tenant, moves)
        return parted

    def different(self, tenant: str, pairs: Iterable[tuple[Profile, Profile]]) -> set[Pair]:
        """Return the pairs of profiles of which somebody said that they are two people."""
        asked: dict[Pair, Pair] = {}
        for one, other in pairs:
            asked |= {pair(a, b): pair(one.id, other.id) for a, b in product(one.ids, other.ids)}
        if not asked:
            return set()
        answers = self.ports.reviews.answered(tenant, asked)
        return {asked[p] for p, review in answers.items() if review.verdict is Verdict.DIFFERENT}

    def ask(self, tenant: str, pairs: Mapping[Pair, tuple[Reason, ...]]) -> int:
        """Put pairs that events speak for, but which must not be merged by them, before people."""
        decisions = [
            MatchDecision(MatchCandidate(*both, 1.0, Explanation(0.0)), Decision.REVIEW, reasons)
            for both, reasons in sorted(pairs.items())
        ]
        return self.ports.reviews.put(tenant, decisions) if decisions else 0

    def take(self, tenant: str, decisions: Iterable[MatchDecision], attribute_of: AttributeOf) -> int:
        """Carry out what matching decided: merges at once, reviews into the queue. May be repeated.

        Returns:
            How many decisions led to anything; contacts that are gone, and pairs of which somebody said that
            they are different, do not.
        """
        taken, reviews = 0, []
        for decision in decisions:
            both = (decision.candidate.left, decision.candidate.right)
            if decision.decision is Decision.REVIEW:
                reviews.append(decision)
            elif decision.decision is Decision.MERGE:
                taken += self._matched(tenant, both, attribute_of)
        return taken + self.ports.reviews.put(tenant, reviews)

    def _matched(self, tenant: str, both: Pair, attribute_of: AttributeOf) -> int:
        found = self.ports.profiles.get(tenant, list(both))
        if len(found) < 2 or found[both[0]].id == found[both[1]].id:
            return 0
        if self.different(tenant, [(found[both[0]], found[both[1]])]):
            return 0
        self.merge(tenant, *both, attribute_of, reason=MergeReason.MATCH, by="matching")
        return 1

    def decide(
        self,
        tenant: str,
        left: str,
        right: str,
        verdict: Verdict,
        attribute_of: AttributeOf,
        *,
        by: str,
        reason: MergeReason = MergeReason.REVIEW,
    ) -> Profile | None:
        """Note what somebody said of a pair; `same` merges it, whatever speaks against it.

        Args:
            tenant: Tenant id.
            left: A profile id.
            right: Another one.
            verdict: What was said.
            attribute_of: The workspace's attribute of a field.
            by: Who said it.
            reason: What the merge is noted as.

        Raises:
            NotFound: One of the contacts is not known.
        """
        both = pair(left, right)
        if both[0] == both[1]:
            raise InvalidInput("A pair names two contacts.", code="bad_pair")
        done = None
        if verdict is Verdict.SAME:
            done = self.merge(tenant, *both, attribute_of, reason=reason, by=by)
        self.ports.reviews.answer(tenant, Review(*both, verdict, by, self.ports.clock.now()))
        return done
