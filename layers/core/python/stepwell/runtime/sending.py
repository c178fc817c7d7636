"""Sends e-mail to a cohort through the send gate (engine rules 3 and 11).

For each contact: decide, render, claim, look whether he is still here, send, and answer. A claim is written just
before its send; whatever dies between claim and answer leaves a claim that a later try finds and takes for a
message that may be out there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from math import ceil
from typing import cast

from stepwell.consent.decide import Decision, Done, Hold, Policy, Request, Send, Skip, decide
from stepwell.contracts.messages import ClaimState, MessagingRecord, Purpose, SkipReason
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.errors import (
    OutcomeUnknown,
    StepwellError,
    Throttled,
    Unavailable,
)
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.runtime.isolating import Faulty, Ledger, alone
from stepwell.runtime.letters import Letter, Writer, of_different_contacts
from stepwell.runtime.side_by_side import side_by_side
from stepwell.workflows.nodes.base import Member, SendEmail

CHUNK = 25
_CLAIM_TRIES = 3
_SLOW_DOWN_S = 5


def send_emails(context: StepContext, work: Work) -> EffectResult:
    """Send `SendEmail` effects; leaves by `sent`, `skipped` or `failed`, comes back later, or parks.

    Args:
        context: The step.
        work: Contacts and their effects.

    Returns:
        What became of each contact.

    Raises:
        Unavailable: A store did not answer; the Task is tried again and finds its claims.
    """
    letters = [(member, cast(SendEmail, effect)) for member, effect in work]
    return _Batch(context, letters, Writer(context)).run()


@dataclass(slots=True)
class _Batch:
    context: StepContext
    work: Sequence[tuple[Member, SendEmail]]
    writer: Writer
    outcomes: Ledger = field(default_factory=Ledger)
    later: list[str] = field(default_factory=list)
    wait_s: int = 0
    parks: dict[str, datetime] = field(default_factory=dict)
    records: dict[str, MessagingRecord] = field(default_factory=dict)
    suppressed: dict[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    stale: set[str] = field(default_factory=set)
    granted: int = 0
    short_s: float = 0.0

    def run(self) -> EffectResult:
        moment = self.context.moment
        self.policy = Policy.of_settings(moment.settings)
        made = [self.outcomes.alone(m.token.id, partial(self._letter, m, e)) for m, e in self.work]
        rest = [letter for letter in made if letter is not None]
        # Block by block: whoever the rate sends back is not read in vain, and what is read is fresh.
        while rest:
            block, rest = rest[:CHUNK], rest[CHUNK:]
            wait_s = self._handle(block, len(rest))
            if wait_s:
                self._come_back(rest, wait_s)
                break
        return EffectResult(self.outcomes, self.later, self.wait_s, self.parks)

    def _handle(self, block: Sequence[Letter], behind: int) -> float:
        """Handle one block; return for how long all that follow shall wait (0: go on)."""
        if self._paused():
            self._come_back(block, 1)
            return 1
        read = self.outcomes.together(self._read, block)
        self.writer.shown.expect(letter.member.token for letter in read)
        ready = [letter for letter in read if self._passes(letter) and self._written(letter)]
        if not ready:
            return 0
        self._ask_for_rate(len(ready), round(behind * len(ready) / len(block)))
        granted = min(len(ready), self.granted)
        self.granted -= granted
        self._come_back(ready[granted:], self.short_s)
        slow_s = self._send_all(ready[:granted])
        return max(slow_s, self.short_s, 1) if granted < len(ready) else slow_s

    def _ask_for_rate(self, now: int, behind: int) -> None:
        """Ask for this block and for as many behind it as may pass like it: the wait then suits them all."""
        if now > self.granted and not self.short_s:
            want = now - self.granted + behind
            got, self.short_s = self.context.ports.rate.acquire(self.context.moment.tenant, want)
            self.granted += got

    def _letter(self, member: Member, effect: SendEmail) -> Letter:
        request = Request(
            workflow=self.context.moment.workflow,
            channel="email",
            # Without a purpose the stricter rules hold.
            purpose=Purpose(effect.purpose or Purpose.MARKETING),
            visit=self.context.visit(member),
            claimant=self.context.claimant,
            tag=effect.tag,
            ignore_cap=effect.ignore_cap,
            at_least_once=effect.at_least_once,
            visits=partial(self.context.visits, member),
        )
        return Letter(member, effect, request)

    def _read(self, letters: Sequence[Letter]) -> None:
        tenant, messaging = self.context.moment.tenant, self.context.ports.messaging
        self.records |= messaging.records(tenant, sorted({letter.profile for letter in letters}))
        addresses = {letter.address for letter in letters} - {""}
        if addresses:
            self.suppressed |= messaging.suppressed(tenant, "email", sorted(addresses))

    def _passes(self, letter: Letter) -> bool:
        """Decide; note what is not a send."""
        return bool(self.outcomes.alone(letter.token, partial(self._decided, letter)))

    def _decided(self, letter: Letter) -> bool:
        ports, moment = self.context.ports, self.context.moment
        decision = decide(
            letter.request,
            self.records[letter.profile],
            letter.member.profile,
            self.suppressed.get(letter.address, ""),
            moment.workspace,
            ports.workspaces.control(moment.tenant),
            self.policy,
            ports.clock.now(),
        )
        letter.claimed = isinstance(decision, Send) and decision.claimed
        return self._noted(letter, decision)

    def _noted(self, letter: Letter, decision: Decision) -> bool:
        match decision:
            case Send():
                return True
            case Skip(SkipReason.TENANT_PAUSED):
                self._come_back([letter], 1)  # the next part meets the pause before anything else
            case Skip(reason):
                self.outcomes[letter.token] = ("skipped", reason.value)
            case Hold(until):
                self.parks[letter.token] = until
            case Done(known):
                self.outcomes[letter.token] = ("sent", "" if known else "unknown")
        return False

    def _written(self, letter: Letter) -> bool:
        """Render and compose; note what fails."""
        reason = self.outcomes.alone(letter.token, partial(self.writer.write, letter))
        if reason:
            self.outcomes[letter.token] = ("failed", reason)
        return reason == ""

    def _come_back(self, letters: Sequence[Letter], wait_s: float) -> None:
        if letters:
            self.later += [letter.token for letter in letters]
            self.wait_s = max(self.wait_s, ceil(wait_s), 1)

    def _send_all(self, letters: Sequence[Letter]) -> float:
        """Claim and send; return for how long all that follow shall wait (0: go on)."""
        queue = list(letters)
        while queue:
            chunk, queue = of_different_contacts(queue, CHUNK)
            if self._paused():
                self._come_back([*chunk, *queue], 1)
                return 1
            stale = [letter for letter in chunk if letter.profile in self.stale]
            again = {letter.token for letter in self._reread(stale) if self._passes(letter)}
            chunk = [x for x in chunk if x.profile not in self.stale or x.token in again]
            slow_s = self._deliver(self._still_here(self._claim(chunk)))
            if slow_s:
                self._come_back(queue, slow_s)
                return slow_s
        return 0

    def _paused(self) -> bool:
        moment = self.context.moment
        control = self.context.ports.workspaces.control(moment.tenant)
        return control.status(moment.workflow) is not WorkflowStatus.ACTIVE

    def _reread(
        self, letters: Sequence[Letter], undo: Callable[[Letter], object] | None = None
    ) -> list[Letter]:
        def read(some: Sequence[Letter]) -> None:
            profiles = sorted({letter.profile for letter in some})
            self.records |= self.context.ports.messaging.records(self.context.moment.tenant, profiles)

        return self.outcomes.together(read, letters, undo)

    def _claim(self, letters: Sequence[Letter]) -> list[Letter]:
        """Claim the sends; who lost against another write is decided about again."""
        ports, moment = self.context.ports, self.context.moment
        self.stale |= {letter.profile for letter in letters}
        claimed = [letter for letter in letters if letter.claimed]
        open_ = [letter for letter in letters if not letter.claimed]
        for _ in range(_CLAIM_TRIES):
            if not open_:
                return claimed
            now, won = ports.clock.now(), set[str]()

            def put(some: Sequence[Letter], now: datetime = now, won: set[str] = won) -> None:
                claims = [(self.records[letter.profile], letter.claim(now)) for letter in some]
                won |= ports.messaging.claim(moment.tenant, claims)

            open_ = self.outcomes.together(put, open_, self._release)
            claimed += [letter for letter in open_ if letter.profile in won]
            lost = [letter for letter in open_ if letter.profile not in won]
            passing = [letter for letter in self._reread(lost, self._release) if self._passes(letter)]
            # The write may have succeeded though its answer was lost: then the claim is there, and it is ours.
            claimed += [letter for letter in passing if letter.claimed]
            open_ = [letter for letter in passing if not letter.claimed]
        self._come_back(open_, 1)
        return claimed

    def _still_here(self, letters: Sequence[Letter]) -> list[Letter]:
        """Take the claims back of those who left since the step began (engine rule 7), and return the others.

        The look comes after the claim: an exit that it misses came later than the claim, when the message was
        on its way.
        """
        ports, moment = self.context.ports, self.context.moment
        here: set[str] = set()

        def look(some: Sequence[Letter]) -> None:
            stored = ports.tokens.get(moment.tenant, moment.workflow, [letter.token for letter in some])
            here.update(letter.token for letter in some if letter.owned(stored.get(letter.token)))

        looked = self.outcomes.together(look, letters, self._release)
        for letter in looked:
            if letter.token not in here:
                self.outcomes[letter.token] = ("skipped", SkipReason.EXITED.value)
                self.outcomes.alone(letter.token, partial(self._release, letter))
        return [letter for letter in looked if letter.token in here]

    def _release(self, letter: Letter) -> None:
        visit, claimant = letter.request.visit, letter.request.claimant
        self.context.ports.messaging.release(self.context.moment.tenant, letter.profile, visit, claimant)

    def _deliver(self, letters: Sequence[Letter]) -> float:
        """Send claimed messages; return for how long to leave the provider alone (0: go on)."""
        at_once = self.context.ports.delivery.at_once
        answers = side_by_side(lambda letter: alone(partial(self._attempt, letter)), letters, at_once)
        slow_s = 0.0
        for letter, answer in zip(letters, answers, strict=True):
            waits_s = self.outcomes.alone(letter.token, partial(self._answered, letter, answer))
            slow_s = max(slow_s, waits_s or 0.0)
        return slow_s

    def _attempt(self, letter: Letter) -> StepwellError | None:
        if letter.email is None:
            raise ValueError("a message is composed before it is claimed")
        try:
            self.context.ports.mailer.send(letter.email)
        except StepwellError as error:
            return error
        return None

    def _answered(self, letter: Letter, error: StepwellError | Faulty | None) -> float:
        messaging, moment = self.context.ports.messaging, self.context.moment
        visit = letter.request.visit
        if error is None:
            self.outcomes[letter.token] = ("sent", "")
            return 0
        if isinstance(error, OutcomeUnknown | Faulty):
            messaging.settle(moment.tenant, letter.profile, visit, ClaimState.UNKNOWN.value)
            if isinstance(error, Faulty):  # over whom the provider's client stumbled: he may have got it
                self.outcomes[letter.token] = error.outcome
            elif self._may_repeat(letter):
                self._come_back([letter], self.context.retry.wait_s(self.context.part + 1))
            else:
                self.outcomes[letter.token] = ("sent", "unknown")
            return 0
        self._release(letter)
        if isinstance(error, Unavailable):
            asked = error.retry_after_s if isinstance(error, Throttled) else None
            self._come_back([letter], asked or _SLOW_DOWN_S)
            return asked or _SLOW_DOWN_S
        self.outcomes[letter.token] = ("failed", SkipReason.PROVIDER_REJECTED.value)
        return 0

    def _may_repeat(self, letter: Letter) -> bool:
        if not letter.effect.at_least_once or letter.request.purpose is not Purpose.TRANSACTIONAL:
            return False
        return self.context.part + 1 < self.context.retry.max_attempts
