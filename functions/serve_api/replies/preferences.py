"""The preference centre, double opt-in, requests of contacts about their data."""

from __future__ import annotations

from typing import Annotated, Literal

from stepwell.consent.centre import Centre

from replies.forms import DocumentOf, Json, Reply, Time


class PreferenceCentre(Reply):
    """What the preference centre offers and how its pages look.

    Attributes:
        rev: Send it back with the next change; 0: it was never changed.
    """

    centre: Annotated[Json, DocumentOf(Centre)]
    rev: int


class CentrePreview(Reply):
    """A page of the preference centre.

    Attributes:
        html: The document as contacts get it; its forms lead nowhere.
    """

    html: str


class OptInAsked(Reply):
    """Somebody was asked to confirm.

    Attributes:
        contact: The contact's id.
        asked: Whether the proof is kept and the event under way.
    """

    contact: str
    channel: str
    asked: bool


class DataRequest(Reply):
    """A contact's open request.

    Attributes:
        what: `access`: its data; `erasure`: to be erased.
        due: Until when it must be answered: a month, by Article 12(3) of the GDPR.
        via: By which way it came, e.g. `link:email`.
    """

    id: str
    profile: str
    what: Literal["access", "erasure"]
    at: Time
    due: Time
    via: str
