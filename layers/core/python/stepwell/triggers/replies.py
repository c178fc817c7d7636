"""Takes an answer that came in by mail: finds whose it is, tells it on the stream, and does what the workspace wants.

In this order, so that whatever fails is done again by a redelivery and nothing is lost: consent, event, mail. Events
have message ids of their own and count once; a forward may reach a team twice, which colleagues bear; an automatic
answer has a claim among the contact's sends, and goes out once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from stepwell.channels.email import sender_line
from stepwell.conditions.values import zone_named
from stepwell.consent.addresses import allowed, sendable_address
from stepwell.consent.unsubscribe import UNSUBSCRIBED
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.messages import Claim, ClaimState, Email, Purpose
from stepwell.contracts.profiles import Profile
from stepwell.contracts.reply_addresses import ReplyTo
from stepwell.errors import NotReady, OutcomeUnknown, ProviderRejected
from stepwell.replies.automatic import LOOP_HEADER, ReplyKind, judge
from stepwell.replies.parsing import Incoming
from stepwell.replies.quotes import own_words
from stepwell.replies.routing import Rule, route
from stepwell.replies.sentiment import sentiment
from stepwell.replies.wishes import wants_out
from stepwell.triggers.reply_origins import ReplyPorts, find_origin
from stepwell.workflows.facts import profile_facts

MAX_TEXT = 2_000
MAX_FORWARD = 10_000
_CONSENT = "email:marketing"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an answer, for the log.

    Attributes:
        kind: Of a person, or what else it was; `unknown`: of nobody whom we know.
        rule: The rule that said so, or by which it was routed.
        forwarded: To how many it went on.
        answered: Whether it was answered automatically.
        unsubscribed: Whether it ended the consent.
    """

    kind: ReplyKind | str
    rule: str = ""
    forwarded: int = 0
    answered: bool = False
    unsubscribed: bool = False


def take(ports: ReplyPorts, to: ReplyTo, message: Incoming, mail_id: str) -> Taken:
    """Take an answer.

    Args:
        ports: Stores, stream, mail.
        to: What its reply address stands for.
        message: What it says.
        mail_id: The receiver's id of the message; a repeat has the same.

    Raises:
        Unavailable: A store, the stream or the provider did not answer; to be repeated.
    """
    kind, reason = judge(message)
    if kind not in ("reply", "auto_response"):
        # Bounces are told by the provider; lists and our own mail coming back mean nothing.
        return Taken(kind, reason)
    profile = ports.profiles.get(to.tenant, [to.profile]).get(to.profile)
    if profile is None:
        return Taken("unknown", "no_contact")
    return _Reply(ports, to, profile, message, mail_id).take(kind, reason)


