"""Sends a message to oneself: to a known address only, marked, a few an hour, and counted nowhere.

It is not the contact's message: no claim, no cap, no consent is asked or changed, its links lead nowhere, and no
configuration set tells of it, so that no opens and clicks of a test come home as a contact's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from stepwell.channels.email import sender_line
from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.messages import Email, Purpose, Push, Sms
from stepwell.contracts.workspace import Document, Workspace
from stepwell.errors import AddressGone, Conflict, Forbidden, InvalidInput, NotFound, Throttled
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.rendering import Draft
from stepwell.publishing.team import Person
from stepwell.publishing.testing_texts import MARK, tags_of

PER_HOUR = 30
KIND = "TESTS"
_HOUR = timedelta(hours=1)
_TRIES = 4


class Documents(Protocol):
    """The workspace's documents."""

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        """Return one.

        Raises:
            NotFound: There is none.
        """
        ...

    def save_document(
        self, tenant: str, kind: str, id_: str, rev: int, body: Mapping[str, Any], by: str = ""
    ) -> Document:
        """Save one over the revision that was read.

        Raises:
            Conflict: Somebody else changed it first.
        """
        ...


class Mailer(Protocol):
    """Sends one message of a channel."""

    def send(self, message: Any) -> str:
        """Send; return the provider's id."""
        ...


@dataclass(frozen=True, slots=True)
class Tester:
    """Sends test messages.

    Args:
        mailer: Sends, by the channel of what it is given.
        documents: Where it is kept who sent how many.
        publishing: Clock and audit log.
    """

    mailer: Mailer
    documents: Documents
    publishing: PublishingPorts

    def send(
        self, workspace: Workspace, actor: str, person: Person | None, to: str, draft: Draft, subject: str
    ) -> dict[str, Any]:
        """Send a rendered message.

        Args:
            workspace: Test addresses, default sender, reply address.
            actor: Who sends it.
            person: The same as the user pool knows them.
            to: Where to; empty: to themselves.
            draft: The message.
            subject: What it is a test of, for the audit log: ``template/welcome``.

        Raises:
            Forbidden: The address is neither the caller's nor a test address.
            InvalidInput: The caller has no verified address and names none.
            Throttled: Too many in this hour.
            NotReady: There is no sender.
        """
        address = allowed_address(workspace, person, to)
        email = Email(
            to=address,
            sender=sender_line(draft.sender),
            subject=f"{MARK}{draft.rendered.subject}"[:255],
            text=draft.rendered.text,
            html=draft.rendered.html,
            reply_to=workspace.reply_to,
            tags=tags_of(workspace),
            purpose=Purpose.TRANSACTIONAL,
        )
        own = bool(person and address == person.email.lower())
        return self._hand_over(workspace.tenant, actor, subject, address, [email], email.subject, own=own)

    def send_text(self, workspace: Workspace, actor: str, sms: Sms, subject: str) -> dict[str, Any]:
        """Send a test text; see `testing_texts.text`.

        Raises:
            Throttled: Too many in this hour.
        """
        return self._hand_over(workspace.tenant, actor, subject, sms.to, [sms], sms.text)

    def notify(
        self, workspace: Workspace, actor: str, address: str, pushes: Sequence[Push], subject: str
    ) -> dict[str, Any]:
        """Show a test notification in each browser of a contact; see `testing_texts.notifications`.

        Raises:
            AddressGone: Every browser has withdrawn its permission.
            Throttled: Too many in this hour.
        """
        return self._hand_over(workspace.tenant, actor, subject, address, pushes, pushes[0].title)

    def _hand_over(
        self,
        tenant: str,
        actor: str,
        subject: str,
        to: str,
        messages: Sequence[Email | Sms | Push],
        said: str,
        *,
        own: bool = False,
    ) -> dict[str, Any]:
        left = self._take(tenant, actor)
        sent, gone = [], None
        for message in messages:
            try:
                sent.append(self.mailer.send(message))
            except AddressGone as error:
                # One browser of several that went away must not keep the test from the others.
                gone = error
        if not sent and gone is not None:
            raise gone
        self.publishing.note(tenant, actor, "message.tested", subject, own=own)
        return {"to": to, "message_id": sent[0], "subject": said, "left": left}

    def _take(self, tenant: str, actor: str) -> int:
        """Note a test before it goes out; return how many are left in this hour."""
        now, id_ = self.publishing.now(), short_hash(actor, length=16)
        for _ in range(_TRIES):
            try:
                found = self.documents.document(tenant, KIND, id_)
                rev, before = found.rev, [from_iso(at) for at in found.body.get("sent", ())]
            except NotFound:
                rev, before = 0, []
            recent = [at for at in before if at > now - _HOUR]
            if len(recent) >= PER_HOUR:
                raise Throttled(
                    f"{PER_HOUR} tests an hour are enough: wait a little.", retry_after_s=_rest(recent, now)
                )
            try:
                body = {"sent": [iso(at) for at in (*recent, now)]}
                self.documents.save_document(tenant, KIND, id_, rev, body, actor)
            except Conflict:
                continue
            return PER_HOUR - len(recent) - 1
        raise Throttled("You send several tests at this moment: try again.", retry_after_s=1)


def _rest(recent: list[datetime], now: datetime) -> float:
    return max(1.0, (min(recent) + _HOUR - now).total_seconds())


def allowed_address(workspace: Workspace, person: Person | None, to: str) -> str:
    """Return where a test goes: to the caller's verified address, or to a test address of the workspace.

    Raises:
        Forbidden: The address is neither.
        InvalidInput: The caller has no verified address and names none.
    """
    own = person.email.lower() if person is not None and person.verified else ""
    wanted = to.strip().lower() or own
    if not wanted:
        raise InvalidInput(
            "Your address is not verified: name a test address in `to`.", code="no_own_address"
        )
    if wanted != own and wanted not in {one.lower() for one in workspace.test_addresses if "@" in one}:
        raise Forbidden(
            "Tests go to your own verified address or to a test address of the workspace; admins add these.",
            code="no_test_address",
        )
    return wanted
