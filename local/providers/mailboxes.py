"""The mailboxes that stand-ins of mail providers deliver to: what they take lies in the outbox beside SES's mail.

Outcomes follow from the address as at SES's stand-in (`local.ses_events.outcome_of`); the domains ``busy.test``,
``account.test``, ``refused.test``, ``broken.test`` and ``lost.test`` show a program each refusal without an account.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import partial
from html import unescape
from typing import Any

from local import ses_events, ses_mime
from local.outbox import Message, Outbox
from local.providers.phones import LostAnswerError

_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*["'](https?://[^"']+)["']""", re.IGNORECASE)
FATES = ("busy", "account", "refused", "broken", "lost")


@dataclass(frozen=True)
class Mail:
    """A message as a provider took it.

    Attributes:
        id: The provider's message id.
        provider: ``sendgrid`` or ``mailgun``.
        to: Recipient.
        sender: ``Name <address>``.
        subject: Subject.
        text: Plain part.
        html: HTML part, may be empty.
        reply_to: May be empty.
        headers: Extra headers.
        tags: What comes back with its events.
        request: What the provider needs to tell what became of it.
    """

    id: str
    provider: str
    to: str
    sender: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)


Tell = Callable[[Message, str], object]


class Mailboxes:
    """All mailboxes.

    Args:
        outbox: Where mail lies.
        now: Tells the (virtual) time.
        later: Does something after the answer went out; default: nothing is done by itself.
    """

    def __init__(
        self,
        outbox: Outbox,
        now: Callable[[], float],
        later: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self._outbox = outbox
        self.now = now
        self._later = later

    @staticmethod
    def fate(address: str) -> str:
        """What happens to mail to an address before it is taken; empty: it is taken."""
        domain = parseaddr(address)[1].rpartition("@")[2].lower()
        return next(
            (fate for fate in FATES if domain == f"{fate}.test" or domain.endswith(f".{fate}.test")), ""
        )

    def take(self, mail: Mail, tell: Tell | None = None) -> None:
        """Keep a message; afterwards ``tell`` is called with ``sent`` and with what became of it.

        Raises:
            LostAnswerError: The address's fate is that no answer comes.
        """
        raw = ses_mime.build(
            sender=mail.sender,
            destination={"ToAddresses": [mail.to]},
            reply_to=[mail.reply_to] if mail.reply_to else [],
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            headers=[{"Name": name, "Value": value} for name, value in mail.headers.items()],
            attachments=[],
            message_id=mail.id,
            region="us-east-1",
            at=self.now(),
        )
        outcome = ses_events.outcome_of(mail.to).status
        message = Message(
            id=mail.id,
            at=self.now(),
            sender=mail.sender,
            recipients=(mail.to,),
            subject=mail.subject,
            configuration_set="",
            tags=dict(mail.tags),
            operation=mail.provider.capitalize(),
            outcome=outcome,
            size=len(raw),
            raw=raw,
            request={"provider": mail.provider, "links": _links(mail.html), **mail.request},
        )
        self._outbox.add(message)
        if tell is not None and self._later is not None:
            for what in ("sent", outcome) if outcome != "complained" else ("sent", "delivered", outcome):
                self._later(partial(_told, tell, message, what))
        if self.fate(mail.to) == "lost":
            raise LostAnswerError

    def find(self, id_: str) -> Message | None:
        """Find a message of one of these providers."""
        found = self._outbox.get(id_)
        return (
            found if found is not None and found.request.get("provider") in ("sendgrid", "mailgun") else None
        )

    def set_outcome(self, id_: str, outcome: str) -> None:
        """Note what became of a message later."""
        self._outbox.set_outcome(id_, outcome)


def _links(html: str) -> list[dict[str, Any]]:
    """Return the links of a message, as the inbox's page offers them to click."""
    found = dict.fromkeys(unescape(url) for url in _LINK.findall(html))
    return [{"url": url, "tags": {}, "tracked": True} for url in found]


def _told(tell: Tell, message: Message, what: str) -> None:
    tell(message, what)