class _Reply:
    def __init__(
        self, ports: ReplyPorts, to: ReplyTo, profile: Profile, message: Incoming, mail_id: str
    ) -> None:
        self._ports = ports
        self._to = to
        self._profile = profile
        self._message = message
        self._mail_id = mail_id
        self._now = ports.clock.now()
        self._words = own_words(message.text)
        self._origin = find_origin(ports, to, profile)
        self._workspace = ports.workspaces.workspace(to.tenant)

    def take(self, kind: ReplyKind, reason: str) -> Taken:
        automatic = kind != "reply"
        rules = self._ports.rules.reply_rules(self._to.tenant)
        out = not automatic and rules.unsubscribe and wants_out(self._message, self._words)
        told = self._told(kind, out)
        facts = profile_facts(
            self._profile,
            zone_named(self._workspace.time_zone) or UTC,
            {"name": "email_replied", "type": "engagement", "timestamp": iso(self._now), "properties": told},
        )
        rule = None if automatic else route(rules, facts, self._now)
        if rule is not None:
            told["routed_to"] = rule.id
        if out:
            self._withdraw()
        self._emit(told, rule, out=out, automatic=automatic)
        if automatic:
            return Taken(kind, reason)
        forwarded = self._forward(rule)
        answered = rule is not None and self._answer(rule)
        return Taken(kind, rule.id if rule else "", forwarded, answered, out)

    def _told(self, kind: ReplyKind, out: bool) -> dict[str, Any]:
        origin = self._origin
        told: dict[str, Any] = {
            "workflow": origin.workflow,
            "version": origin.version,
            "node": origin.node,
            "visit": origin.visit,
            "enrollment": origin.enrollment,
        }
        told = {name: value for name, value in told.items() if value}
        told |= {"reply_kind": kind, "subject": self._message.subject[:200]}
        if kind != "reply":
            return told
        felt = sentiment(self._words)
        told |= {"text": self._words[:MAX_TEXT], "sentiment": felt.label, "sentiment_score": felt.score}
        told |= {"language": felt.language} if felt.language else {}
        told |= {"wants_out": True} if out else {}
        # Somebody else may answer for the one who got the message; whose address it is says who it was.
        if not self._is_contact():
            told["answered_by_other"] = True
        return told

    def _is_contact(self) -> bool:
        return bool(self._message.sender) and self._message.sender == self._profile.email.strip().lower()

    def _withdraw(self) -> None:
        """Take the consent to marketing away, under all ids that steps under way may still read."""
        tenant, messaging = self._to.tenant, self._ports.messaging
        for known in sorted({self._profile.id, self._to.profile}):
            messaging.set_consent(tenant, known, {_CONSENT: "denied"})
        address = sendable_address(self._profile.email) or ""
        if address and self._is_contact() and not messaging.suppressed(tenant, "email", [address]):
            source = f"reply:{self._origin.workflow}"
            messaging.suppress(tenant, "email", address, UNSUBSCRIBED, self._now, source)

    def _emit(self, told: Mapping[str, Any], rule: Rule | None, *, out: bool, automatic: bool) -> None:
        events = [self._event("email_replied", "engagement", told, machine=automatic)]
        if out:
            home = {name: told[name] for name in ("workflow", "version", "node") if name in told}
            how = {**home, "channel": "email", "purpose": "marketing", "method": "reply"}
            events.append(self._event("email_unsubscribed", "engagement", how))
        if rule is not None and rule.emit:
            events.append(self._event(rule.emit, "track", told))
        self._ports.events.emit(self._to.tenant, events)

    def _event(
        self, name: str, kind: str, properties: Mapping[str, Any], *, machine: bool = False
    ) -> dict[str, Any]:
        now = iso(self._now)
        return {
            "v": 1,
            "message_id": "reply-" + short_hash(name, self._mail_id, self._to.profile, length=32),
            "kind": kind,
            "name": name,
            "profile": self._profile.id,
            "properties": dict(properties),
            "occurred_at": now,
            "received_at": now,
            "source": "stepwell",
            **({"machine": True} if machine else {}),
        }

    def _forward(self, rule: Rule | None) -> int:
        """Hand the answer to people; return to how many."""
        wanted = rule.forward if rule is not None else (self._workspace.reply_to,)
        targets = dict.fromkeys(
            address for name in wanted for address in self._workspace.teams.get(name, (name,))
        )
        return sum(self._send(target, self._forwarded()) for target in targets if target)

    def _forwarded(self) -> tuple[str, str, str]:
        message, origin = self._message, self._origin
        who = message.sender_name or message.sender
        about = f"{origin.workflow} / {origin.node}" if origin.workflow else "a message"
        head = f"{who} <{message.sender}> answered {about}:"
        lost = f"\n\n({message.attachments} attachments were left out.)" if message.attachments else ""
        subject = message.subject or "(no subject)"
        return f"{who}: {subject}", f"{head}\n\n{message.text[:MAX_FORWARD]}{lost}\n", message.sender

    def _answer(self, rule: Rule) -> bool:
        """Answer once a rule and day, the contact's own address and nobody else's."""
        answer, tenant = rule.answer, self._to.tenant
        address = sendable_address(self._profile.email)
        if answer is None or address is None or not self._is_contact():
            return False
        messaging = self._ports.messaging
        if messaging.suppressed(tenant, "email", [address]).get(address, UNSUBSCRIBED) != UNSUBSCRIBED:
            return False
        day = self._now.date().isoformat()
        visit = short_hash("reply", tenant, self._profile.id, rule.id, day, length=16)
        record = messaging.records(tenant, [self._profile.id])[self._profile.id]
        if "denied" in (record.consent.get("email:transactional"), record.consent.get("all:transactional")):
            return False
        if any(claim.visit == visit for claim in record.claims):
            return False
        claim = Claim(visit, f"reply-{self._mail_id}"[:60], self._now, "email", "reply", counted=False)
        if self._profile.id not in messaging.claim(tenant, [(record, claim)]):
            return False
        subject = answer.subject or f"Re: {self._message.subject}"
        sent = self._send(address, (subject, answer.text, self._workspace.reply_to))
        if not sent:
            messaging.release(tenant, self._profile.id, visit, claim.claimant)
            return False
        messaging.settle(tenant, self._profile.id, visit, ClaimState.SENT.value)
        return True

    def _send(self, target: str, written: tuple[str, str, str]) -> bool:
        address, (subject, text, reply_to) = sendable_address(target), written
        workspace, control = self._workspace, self._ports.workspaces.control(self._to.tenant)
        if address is None or control.stopped or not allowed(address, workspace.allowlist):
            return False
        try:
            self._ports.mailer.send(
                Email(
                    to=address,
                    sender=sender_line(workspace.sender),
                    reply_to=sendable_address(reply_to) or "",
                    subject=" ".join(subject.split())[:200],
                    text=text,
                    headers={"Auto-Submitted": "auto-generated", LOOP_HEADER.title(): self._to.tenant},
                    # No enrollment among the tags: its bounces and clicks are no contact's.
                    tags={"tenant": self._to.tenant, "kind": "reply"},
                    configuration_set=self._ports.configuration_set,
                    purpose=Purpose.TRANSACTIONAL,
                )
            )
        except OutcomeUnknown:
            return True
        except (ProviderRejected, NotReady):
            return False
        return True
