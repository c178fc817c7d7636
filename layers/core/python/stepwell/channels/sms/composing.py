"""Composes a text message: its sender, its footer, its length; and what TCPA, CTIA and the GDPR ask of it.

Consent and quiet hours are decided by the gate before (`consent.decide`); what depends on the text, the recipient's
country and the sender is decided here. A refusal is a `NotReady` whose code becomes the reason of `failed`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stepwell.channels.email import Origin
from stepwell.channels.sms.keywords import Keyword, plain, words
from stepwell.channels.sms.numbers import country_of
from stepwell.channels.sms.prices import Cost, cost_of
from stepwell.channels.sms.segments import Segments, replaced, segments
from stepwell.channels.sms.senders import choose
from stepwell.channels.sms.settings import SmsSettings
from stepwell.channels.sms.short_links import Shortener
from stepwell.channels.sms.texts import text_of
from stepwell.contracts.messages import Purpose, Sms
from stepwell.errors import NotReady

_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\u0085]")
_WORD = re.compile(r"\w+", re.UNICODE)
_STOPS = frozenset(plain(one) for one in words(Keyword.STOP)) | {"optout"}


@dataclass(frozen=True, slots=True)
class Composed:
    """A message and what is known of it.

    Attributes:
        sms: What the provider gets.
        country: The recipient's; empty: not known.
        segments: How long it is.
        cost: What it costs.
    """

    sms: Sms
    country: str
    segments: Segments
    cost: Cost


def compose(
    *,
    to: str,
    text: str,
    origin: Origin,
    purpose: Purpose,
    settings: SmsSettings,
    name: str = "",
    sender: str = "",
    language: str = "en",
    opt_out_url: str = "",
    max_price: float | None = None,
    shortener: Shortener | None = None,
) -> Composed:
    """Compose a message.

    Args:
        to: Recipient, E.164.
        text: Rendered text.
        origin: Where it comes from.
        purpose: Marketing names its sender and says how to stop.
        settings: The workspace's.
        name: The workspace's name, where the settings have no brand.
        sender: A sender that the node asks for.
        language: Of the footer.
        opt_out_url: Signed link, for senders that no answer reaches.
        max_price: What it may cost, US dollars; None: what the settings say.
        shortener: Shortens addresses; None: they stay.

    Raises:
        NotReady: `empty_text`, `country_closed`, `no_sender`, `sender_not_allowed`, `sender_unregistered`,
            `no_brand`, `no_way_out`, `too_long` or `too_dear`.
    """
    body = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not body:
        raise NotReady("The text is empty.", code="empty_text")
    country = country_of(to)
    if settings.countries and country not in settings.countries:
        raise NotReady(f"The workspace sends no texts to {country or 'this number'}.", code="country_closed")
    if shortener is not None:
        body = shortener.text(body)
    route = settings.route(purpose)
    choice = choose(settings.offered(), country, purpose.value, sender, provider=route[0].id if route else "")
    if choice.reason:
        raise NotReady("No sender of the workspace may send there.", code=choice.reason)
    if purpose is Purpose.MARKETING:
        two_way = choice.sender is None or choice.sender.two_way
        if opt_out_url and shortener is not None and not two_way:
            opt_out_url = shortener.quiet(opt_out_url)
        body = _marked(body, settings, name, language, opt_out_url, two_way=two_way)
    if settings.plain_text and segments(body).plain:
        body = replaced(body)
    measured = segments(body)
    if measured.count > settings.max_segments:
        raise NotReady(
            f"The text has {measured.count} segments; the workspace sends at most {settings.max_segments}.",
            code="too_long",
        )
    limit = settings.max_price if max_price is None else max_price
    cost = cost_of(measured.count, country, settings.prices)
    if limit is not None and cost.amount is not None and cost.currency == "USD" and cost.amount > limit:
        raise NotReady("The message costs more than it may.", code="too_dear")
    value = choice.sender.value if choice.sender is not None else ""
    sms = Sms(to=to, text=body, sender=value, tags=origin.tags(), purpose=purpose, max_price=limit)
    return Composed(sms, country, measured, cost)


def _marked(body: str, settings: SmsSettings, name: str, language: str, link: str, *, two_way: bool) -> str:
    """Return marketing with its sender and its way out, where the text does not have them itself."""
    brand = (settings.brand or name).strip()
    if not brand:
        raise NotReady("Marketing names its sender: set the brand.", code="no_brand")
    if plain(brand) not in plain(body):
        body = f"{brand}: {body}"
    if settings.footer == "never" or names_way_out(body, link):
        return body
    if two_way:
        return f"{body}\n{text_of('way_out', language, settings.texts, brand)}"
    if not link:
        raise NotReady("The sender gets no answers and there is no opt-out link.", code="no_way_out")
    return f"{body}\n{text_of('way_out_link', language, settings.texts, brand, link=link)}"


def names_way_out(text: str, link: str = "") -> bool:
    """Tell whether a text says how to stop: a keyword in capitals ("STOP"), "opt out", or the opt-out link."""
    if link and link in text:
        return True
    if "optout" in plain(text) or "opt-out" in text.lower():
        return True
    return any(one.isupper() and plain(one) in _STOPS for one in _WORD.findall(text))
