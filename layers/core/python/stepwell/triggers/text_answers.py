"""Takes a text message that came in: keywords act at once on consent and number, with proof, and are answered.

STOP closes the number for all texts of the workspace, whoever has it: the suppression is by the number, so that a
second profile cannot dodge it, and everybody known by it loses his consent. In this order, so that whatever fails is
done again by a redelivery: proof, consent, suppression, then the event; an answer goes out at most once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from stepwell.channels.ports import Sender
from stepwell.channels.sms.keywords import Keyword, keyword_of
from stepwell.channels.sms.refusals import STOPPED
from stepwell.channels.sms.settings import OptInKeyword, SmsSettings
from stepwell.channels.sms.texts import Kind, text_of
from stepwell.consent.addresses import allowed
from stepwell.consent.proofs import DENIED, GRANTED, ConsentProofs, Proof
from stepwell.contracts.clock import Clock
from stepwell.contracts.confirmations import OPT_IN
from stepwell.contracts.consent_kinds import ProofKind, proof_of
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id, short_hash
from stepwell.contracts.messages import MessagingRecord, Purpose, Sms
from stepwell.contracts.profiles import Profile
from stepwell.errors import NotReady, OutcomeUnknown, ProviderRejected, Unavailable
from stepwell.runtime.ports import MessagingStore, ProfileStore, WorkspaceStore
from stepwell.triggers.text_incoming import Incoming, of_event

PENDING = "pending"
"""Consent that was asked for and waits for its YES; no message passes by it."""
_ASKED = timedelta(days=7)
_LIFTED = frozenset({STOPPED, "unsubscribed"})
_MARKETING, _TRANSACTIONAL = "sms:marketing", "sms:transactional"
_REMEMBERED = timedelta(days=400)
_ANSWERS = "sms-answers"


class Used(Protocol):
    """Marks that are good once; see `stepwell.sources.ports.UsedSignatures`."""

    def taken(self, tenant: str, source: str, mark: str) -> bool:
        """Tell whether a mark was taken before."""
        ...

    def take(self, tenant: str, source: str, mark: str, until: datetime) -> None:
        """Take one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPorts:
    """What taking a text reaches.

    Attributes:
        settings: Returns a workspace's settings of text messages.
        texts: Sends answers.
    """

    clock: Clock
    profiles: ProfileStore
    messaging: MessagingStore
    proofs: ConsentProofs
    workspaces: WorkspaceStore
    used: Used
    settings: Callable[[str], SmsSettings]
    texts: Sender


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a text.

    Attributes:
        events: What goes on the stream, the text itself first.
        did: ``stopped``, ``started``, ``confirmed``, ``asked``, ``helped``, or empty: it was no keyword.
        answered: Whether it was answered.
    """

    events: tuple[Event, ...]
    did: str = ""
    answered: bool = False


def take(ports: AnswerPorts, tenant: str, event: Event) -> Taken:
    """Take a text.

    Args:
        ports: Stores and the sender.
        tenant: Whose number got it.
        event: `sms_replied`, as a mapping made it.

    Raises:
        Unavailable: A store did not answer; to be repeated.
    """
    found = of_event(event)
    return Taken((event,)) if found is None else _Answer(ports, tenant, event, found).take()


class _Answer:
    def __init__(self, ports: AnswerPorts, tenant: str, event: Event, text: Incoming) -> None:
        self._ports = ports
        self._tenant = tenant
        self._event = event
        self._text = text
        self._now = ports.clock.now()
        self._settings = ports.settings(tenant)
        identity = profile_id(tenant, "phone", text.sender)
        profile: Profile | None = ports.profiles.get(tenant, [identity]).get(identity)
        # Nobody is known by the number yet: what holds for it holds for whoever will be.
        self._profile = profile.id if profile is not None else identity
        self._recent = profile.recent if profile is not None else ()
        self._language = str(profile.traits.get("language") or "") if profile is not None else ""
        self._record: MessagingRecord = ports.messaging.records(tenant, [self._profile])[self._profile]

    def take(self) -> Taken:
        keyword = keyword_of(self._text.text)
        offered = self._settings.keyword(self._text.text)
        if keyword is not None:
            self._language = self._language or keyword[1]
        meant = keyword[0] if keyword is not None else None
        if (meant is None and offered is None) or self._text.acted is Keyword.STOP:
            meant = self._text.acted
        match meant:
            case Keyword.STOP:
                return self._stop()
            case Keyword.HELP:
                return self._told("helped", answer="help", keyword="help")
            case Keyword.START:
                return self._agree("started", self._settings.wording or self._text.text, "start")
            case Keyword.YES if self._asked():
                return self._agree("confirmed", self._words("confirm"), "yes")
        if offered is not None:
            return self._sign_up(offered)
        return self._told("", keyword=meant.value if meant is not None else "")

    def _stop(self) -> Taken:
        messaging, tenant, number = self._ports.messaging, self._tenant, self._text.sender
        mark = f"stop:{self._text.id}"
        if self._ports.used.taken(tenant, _ANSWERS, mark):
            # Told once more, perhaps after a START: it closes nothing that was opened after it.
            return self._told("stopped", "sms_unsubscribed", keyword="stop")
        before = messaging.suppressed(tenant, "sms", [number]).get(number, "")
        self._keep(DENIED, self._text.text)
        changes = {_MARKETING: DENIED, _TRANSACTIONAL: DENIED}
        messaging.set_consent(tenant, self._profile, changes)
        # A number that is known to be dead stays so.
        if before in ("", "unsubscribed"):
            messaging.suppress(tenant, "sms", number, STOPPED, self._now, f"sms:{self._text.source}")
        # One confirmation and no more (64.1200(a)(12)): whoever says it twice has had it.
        answer: Kind | None = "stopped" if before != STOPPED else None
        taken = self._told("stopped", "sms_unsubscribed", answer=answer, keyword="stop")
        self._ports.used.take(tenant, _ANSWERS, mark, self._now + _REMEMBERED)
        return taken

    def _agree(self, did: str, wording: str, keyword: str, own: str = "") -> Taken:
        """Open the number again; a replayed call opens nothing that was closed after it."""
        messaging, tenant, number = self._ports.messaging, self._tenant, self._text.sender
        mark = f"opt-in:{self._text.id}"
        if self._ports.used.taken(tenant, _ANSWERS, mark):
            return self._told(did, keyword=keyword)
        how = ProofKind.DOUBLE if did == "confirmed" else ProofKind.KEYWORD
        self._keep(GRANTED, wording, how)
        if messaging.suppressed(tenant, "sms", [number]).get(number, "") in _LIFTED:
            messaging.unsuppress(tenant, "sms", number)
        changes = {_MARKETING: GRANTED, **proof_of(_MARKETING, how, number)}
        if self._record.consent.get(_TRANSACTIONAL) == DENIED:
            changes[_TRANSACTIONAL] = GRANTED
        messaging.set_consent(tenant, self._profile, changes)
        self._ports.used.take(tenant, _ANSWERS, mark, self._now + _REMEMBERED)
        return self._told(did, "sms_subscribed", answer="started", keyword=keyword, own=own)

    def _asked(self) -> bool:
        """Tell whether an opt-in waits for a YES: by a keyword, or by the last text, whose tag is `opt_in`."""
        if self._record.consent.get(_MARKETING) == PENDING:
            return True
        last = next((c for c in reversed(self._record.claims) if c.channel == "sms"), None)
        return last is not None and last.tag == OPT_IN and self._now - last.at < _ASKED

    def _sign_up(self, offered: OptInKeyword) -> Taken:
        double = self._settings.double_opt_in if offered.double is None else offered.double
        if not double:
            return self._agree("started", offered.wording, offered.word, offered.answer)
        if self._record.consent.get(_MARKETING) != GRANTED:
            self._ports.messaging.set_consent(self._tenant, self._profile, {_MARKETING: PENDING})
        return self._told("asked", answer="confirm", keyword=offered.word)

    def _keep(self, state: str, wording: str, how: ProofKind = ProofKind.KEYWORD) -> None:
        """Keep the proof first: nothing holds that cannot be proved."""
        self._ports.proofs.put(
            self._tenant,
            [
                Proof(
                    profile=self._profile,
                    key=_MARKETING,
                    state=state,
                    at=self._text.at,
                    received_at=self._now,
                    message_id=f"sms-{self._text.id}"[:100],
                    wording=wording,
                    source=self._text.source,
                    explicit=True,
                    how=how.value,
                    number=self._text.sender,
                )
            ],
        )

    def _told(
        self, did: str, name: str = "", *, answer: Kind | None = None, keyword: str = "", own: str = ""
    ) -> Taken:
        visit = next((c.visit for c in reversed(self._record.claims) if c.channel == "sms"), "")
        home: dict[str, Any] = {"visit": visit} if visit else {}
        home |= {"keyword": keyword} if keyword else {}
        events = [self._event.evolve(properties={**self._event.properties, **home})]
        if name:
            how = {
                **self._place(visit),
                "channel": "sms",
                "purpose": "marketing",
                "method": "keyword",
                **home,
            }
            message_id = "sms-" + short_hash(name, self._tenant, self._text.id, length=32)
            events.append(self._event.evolve(name=name, message_id=message_id, properties=how))
        answered = answer is not None and self._answer(own or self._words(answer))
        return Taken(tuple(events), did, answered)

    def _place(self, visit: str) -> dict[str, Any]:
        """Return whose text it was, as the provider told of its delivery: an end is counted there."""
        for name, _, told in reversed(self._recent):
            if visit and told.get("visit") == visit and name.startswith("sms_"):
                return {key: told[key] for key in ("workflow", "version", "node") if key in told}
        return {}

    def _words(self, kind: Kind) -> str:
        workspace = self._ports.workspaces.workspace(self._tenant)
        brand = self._settings.brand or workspace.name
        return text_of(kind, self._language or "en", self._settings.texts, brand, self._settings.contact)

    def _answer(self, words: str) -> bool:
        """Answer at most once, from the number that was written to."""
        tenant, number = self._tenant, self._text.sender
        workspace = self._ports.workspaces.workspace(tenant)
        control = self._ports.workspaces.control(tenant)
        mark = f"answer:{self._text.id}"
        if (
            not self._settings.answers
            or self._text.acted
            or control.stopped
            or not allowed(number, workspace.allowlist)
        ):
            return False
        if self._ports.used.taken(tenant, _ANSWERS, mark):
            return False
        self._ports.used.take(tenant, _ANSWERS, mark, self._now + timedelta(days=8))
        try:
            self._ports.texts.send(
                Sms(
                    to=number,
                    text=words,
                    sender=self._text.to,
                    # No enrollment among the tags: what becomes of it is no contact's event.
                    tags={"tenant": tenant, "kind": "reply", "visit": short_hash("answer", self._text.id)},
                    purpose=Purpose.TRANSACTIONAL,
                )
            )
        except OutcomeUnknown:
            return True
        except (ProviderRejected, NotReady, Unavailable):
            # What was asked for is done; a redelivery for the answer's sake would do it all again.
            return False
        return True
