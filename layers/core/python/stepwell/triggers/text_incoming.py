"""A text message that came in, as a mapping made an event of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stepwell.channels.sms.keywords import Keyword
from stepwell.channels.sms.numbers import normal_number
from stepwell.contracts.events import Event

# Twilio's `OptOutType`: words that an account has chosen for itself are among them, and ours do not know those.
_ACTED = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text that came in.

    Attributes:
        sender: Who wrote, E.164.
        to: Which of our numbers got it.
        text: What it says.
        id: The provider's id of it.
        at: When it came.
        source: Source id, for the event and the proof.
        acted: What the provider itself took it for, and has acted on and answered; None: it did not.
    """

    sender: str
    to: str
    text: str
    id: str
    at: datetime
    source: str
    acted: Keyword | None = None


def of_event(event: Event) -> Incoming | None:
    """Read a text from the event that a mapping made of it; None: it names no number."""
    number = normal_number(str(event.traits.get("phone") or ""))
    told = event.properties
    if not number:
        return None
    return Incoming(
        number,
        str(told.get("to") or ""),
        str(told.get("text") or ""),
        str(told.get("provider_id") or event.message_id),
        event.received_at,
        event.source,
        _ACTED.get(str(told.get("opt_out") or "").upper()),
    )
