"""What a contact's events cause outside the profile: suppression, exits, conversions, wakes, counts.

Everything here is a compare-and-set or may be repeated, so that a pass that died in between is simply done
again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stepwell.catalog.ports import InterestStore
from stepwell.channels.push.ports import SubscriptionBook
from stepwell.consent.proofs import ConsentProofs
from stepwell.contracts.clock import Clock, from_iso, iso
from stepwell.contracts.enrichment import ProfilingWork
from stepwell.contracts.events import Event
from stepwell.contracts.ids import TokenId, short_hash
from stepwell.contracts.imports import CONSENT_TOLD, is_backfill
from stepwell.contracts.opting_out import UNSUBSCRIBING
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import EndReason, Token, TokenState
from stepwell.deliverability.ports import BounceBook, MailWatch
from stepwell.profiles.live import document
from stepwell.profiles.merges import Merging
from stepwell.runtime.lost_answers import confirms
from stepwell.runtime.ports import (
    EventSink,
    MessagingStore,
    ParkingStore,
    ProfileStore,
    TokenStore,
    VersionStore,
    WaitRow,
    WorkspaceStore,
)
from stepwell.runtime.published import published
from stepwell.runtime.side_by_side import side_by_side
from stepwell.triggers.index import ANY_EVENT, Exit, Reached
from stepwell.triggers.mail_health import silence_address
from stepwell.triggers.person import Folded, Seen
from stepwell.triggers.ports import Counters, Enroller, Exiter, IndexStore, RulesStore, SegmentMembers, Waker
from stepwell.triggers.profiling import keep_consents
from stepwell.triggers.push_subscriptions import keep_subscriptions
from stepwell.triggers.tallying import Tally
from stepwell.triggers.text_reports import closed_number
from stepwell.triggers.told_consents import keep_told
from stepwell.workflows.nodes.base import Member, Moment

GOAL_NODE = "goal_{}"
"""Under which node the conversions of the workflow's n-th goal are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPorts:
    """All that the pass reaches; `at_once` reads run side by side, with 1 in order and without threads."""

    clock: Clock
    profiles: ProfileStore
    messaging: MessagingStore
    tokens: TokenStore
    versions: VersionStore
    workspaces: WorkspaceStore
    events: EventSink
    index: IndexStore
    rules: RulesStore
    parking: ParkingStore
    members: SegmentMembers
    counters: Counters
    enroller: Enroller
    waker: Waker
    exiter: Exiter
    merging: Merging
    work: ProfilingWork | None = None
    proofs: ConsentProofs | None = None
    interests: InterestStore | None = None
    subscriptions: SubscriptionBook | None = None
    bounces: BounceBook | None = None
    watch: MailWatch | None = None
    at_once: int = 1


