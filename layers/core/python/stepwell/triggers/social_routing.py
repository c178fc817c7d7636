"""Asks the rules about mentions, and answers them: by rule once an author and thread, by hand as often as people want.

An answer is claimed by the entry's revision before the network is called, and settled after it; whose answer was lost
is `unknown` and never repeated. An automatic one has a second claim, that of author and thread, which the same mention
may take again and no other.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from stepwell.conditions import Facts
from stepwell.conditions.values import zone_named
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import profile_id, short_hash
from stepwell.contracts.social import Account, Network, Posted, Tokens
from stepwell.errors import NotFound, NotReady, OutcomeUnknown, ProviderRejected, Throttled, Unavailable
from stepwell.social.answering import Rule, SocialRules, answer_texts, route
from stepwell.social.mentions import (
    Answer,
    AnswerState,
    Entry,
    State,
    event_of,
    person_of,
    thread_of,
)
from stepwell.triggers.social_ports import SocialPorts
from stepwell.triggers.social_watch import watch
from stepwell.workflows.facts import profile_facts

STALE = timedelta(minutes=5)
"""A claim older than this is of a process that died: a function has less time."""
AGAIN_S = 60.0
SEEN = "duplicate"
"""Code of networks that refuse words that they have just seen."""
_TRIES = 8
_AUTOMATIC = "rule:"


def heard(ports: SocialPorts, tenant: str, ids: list[str]) -> int:
    """Ask the rules about mentions, and see whether they make a crisis; return how many a rule took.

    Raises:
        Unavailable: Something did not answer; to be repeated.
    """
    rules = ports.rules(tenant)
    entries = [entry for id_ in ids if (entry := ports.inbox.find(tenant, id_)) is not None]
    # First, so that what makes the crisis is not answered by a machine.
    for account in sorted({entry.mention.account for entry in entries}):
        watch(ports, tenant, account, rules)
    taken = 0
    for entry in entries:
        taken += _routed(ports, tenant, entry, rules)
    return taken


def _routed(ports: SocialPorts, tenant: str, entry: Entry, rules: SocialRules) -> bool:
    now = ports.clock.now()
    if not entry.rule:
        rule = route(rules, entry, _facts(ports, tenant, entry, now), now)
        if rule is None:
            return False
        _pass_on(ports, tenant, entry, rule, now)
        kept = _changed(ports, tenant, entry.id, lambda known: _ruled(known, rule, now))
        if kept is None:
            return True
        entry = kept
    if entry.answer is not None and entry.answer.state is AnswerState.WANTED:
        answer(ports, tenant, entry.id)
    return True


def _facts(ports: SocialPorts, tenant: str, entry: Entry, now: datetime) -> Facts:
    told = event_of(entry, now)
    event = {
        "name": told["name"],
        "type": told["kind"],
        "timestamp": told["occurred_at"],
        "properties": told["properties"],
    }
    mention = entry.mention
    person = profile_id(tenant, "anonymous", person_of(mention.platform, mention.author.external_id))
    profile = ports.profiles.get(tenant, [person]).get(person)
    if profile is None:
        return Facts(profile={}, event=event)
    zone = zone_named(ports.workspaces.workspace(tenant).time_zone) or UTC
    return profile_facts(profile, zone, event)


def _ruled(entry: Entry, rule: Rule, now: datetime) -> Entry | None:
    if entry.rule:
        return None
    changes: dict[str, Any] = {"rule": rule.id}
    if rule.assign and not entry.assignee:
        changes["assignee"] = rule.assign
    if entry.state is State.OPEN and (rule.escalate or rule.ignore):
        changes["state"] = State.ESCALATED if rule.escalate else State.IGNORED
    # Somebody was faster: a machine says nothing after them.
    if rule.answer and entry.answer is None and entry.state is State.OPEN:
        text = answer_texts(rule, entry)[0]
        changes["answer"] = Answer(text, f"{_AUTOMATIC}{rule.id}", now, AnswerState.WANTED)
    return entry.evolve(**changes)


def _pass_on(ports: SocialPorts, tenant: str, entry: Entry, rule: Rule, now: datetime) -> None:
    """Tell people and the stream; a repeat may write to people twice, which they bear."""
    mention = entry.mention
    if rule.emit:
        told = event_of(entry, now)
        message = "social-" + short_hash(rule.emit, entry.id, length=32)
        told |= {"name": rule.emit, "message_id": message, "received_at": iso(now)}
        told["properties"] = {**told["properties"], "routed_to": rule.id}
        ports.stream.emit(tenant, [told])
    if rule.forward:
        who = mention.author.name or mention.author.handle or mention.author.external_id
        subject = f"{who} on {mention.platform.label}: {' '.join(mention.text.split())[:80]}"
        text = f"{who} wrote on {mention.platform.label} ({entry.sentiment}):\n\n{mention.text}\n\n{mention.url}\n"
        ports.letters.tell(tenant, rule.forward, subject, text)


def answer(ports: SocialPorts, tenant: str, id_: str) -> AnswerState | None:
    """Send the answer that a mention waits for; return what became of it, None: it waits for none.

    Raises:
        Unavailable: A store did not answer; to be repeated.
        Throttled: Another process has it; to be repeated.
    """
    now = ports.clock.now()
    entry = ports.inbox.find(tenant, id_)
    if entry is None or entry.answer is None:
        return None
    if entry.answer.state is AnswerState.SENDING:
        if now - entry.answer.at < STALE:
            raise Throttled("Another process sends this answer.", retry_after_s=AGAIN_S)
        return _settled(ports, tenant, entry, AnswerState.UNKNOWN, reason="process_died")
    if entry.answer.state is not AnswerState.WANTED:
        return entry.answer.state
    automatic = entry.answer.by.startswith(_AUTOMATIC)
    if automatic and (why := _why_not(ports, tenant, entry)):
        return _settled(ports, tenant, entry, AnswerState.HELD, reason=why)
    sending = entry.evolve(answer=_with(entry.answer, AnswerState.SENDING, at=now))
    if not ports.inbox.save(tenant, sending):
        raise Throttled("The mention changed at this moment.", retry_after_s=1.0)
    return _send(ports, tenant, sending.evolve(rev=sending.rev + 1), automatic=automatic)


def _why_not(ports: SocialPorts, tenant: str, entry: Entry) -> str:
    """Return why a machine must not answer; empty: it may, and holds the claim of author and thread."""
    mention, now = entry.mention, ports.clock.now()
    if ports.workspaces.control(tenant).stopped:
        return "stopped"
    if entry.state in (State.ANSWERED, State.IGNORED):
        return "answered_by_hand" if entry.state is State.ANSWERED else "ignored"
    if ports.alarms.get(tenant, mention.account).on is not None:
        return "crisis"
    if not ports.inbox.claim_answer(tenant, entry, thread_of(mention), now):
        return "answered_before"
    cap = ports.rules(tenant).answers_per_hour
    if cap == 0 or ports.leases.take(tenant, f"social.answers#{mention.account}", cap, 3600) > 0:
        ports.inbox.release_answer(tenant, entry, thread_of(mention))
        return "too_many"
    return ""


def _send(ports: SocialPorts, tenant: str, entry: Entry, *, automatic: bool) -> AnswerState:
    mention = entry.mention
    assert entry.answer is not None  # noqa: S101 - it was claimed
    text, left = entry.answer.text, _others(ports, tenant, entry) if automatic else []
    network = ports.connected.network(tenant, mention.platform)
    while True:
        try:
            posted = ports.connected.with_tokens(
                tenant, mention.account, partial(_reply, network, mention.external_id, text)
            )
        except OutcomeUnknown as error:
            return _settled(ports, tenant, entry, AnswerState.UNKNOWN, reason=error.code)
        except (ProviderRejected, NotReady, NotFound) as error:
            seen = automatic and error.code == SEEN
            if seen and left:
                # Noted first: of an answer that is lost people see what it said.
                text = left.pop(0)
                _settled(ports, tenant, entry, AnswerState.SENDING, text=text)
                continue
            if automatic:
                ports.inbox.release_answer(tenant, entry, thread_of(mention))
            if seen:
                return _settled(ports, tenant, entry, AnswerState.SKIPPED, reason="all_texts_used")
            return _settled(ports, tenant, entry, AnswerState.FAILED, reason=error.code)
        except Unavailable as error:
            # Surely not sent: it waits, whatever becomes of this call.
            wait = getattr(error, "retry_after_s", None) or AGAIN_S
            state = _settled(ports, tenant, entry, AnswerState.WANTED)
            ports.timer.at(tenant, f"answer/{entry.id}", ports.clock.now() + timedelta(seconds=wait))
            return state
        told = {"external_id": posted.external_id, "url": posted.url}
        return _settled(ports, tenant, entry, AnswerState.SENT, **told)


def _reply(network: Network, mention: str, text: str, account: Account, tokens: Tokens) -> Posted:
    return network.reply(account, tokens, mention, text)


def _others(ports: SocialPorts, tenant: str, entry: Entry) -> list[str]:
    """Return what else the rule that took a mention may answer."""
    rule = next((one for one in ports.rules(tenant).rules if one.id == entry.rule and one.answer), None)
    texts = answer_texts(rule, entry) if rule is not None else []
    return [text for text in texts if entry.answer is None or text != entry.answer.text]


def _settled(
    ports: SocialPorts, tenant: str, entry: Entry, state: AnswerState, **changes: Any
) -> AnswerState:
    """Note what became of an answer, whatever else people changed meanwhile."""

    def settle(known: Entry) -> Entry | None:
        if known.answer is None:
            return None
        done = known.evolve(answer=_with(known.answer, state, **changes))
        if state is AnswerState.SENT and known.state in (State.OPEN, State.ESCALATED):
            done = done.evolve(state=State.ANSWERED)
        return done

    _changed(ports, tenant, entry.id, settle)
    return state


def _changed(ports: SocialPorts, tenant: str, id_: str, change: Any) -> Entry | None:
    """Change an entry over what others change; None: there is nothing to change."""
    for _ in range(_TRIES):
        known = ports.inbox.find(tenant, id_)
        wanted = change(known) if known is not None else None
        if wanted is None:
            return known
        if ports.inbox.save(tenant, wanted):
            changed: Entry = wanted.evolve(rev=wanted.rev + 1)
            return changed
    raise Unavailable("The mention changes all the time: try again.")


def _with(answer: Answer, state: AnswerState, **changes: Any) -> Answer:
    told = {"text": answer.text, "by": answer.by, "at": answer.at, "state": state, **changes}
    return Answer(**told)
