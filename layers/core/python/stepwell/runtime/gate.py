"""The send gate for one batch: reads what decisions need, decides, and says what becomes of whoever gets nothing.

Records and suppressions are read loosely at first, at half the price: a claim over a record that has changed
meanwhile fails, and nobody is refused before both were read strongly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from math import ceil
from typing import Any

from stepwell.consent.decide import Decision, Done, Hold, Policy, Request, Send, Skip, decide
from stepwell.consent.limits import wishes
from stepwell.contracts.consent_kinds import PROOF
from stepwell.contracts.messages import MessagingRecord, Place, Purpose, SkipReason
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.runtime.effects import StepContext, Work
from stepwell.runtime.isolating import Ledger
from stepwell.runtime.letters import Letter, Post
from stepwell.workflows.nodes.base import Member


@dataclass(slots=True)
class Gate:
    """Decides about the messages of a batch.

    Attributes:
        context: The step.
        work: Contacts and their effects.
        post: The channel.
        outcomes: What became of whom.
        later: Who comes back.
        wait_s: After how many seconds.
        parks: Who is held over, until when.
        stale: Contacts whose record was written since it was read.
    """

    context: StepContext
    work: Work
    post: Post[Any]
    outcomes: Ledger = field(default_factory=Ledger)
    later: list[str] = field(default_factory=list)
    wait_s: int = 0
    parks: dict[str, datetime] = field(default_factory=dict)
    records: dict[str, MessagingRecord] = field(default_factory=dict)
    suppressed: dict[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    stale: set[str] = field(default_factory=set)

    def decide_all(self, block: Sequence[Letter[Any]]) -> list[Letter[Any]]:
        """Return whose message may go out."""
        read = self.outcomes.together(partial(self._read, strong=False), block)
        passing = {
            letter.token for letter in read if self.outcomes.alone(letter.token, partial(self._go, letter))
        }
        unsure = [x for x in read if x.token not in passing and x.token not in self.outcomes]
        if unsure:
            sure = self.outcomes.together(self._read, unsure)
            sure = self._find_proofs(sure)
            passing |= {letter.token for letter in sure if self.passes(letter)}
            self._keep_places(sure)
        found = [letter for letter in read if letter.token in passing]
        self.post.shown.expect(letter.member.token for letter in found)
        return found

    def _go(self, letter: Letter[Any]) -> bool:
        return isinstance(self._decision(letter), Send)

    def _find_proofs(self, letters: list[Letter[Any]]) -> list[Letter[Any]]:
        """Note how consents were given that are older than such notes; nobody else is looked up."""
        ports, tenant = self.context.ports, self.context.moment.tenant
        key = f"{self.post.channel}:{Purpose.MARKETING}"
        lacking = {
            x.profile: x
            for x in letters
            if ports.proofs is not None
            and not self.records[x.profile].consent.get(f"{PROOF}{self.post.channel}")
            and self.outcomes.alone(x.token, partial(self._decision, x)) == Skip(SkipReason.NO_PROOF)
        }
        if ports.proofs is not None and lacking:
            # Not loaded where nobody needs it: it brings the whole of events.
            from stepwell.consent.proofs import proved_before

            for letter in lacking.values():
                asked = partial(proved_before, ports.proofs, tenant, letter.member.profile.ids, key)
                found = self.outcomes.alone(letter.token, asked)
                if found:
                    ports.messaging.set_consent(tenant, letter.profile, found)
            self.outcomes.together(self._read, list(lacking.values()))
        return [letter for letter in letters if letter.token not in self.outcomes]

    def _keep_places(self, letters: Sequence[Letter[Any]]) -> None:
        """Keep places under caps for messages that are held over; whoever loses against another write has none."""
        held = [(x, self.parks[x.token]) for x in letters if x.token in self.parks]
        channel = self.post.channel
        wanted = [
            (
                self.records[x.profile],
                Place(x.request.visit, until, channel, x.request.tag, x.request.priority),
            )
            for x, until in held
            if x.effect.count and (self.policy.caps or wishes(self.records[x.profile], channel))
        ]
        for record, place in wanted:
            # One at a time: two of one contact cannot both hold his revision.
            if place not in record.places:
                self.context.ports.messaging.keep_places(self.context.moment.tenant, [(record, place)])
                self.stale.add(record.profile)

    def letter(self, member: Member, effect: Any) -> Letter[Any]:
        """Return a contact's message, with the question to the decision."""
        request = Request(
            workflow=self.context.moment.workflow,
            channel=self.post.channel,
            # Without a purpose the stricter rules hold.
            purpose=Purpose(effect.purpose or Purpose.MARKETING),
            visit=self.context.visit(member),
            claimant=self.context.claimant,
            tag=effect.tag,
            topic=effect.topic,
            priority=effect.priority,
            ignore_cap=effect.ignore_cap,
            at_least_once=effect.at_least_once,
            visits=partial(self.context.visits, member),
        )
        return Letter(member, effect, request)

    def _read(self, letters: Sequence[Letter[Any]], *, strong: bool = True) -> None:
        tenant, messaging = self.context.moment.tenant, self.context.ports.messaging
        if not strong:
            self.post.address(letters)
        profiles = sorted({letter.profile for letter in letters})
        self.records |= messaging.records(tenant, profiles, strong=strong)
        addresses = {letter.reach.address for letter in letters} - {""} if self.post.by_address else set()
        if addresses:
            found = messaging.suppressed(tenant, self.post.channel, sorted(addresses), strong=strong)
            self.suppressed = {k: v for k, v in self.suppressed.items() if k not in addresses} | found

    def passes(self, letter: Letter[Any]) -> bool:
        """Decide; note what is not a send."""
        return bool(self.outcomes.alone(letter.token, partial(self._decided, letter)))

    def _decided(self, letter: Letter[Any]) -> bool:
        return self._noted(letter, self._decision(letter))

    def _decision(self, letter: Letter[Any]) -> Decision:
        ports, moment = self.context.ports, self.context.moment
        decision = decide(
            letter.request,
            self.records[letter.profile],
            letter.member.profile,
            self.suppressed.get(letter.reach.address, ""),
            moment.workspace,
            ports.workspaces.control(moment.tenant),
            self.policy,
            ports.clock.now(),
            letter.reach,
        )
        letter.claimed = isinstance(decision, Send) and decision.claimed
        return decision

    def _noted(self, letter: Letter[Any], decision: Decision) -> bool:
        match decision:
            case Send():
                return True
            case Skip(SkipReason.TENANT_PAUSED):
                self.come_back([letter], 1)  # the next part meets the pause before anything else
            case Skip(reason):
                self.outcomes[letter.token] = ("skipped", reason.value)
            case Hold(until):
                self.parks[letter.token] = until
            case Done(known):
                self.outcomes[letter.token] = ("sent", "" if known else "unknown")
        return False

    def written(self, letter: Letter[Any]) -> bool:
        """Render and compose; note what fails."""
        reason = self.outcomes.alone(letter.token, partial(self.post.write, letter))
        if reason:
            # The author wants no message then: nothing went wrong with it.
            outcome = "skipped" if reason == SkipReason.CONTENT_UNAVAILABLE else "failed"
            self.outcomes[letter.token] = (outcome, reason)
        return reason == "" and bool(self.outcomes.alone(letter.token, partial(self._may_ask, letter)))

    def _may_ask(self, letter: Letter[Any]) -> bool:
        """Tell whether an address may be asked to confirm once more: anybody can give somebody else's."""
        ports, tenant, visit = self.context.ports, self.context.moment.tenant, letter.request.visit
        if not letter.asks or letter.claimed:
            return True
        address, now = letter.reach.address, ports.clock.now()
        if ports.messaging.ask(tenant, self.post.channel, address, visit, now):
            return True
        self.outcomes[letter.token] = ("skipped", SkipReason.CONFIRMATION_LIMITED.value)
        return False

    def come_back(self, letters: Sequence[Letter[Any]], wait_s: float) -> None:
        """Have contacts come again as the next part."""
        if letters:
            self.later += [letter.token for letter in letters]
            self.wait_s = max(self.wait_s, ceil(wait_s), 1)

    def paused(self) -> bool:
        """Tell whether nothing is sent just now."""
        moment = self.context.moment
        control = self.context.ports.workspaces.control(moment.tenant)
        return control.status(moment.workflow) is not WorkflowStatus.ACTIVE

    def reread(
        self, letters: Sequence[Letter[Any]], undo: Callable[[Letter[Any]], object] | None = None
    ) -> list[Letter[Any]]:
        """Read strongly what decisions about these need; whoever cannot be read is undone and left out."""
        return self.outcomes.together(self._read, letters, undo)