class Consequences:
    """Carries out what events cause for one contact at a time.

    Args:
        ports: Stores and the runtime's waker and exiter.
        tenant: Tenant id.
        now: The pass's time.
    """

    def __init__(self, ports: PassPorts, tenant: str, now: datetime) -> None:
        self._ports = ports
        self._tenant = tenant
        self._now = now
        self.ended = 0
        self._counted: set[tuple[str, int, str]] = set()
        self.woken_at: dict[str, datetime] = {}
        self.wakes: dict[tuple[str, int], list[tuple[Token, str]]] = defaultdict(list)
        self._woken_by: dict[str, tuple[Profile, Event]] = {}
        self._waiting: dict[str, list[tuple[WaitRow, Token]] | Exception] = {}

    def look_up(self, profiles: Sequence[Profile]) -> None:
        """Read who of these contacts waits, all at a time; only now, after their profiles were written (rule 4)."""
        found = side_by_side(self._waiters, profiles, self._ports.at_once)
        self._waiting = {profile.id: rows for profile, rows in zip(profiles, found, strict=True)}

    def _waiters(self, profile: Profile) -> list[tuple[WaitRow, Token]] | Exception:
        try:
            return [row for one in profile.ids for row in self._ports.waker.waiters(self._tenant, one)]
        except Exception as error:  # this contact's own, raised when its turn comes
            return error

    def silence(self, event: Event, folded: Folded) -> None:
        """Suppress the address of a hard bounce or complaint, and withdraw consent; an opt-out always wins."""
        # Only the platform's own events do this: a tracking client's write key is public.
        if event.kind != "engagement":
            return
        if address := event.email or folded.profile.email:
            ports = self._ports
            silence_address(ports.messaging, ports.bounces, self._tenant, event, address, folded.profile)
        if event.name == "sms_failed" and (closed := closed_number(event, folded.profile))[0]:
            self._ports.messaging.suppress(self._tenant, "sms", *closed, event.when, event.source)
        if event.name in UNSUBSCRIBING and not folded.unknown:
            purpose = str(event.properties.get("purpose") or "marketing")
            self._ports.messaging.set_consent(self._tenant, folded.profile.id, {f"email:{purpose}": "denied"})
        if event.name == CONSENT_TOLD and not folded.unknown:
            keep_told(self._ports.messaging, self._ports.proofs, self._tenant, event, folded.profile)

    def agree(self, folded: Folded, forms: Mapping[str, Any]) -> int:
        """Keep consents of forms and subscriptions of browsers; return how many of these may not be kept."""
        ports = self._ports
        if ports.proofs is not None:
            keep_consents(folded, forms, self._tenant, ports.messaging, ports.proofs)
        if ports.subscriptions is None:
            return 0
        return keep_subscriptions(folded, self._tenant, ports.subscriptions, ports.messaging, ports.proofs)

    def leave(self, folded: Folded, tally: Tally, only_after: Mapping[str, datetime] | None = None) -> None:
        """Carry out exits and goals in order of time.

        Args:
            folded: The contact.
            tally: Where conversions are counted.
            only_after: Workflows that the contact entered in this very pass, with the event time of the
                entry: ask again for those only.
        """
        for seen in folded.seen:
            for exit_ in seen.matches.exits:
                if _concerns(only_after, exit_.workflow, seen.event):
                    self._exit(folded.profile, seen, exit_)
            for goal in seen.matches.goals:
                if _concerns(only_after, goal.workflow, seen.event):
                    self._goal(folded.profile, seen, goal, tally)

    def _exit(self, profile: Profile, seen: Seen, exit_: Exit) -> None:
        # A repeated event must not end an enrollment that began after it. What came in first only now ends
        # all that began before it arrived, whatever the client's clock says.
        bound = seen.event.received_at if seen.fresh else seen.event.when
        ended = self._end(exit_.workflow, profile, exit_.reason, lambda token: began(token) <= bound)
        if exit_.emit and ended:
            self._ports.events.emit(
                self._tenant, [self._exit_event(profile, exit_, enrollment) for enrollment in ended]
            )

    def _exit_event(self, profile: Profile, exit_: Exit, enrollment: str) -> dict[str, Any]:
        return {
            "message_id": "exit-" + short_hash(exit_.workflow, enrollment, exit_.emit, length=32),
            "kind": "engagement",
            "name": exit_.emit,
            "profile": profile.id,
            "properties": {
                "workflow": exit_.workflow,
                "enrollment": enrollment,
                "reason": str(exit_.reason),
            },
            "occurred_at": iso(self._now),
            "received_at": iso(self._now),
            "source": "stepwell",
        }

    def _goal(self, profile: Profile, seen: Seen, goal: Reached, tally: Tally) -> None:
        at = seen.event.when
        tokens = [
            token
            for one in profile.ids
            for token in self._ports.tokens.of_profile(self._tenant, goal.workflow, one)
            if not TokenId.parse(token.id).branches
            and began(token) <= max(at, seen.event.received_at)
            and (goal.within is None or at <= began(token) + goal.within)
        ]
        if not tokens:
            return
        latest = max(tokens, key=began)
        counted = (goal.workflow, goal.number, seen.event.message_id)
        if seen.fresh and counted not in self._counted:
            self._counted.add(counted)
            tally.add(goal.workflow, latest.version, GOAL_NODE.format(goal.number), "reached")
        living = {t.id for t in tokens if t.state is not TokenState.ENDED}
        if goal.ends and living:
            self._end(goal.workflow, profile, EndReason.GOAL, lambda token: token.id in living)

    def _end(self, workflow: str, profile: Profile, reason: str, only: Callable[[Token], bool]) -> list[str]:
        end = self._ports.exiter.end
        ended = [e for one in profile.ids for e in end(self._tenant, workflow, one, reason, only)]
        self.ended += len(ended)
        return ended

    def waken(self, folded: Folded) -> None:
        """Collect the waiting tokens that these events or timers let go on."""
        profile, chosen = folded.profile, set[str]()
        waiters = self._waiting.get(profile.id, [])
        if isinstance(waiters, Exception):
            raise waiters
        for row, _ in waiters:
            if any(confirms(seen.event, row) for seen in folded.seen):
                self._ports.waker.confirm(self._tenant, row)
        for seen in (one for one in folded.seen if not one.event.machine and not is_backfill(one.event)):
            for row, token in waiters:
                if token.id in chosen or row.event not in (seen.event.name, ANY_EVENT):
                    continue
                if token.context.get("message_id") == seen.event.message_id:
                    continue
                outcome = self._ready(row.workflow, token, profile, seen.event)
                if outcome is not None:
                    chosen.add(token.id)
                    self.woken_at[token.id] = seen.event.when
                    self._woken_by[token.id] = (profile, seen.event)
                    self.wakes[row.workflow, token.version].append((token, outcome))
        for timer in folded.timers:
            self._time_out(profile, timer, chosen)

    def waken_moved(self, workflow: str, lost: Sequence[Token]) -> None:
        """Ask again for tokens that changed hands meanwhile and wait on: a migration must not cost them the event."""
        before = {t.id: t for t in lost if t.id in self._woken_by}
        if not before:
            return
        for token in self._ports.tokens.get(self._tenant, workflow, sorted(before)).values():
            if token.state is TokenState.PARKED and token.epoch != before[token.id].epoch:
                outcome = self._ready(workflow, token, *self._woken_by[token.id])
                if outcome is not None:
                    self.wakes[workflow, token.version].append((token, outcome))

    def _time_out(self, profile: Profile, timer: Event, chosen: set[str]) -> None:
        told = timer.properties
        workflow, token_id, epoch = str(told["workflow"]), str(told["token"]), int(told["epoch"])
        token = self._ports.tokens.get(self._tenant, workflow, [token_id]).get(token_id)
        if (
            token is None
            or token.id in chosen
            or token.state is not TokenState.PARKED
            or token.epoch != epoch
        ):
            return
        outcome = self._ready(workflow, token, profile, None)
        chosen.add(token.id)
        timed_out = str(token.facts.get("timeout") or "timed_out")
        self.wakes[workflow, token.version].append((token, outcome or timed_out))

    def _ready(self, workflow: str, token: Token, profile: Profile, event: Event | None) -> str | None:
        graph = published(self._ports.versions, self._tenant, workflow, token.version).graph
        node = graph[token.node]
        if node.type.ready is None:
            return None
        moment = Moment(
            now=self._now,
            tenant=self._tenant,
            workflow=workflow,
            version=token.version,
            node=token.node,
            workspace=self._ports.workspaces.workspace(self._tenant),
            loop=dict(token.loop),
            settings=graph.workflow.settings.model_dump(),
            purpose=graph.workflow.purpose or "",
        )
        return node.type.ready(
            node.config, Member(token, profile), moment, None if event is None else woken(event)
        )


def began(token: Token) -> datetime:
    """Return when an enrollment began in event time: when what triggered it happened.

    It is processed later than that, and an exit that happened in between must find it.
    """
    triggered = token.context.get("timestamp")
    return from_iso(triggered) if isinstance(triggered, str) else token.entered_at


def _concerns(only_after: Mapping[str, datetime] | None, workflow: str, event: Event) -> bool:
    return only_after is None or (workflow in only_after and event.when > only_after[workflow])


def woken(event: Event) -> dict[str, Any]:
    """Return an event as `NodeType.ready` reads it."""
    return {**document(event), "occurred_at": event.when, "machine": event.machine}
