"""Sends messages to a cohort through the send gate, whatever the channel (engine rules 3 and 11).

For each contact: decide, render, claim, look whether he is still here, send, and answer. A claim is written just
before its send; whatever dies between claim and answer leaves a claim that a later try finds and takes for a
message that may be out there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from stepwell.consent.decide import Policy
from stepwell.contracts.messages import ClaimState, Purpose, SkipReason
from stepwell.errors import NotReady, OutcomeUnknown, StepwellError, Throttled, Unavailable
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.runtime.gate import Gate
from stepwell.runtime.isolating import Faulty, alone
from stepwell.runtime.letters import Letter, of_different_contacts
from stepwell.runtime.side_by_side import side_by_side

CHUNK = 25
_CLAIM_TRIES = 3
_SLOW_DOWN_S = 5


class _StopError(StepwellError):
    """Sending was stopped while the message waited for its turn; it is held and goes when sending goes on."""


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
    from stepwell.runtime.mail_letters import MailPost

    return _Batch(context, work, MailPost(context)).run()


def send_texts(context: StepContext, work: Work) -> EffectResult:
    """Send `SendSms` effects; see `send_emails`."""
    from stepwell.runtime.text_letters import TextPost

    return _Batch(context, work, TextPost(context)).run()


def send_pushes(context: StepContext, work: Work) -> EffectResult:
    """Send `SendPush` effects; see `send_emails`."""
    from stepwell.runtime.push_letters import PushPost

    return _Batch(context, work, PushPost(context)).run()


@dataclass(slots=True)
class _Batch(Gate):
    granted: int = 0
    short_s: float = 0.0

    def run(self) -> EffectResult:
        moment = self.context.moment
        self.policy = Policy.of_settings(moment.settings, moment.workspace, self.post.channel)
        made = [self.outcomes.alone(m.token.id, partial(self.letter, m, e)) for m, e in self.work]
        rest = [letter for letter in made if letter is not None]
        # Block by block: whoever the rate sends back is not read in vain, and what is read is fresh.
        while rest:
            block, rest = rest[:CHUNK], rest[CHUNK:]
            wait_s = self._handle(block, len(rest))
            if wait_s:
                self.come_back(rest, wait_s)
                break
        return EffectResult(self.outcomes, self.later, self.wait_s, self.parks)

    def _handle(self, block: Sequence[Letter[Any]], behind: int) -> float:
        """Handle one block; return for how long all that follow shall wait (0: go on)."""
        if self.paused():
            self.come_back(block, 1)
            return 1
        ready = [letter for letter in self.decide_all(block) if self.written(letter)]
        if not ready:
            return 0
        stream = ready[0].request.purpose.value  # one node's messages are of one purpose
        self._ask_for_rate(len(ready), round(behind * len(ready) / len(block)), stream)
        granted = min(len(ready), self.granted)
        self.granted -= granted
        self.come_back(ready[granted:], self.short_s)
        slow_s = self._send_all(ready[:granted])
        return max(slow_s, self.short_s, 1) if granted < len(ready) else slow_s

    def _ask_for_rate(self, now: int, behind: int, stream: str) -> None:
        """Ask for this block and for as many behind it as may pass like it: the wait then suits them all."""
        if not self.post.leased:
            self.granted += now
        elif now > self.granted and not self.short_s:
            want = now - self.granted + behind
            got, self.short_s = self.context.ports.rate.acquire(self.context.moment.tenant, want, stream)
            self.granted += got

    def _send_all(self, letters: Sequence[Letter[Any]]) -> float:
        """Claim and send; return for how long all that follow shall wait (0: go on)."""
        queue = list(letters)
        while queue:
            chunk, queue = of_different_contacts(queue, CHUNK)
            if self.paused():
                self.come_back([*chunk, *queue], 1)
                return 1
            stale = [letter for letter in chunk if letter.profile in self.stale]
            again = {letter.token for letter in self.reread(stale) if self.passes(letter)}
            chunk = [x for x in chunk if x.profile not in self.stale or x.token in again]
            slow_s = self._deliver(self._still_here(self._claim(chunk)))
            if slow_s:
                self.come_back(queue, slow_s)
                return slow_s
        return 0

    def _claim(self, letters: Sequence[Letter[Any]]) -> list[Letter[Any]]:
        """Claim the sends; who lost against another write is decided about again."""
        ports, moment = self.context.ports, self.context.moment
        self.stale |= {letter.profile for letter in letters}
        claimed = [letter for letter in letters if letter.claimed]
        open_ = [letter for letter in letters if not letter.claimed]
        for _ in range(_CLAIM_TRIES):
            if not open_:
                return claimed
            now, won = ports.clock.now(), set[str]()

            def put(some: Sequence[Letter[Any]], now: datetime = now, won: set[str] = won) -> None:
                claims = [(self.records[letter.profile], letter.claim(now)) for letter in some]
                won |= ports.messaging.claim(moment.tenant, claims)

            open_ = self.outcomes.together(put, open_, self._release)
            claimed += [letter for letter in open_ if letter.profile in won]
            lost = [letter for letter in open_ if letter.profile not in won]
            passing = [letter for letter in self.reread(lost, self._release) if self.passes(letter)]
            # The write may have succeeded though its answer was lost: then the claim is there, and it is ours.
            claimed += [letter for letter in passing if letter.claimed]
            open_ = [letter for letter in passing if not letter.claimed]
        self.come_back(open_, 1)
        return claimed

    def _still_here(self, letters: Sequence[Letter[Any]]) -> list[Letter[Any]]:
        """Take the claims back of those who left since the step began (engine rule 7), and return the others.

        The look comes after the claim: an exit that it misses came later than the claim, when the message was
        on its way.
        """
        ports, moment = self.context.ports, self.context.moment
        here: set[str] = set()

        def look(some: Sequence[Letter[Any]]) -> None:
            stored = ports.tokens.get(moment.tenant, moment.workflow, [letter.token for letter in some])
            here.update(letter.token for letter in some if letter.owned(stored.get(letter.token)))

        looked = self.outcomes.together(look, letters, self._release)
        for letter in looked:
            if letter.token not in here:
                self.outcomes[letter.token] = ("skipped", SkipReason.EXITED.value)
                self.outcomes.alone(letter.token, partial(self._release, letter))
        return [letter for letter in looked if letter.token in here]

    def _release(self, letter: Letter[Any]) -> None:
        visit, claimant = letter.request.visit, letter.request.claimant
        self.context.ports.messaging.release(self.context.moment.tenant, letter.profile, visit, claimant)

    def _deliver(self, letters: Sequence[Letter[Any]]) -> float:
        """Send claimed messages; return for how long to leave the provider alone (0: go on)."""
        slow_s = 0.0
        for letter, answer in zip(letters, self._handed_over(letters), strict=True):
            waits_s = self.outcomes.alone(letter.token, partial(self._answered, letter, answer))
            slow_s = max(slow_s, waits_s or 0.0)
        return slow_s

    def _handed_over(self, letters: Sequence[Letter[Any]]) -> Sequence[StepwellError | Faulty | None]:
        """Hand messages over, in one call where the provider takes many at a time."""
        together = alone(partial(self.post.hand_over_all, letters)) if len(letters) > 1 else None
        if isinstance(together, Faulty):
            return [together for _ in letters]
        if together is not None:
            return together
        at_once = self.context.ports.delivery.at_once
        return side_by_side(lambda letter: alone(partial(self._attempt, letter)), letters, at_once)

    def _attempt(self, letter: Letter[Any]) -> StepwellError | None:
        if letter.message is None:
            raise ValueError("a message is composed before it is claimed")
        # At a slow provider a chunk takes longer than the second within which a stop must hold.
        if self.paused():
            return _StopError("sending is stopped")
        try:
            self.post.hand_over(letter)
        except StepwellError as error:
            return error
        return None

    def _answered(self, letter: Letter[Any], error: StepwellError | Faulty | None) -> float:
        messaging, moment = self.context.ports.messaging, self.context.moment
        visit = letter.request.visit
        if isinstance(error, _StopError):
            self._release(letter)
            self.come_back([letter], 1)
            return 1
        self.post.answered(letter, error)
        if error is None:
            self.outcomes[letter.token] = ("sent", "")
            return 0
        if isinstance(error, OutcomeUnknown | Faulty):
            messaging.settle(moment.tenant, letter.profile, visit, ClaimState.UNKNOWN.value)
            if isinstance(error, Faulty):  # over whom the provider's client stumbled: he may have got it
                self.outcomes[letter.token] = error.outcome
            elif self._may_repeat(letter):
                self.come_back([letter], self.context.retry.wait_s(self.context.part + 1))
            else:
                self.outcomes[letter.token] = ("sent", "unknown")
            return 0
        self._release(letter)
        if isinstance(error, Unavailable):
            asked = error.retry_after_s if isinstance(error, Throttled) else None
            self.come_back([letter], asked or _SLOW_DOWN_S)
            return asked or _SLOW_DOWN_S
        reason = error.code if isinstance(error, NotReady) else SkipReason.PROVIDER_REJECTED.value
        self.outcomes[letter.token] = ("failed", reason)
        return 0

    def _may_repeat(self, letter: Letter[Any]) -> bool:
        if not letter.effect.at_least_once or letter.request.purpose is not Purpose.TRANSACTIONAL:
            return False
        return self.context.part + 1 < self.context.retry.max_attempts
