"""The phones that stand-ins deliver to: what they take lies in the outbox, and numbers have fates.

Numbers of Twilio's test list do the same at every provider: a program sees each refusal without an account.
"""

from __future__ import annotations

import queue
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from local.outbox import Message, Outbox

OPERATION = "Text"
#: What happens to texts to these numbers; the first four as Twilio's "magic numbers".
FATES: Mapping[str, str] = {
    "+15005550001": "invalid",
    "+15005550009": "landline",
    "+15005550002": "unroutable",
    "+15005550004": "opted_out",
    "+15005550429": "busy",
    "+15005550401": "account",
    "+15005550500": "broken",
    "+15005550599": "lost",
    "+15005550400": "undelivered",
}


class LostAnswerError(Exception):
    """The text was taken; the connection shall break before the answer."""


@dataclass(frozen=True)
class Text:
    """A text message as a provider took it.

    Attributes:
        id: The provider's message id.
        provider: ``eum``, ``sns``, ``twilio`` or ``bird``.
        to: Recipient.
        sender: From whom; may be empty.
        body: What it says.
        tags: What the sender put on it.
        request: What the provider needs to tell what became of it: callback address, key.
    """

    id: str
    provider: str
    to: str
    sender: str
    body: str
    tags: Mapping[str, str]
    request: Mapping[str, Any]


class Phones:
    """All phones.

    Args:
        outbox: Where texts lie.
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
        self._now = now
        self._later = later

    def fate(self, number: str) -> str:
        """What happens to texts to a number; empty: they arrive."""
        return FATES.get(number, "")

    def take(self, text: Text, delivered: Callable[[Text, str], None] | None = None) -> None:
        """Keep a text.

        Args:
            text: It.
            delivered: Tells the sender what became of it, ``delivered`` or ``failed``.

        Raises:
            LostAnswerError: The number's fate is that no answer comes.
        """
        fate = self.fate(text.to)
        outcome = "failed" if fate == "undelivered" else "delivered"
        line = " ".join(text.body.split())[:120]
        self._outbox.add(
            Message(
                id=text.id,
                at=self._now(),
                sender=text.sender or text.provider,
                recipients=(text.to,),
                subject=line,
                configuration_set=str(text.request.get("configuration_set") or ""),
                tags=dict(text.tags),
                operation=OPERATION,
                outcome=outcome,
                size=0,
                raw=_mime(text).as_bytes(),
                request={"provider": text.provider, "body": text.body, **text.request},
            )
        )
        if delivered is not None and self._later is not None:
            self._later(lambda: delivered(text, outcome))
        if fate == "lost":
            raise LostAnswerError

    def text(self, id_: str) -> Text | None:
        """Find a text by its id."""
        found = self._outbox.get(id_)
        if found is None or found.operation != OPERATION:
            return None
        request = dict(found.request)
        provider, body = str(request.pop("provider")), str(request.pop("body"))
        sender = "" if found.sender == provider else found.sender
        return Text(found.id, provider, found.recipients[0], sender, body, found.tags, request)

    def all(self) -> list[Message]:
        """Every text, the newest first."""
        return [one for one in self._outbox.find(limit=1_000) if one.operation == OPERATION]


class Afterwards:
    """One thread that does what shall be done after an answer went out, in order.

    Args:
        during: Counts what is not done yet as work: a context a piece; default: nobody waits for it.
    """

    def __init__(self, during: Callable[[str], Any] | None = None) -> None:
        self._during = during
        self._queue: queue.SimpleQueue[tuple[Any, Callable[[], None]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def __call__(self, do: Callable[[], None]) -> None:
        """Do something soon."""
        work = self._during("text_event") if self._during is not None else None
        if work is not None:
            work.__enter__()
        self._queue.put((work, do))
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            work, do = self._queue.get()
            try:
                do()
            finally:
                if work is not None:
                    work.__exit__(None, None, None)


def new_id(prefix: str = "") -> str:
    """Make a message id."""
    return prefix + uuid.uuid4().hex


def _mime(text: Text) -> EmailMessage:
    made = EmailMessage()
    made["X-Provider"] = text.provider
    made["X-To"] = text.to
    made["X-From"] = text.sender
    made.set_content(text.body)
    return made
