"""Text messages as people look at them: how long a text is, what it costs where, and what the account sends from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.channels.sms.composing import named, names_way_out
from stepwell.channels.sms.prices import cost_of
from stepwell.channels.sms.segments import parts, replaced, segments
from stepwell.channels.sms.senders import RULES, TABLE_VERSION, choose
from stepwell.channels.sms.settings import SmsSettings
from stepwell.channels.sms.texts import text_of
from stepwell.contracts.messages import Purpose
from stepwell.errors import LimitExceeded

MAX_TEXT = 4_000
MAX_COUNTRIES = 50


@dataclass(frozen=True, slots=True)
class AccountSender:
    """A number, name or pool of the account.

    Attributes:
        id: The provider's id of it.
        value: What recipients see; of a pool its id.
        kind: See `channels.sms.senders.SenderKind`; `simulator` reaches nobody.
        country: ISO 3166, empty of a pool.
        state: The provider's word for its state, in lower case.
        purposes: What it may send: `transactional`, `promotional`.
        two_way: Whether answers are passed on.
        topic: Where they go.
        self_managed: Whether STOP is left to us; else the provider acts on it as well, and answers.
        pool: Pool that it is in.
        registration: Id of its registration, may be empty.
    """

    id: str
    value: str
    kind: str
    country: str = ""
    state: str = ""
    purposes: tuple[str, ...] = ()
    two_way: bool = False
    topic: str = ""
    self_managed: bool = False
    pool: str = ""
    registration: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a country's carriers want to know before numbers or names may send (10DLC, toll-free, names).

    Attributes:
        id: The provider's id.
        kind: E.g. ``us_ten_dlc_campaign_registration``.
        state: ``created``, ``submitted``, ``reviewing``, ``requires_updates``, ``complete``, …
    """

    id: str
    kind: str
    state: str


class TextAccount(Protocol):
    """The account that texts go out by."""

    def senders(self) -> Sequence[AccountSender]:
        """Return all numbers, names and pools."""
        ...

    def registrations(self) -> Sequence[Registration]:
        """Return all registrations."""
        ...


def account_of(account: TextAccount, settings: SmsSettings) -> dict[str, Any]:
    """Return what the account sends from, with the state of each registration, and which the workspace uses."""
    registrations = {one.id: one for one in account.registrations()}
    used = {one.value for one in settings.senders}
    found = [
        {
            "id": one.id,
            "value": one.value,
            "kind": one.kind,
            "country": one.country,
            "state": one.state,
            "purposes": list(one.purposes),
            "two_way": one.two_way,
            "topic": one.topic,
            "self_managed_opt_outs": one.self_managed,
            "pool": one.pool,
            "registration": _registration(registrations.get(one.registration)),
            "used": bool({one.value, one.id} & used),
        }
        for one in account.senders()
    ]
    return {"senders": found, "registrations": [_registration(one) for one in registrations.values()]}


def _registration(one: Registration | None) -> dict[str, Any] | None:
    return None if one is None else {"id": one.id, "kind": one.kind, "state": one.state}


def looked_at(
    text: str, countries: Sequence[str], purpose: str, settings: SmsSettings, name: str = ""
) -> Mapping[str, Any]:
    """Return how long a text is as it is sent, what makes it dear, and what it costs in each country.

    Marketing is measured with the sender's name and the way out that `channels.sms.composing` adds, in its English
    words: a text of 160 characters costs two segments then. Where no answer arrives a link of similar length stands.

    Args:
        text: As it was written.
        countries: ISO 3166.
        purpose: `marketing` or `transactional`.
        settings: The workspace's.
        name: The workspace's name, where the settings have no brand.

    Raises:
        LimitExceeded: The text is too long, or asked for too many countries.
    """
    if len(text) > MAX_TEXT or len(countries) > MAX_COUNTRIES:
        raise LimitExceeded(
            f"A text has at most {MAX_TEXT} characters, and is asked for {MAX_COUNTRIES} countries.",
            code="too_long",
        )
    sent = _sent(text, purpose, settings, name)
    found = segments(sent)
    if found.plain and settings.plain_text:
        sent, found = found.plain, segments(found.plain)
    return {
        "sent": sent,
        "encoding": found.encoding,
        "units": found.units,
        "segments": found.count,
        "left": found.left,
        "parts": parts(sent),
        "costly": [
            {
                "character": one.character,
                "name": one.name,
                "at": one.at,
                "times": one.times,
                "instead": one.instead,
            }
            for one in (segments(text).costly if found.costly else ())
        ],
        "plain": replaced(text) if found.plain else None,
        "plain_segments": found.plain_count if found.plain else None,
        "names_way_out": names_way_out(text),
        "too_long": found.count > settings.max_segments,
        "senders_table": TABLE_VERSION,
        "countries": [_country(one, found.count, purpose, settings) for one in countries],
    }


def _sent(text: str, purpose: str, settings: SmsSettings, name: str) -> str:
    brand = (settings.brand or name).strip()
    if not text or purpose != Purpose.MARKETING.value or not brand:
        return text
    whole = named(text, brand)
    if settings.footer == "always" and not names_way_out(text):
        whole = f"{whole}\n{text_of('way_out', 'en', settings.texts, brand)}"
    return whole


def _country(country: str, count: int, purpose: str, settings: SmsSettings) -> dict[str, Any]:
    cost, choice = cost_of(count, country, settings.prices), choose(settings.offered(), country, purpose)
    rule = RULES.get(country)
    return {
        "country": country,
        "cost": str(cost.amount) if cost.amount is not None else None,
        "currency": cost.currency or None,
        "price_source": cost.source or None,
        "price_date": cost.as_of.isoformat() if cost.as_of is not None else None,
        "sender": choice.sender.value if choice.sender is not None else None,
        "refused": choice.reason or None,
        "registration_needed": bool(rule is not None and rule.register),
        "rule_source": (rule.source if rule is not None else "") or None,
    }
