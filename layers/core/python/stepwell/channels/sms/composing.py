"""Composes a text message: its sender, its footer, its length; and what TCPA, CTIA and the GDPR ask of it.

Consent and quiet hours are decided by the gate before (`consent.decide`); what depends on the text, the recipient's
country and the sender is decided here. A refusal is a `NotReady` whose code becomes the reason of `failed`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stepwell.channels.email import Origin
from stepwell.channels.sms.keywords import plain
from stepwell.channels.sms.numbers import country_of
from stepwell.channels.sms.prices import Cost, cost_of
from stepwell.channels.sms.segments import Segments, replaced, segments
from stepwell.channels.sms.senders import answers_reach, choose
from stepwell.channels.sms.settings import SmsSettings
from stepwell.channels.sms.short_links import URL, Shortener
from stepwell.channels.sms.texts import text_of
from stepwell.contracts.messages import Purpose, Sms
from stepwell.errors import NotReady

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0085]")
_WORD = re.compile(r"\w+", re.UNICODE)
_OPT_OUT = re.compile(r"\bopt(?:ing)?[ -]?out\b", re.IGNORECASE)
# Of the words that stop (`keywords`) those that are hardly ever written in capitals for another reason: END is.
_STOP = (
    "STOP|STOPALL|STOPP|STOPPEN|UNSUBSCRIBE|ABMELDEN|ABBESTELLEN|AUSTRAGEN|ARR[EÊ]T|ARR[EÊ]TER|D[ÉE]SABONNER|"
    "D[ÉE]SINSCRIRE|DISISCRIVI|DESCADASTRAR|AFMELDEN|UITSCHRIJVEN"
)
_CAPITALS = re.compile(rf"(?<![Nn][Oo][Nn][ -])\b(?:{_STOP})\b")
_ASKED = re.compile(
    r"\b(?:REPLY|TEXT|TXT|SEND|MIT|R[ÉE]PONDEZ|ENVOYEZ|RESPONDA|RESPONDE|ENV[IÍ]A|RISPONDI|ENVIE|ANTWOORD)"
    rf"\s+[\"'“]?(?:{_STOP})\b|\b(?:{_STOP})[\"'”]?\s*(?:TO|2|=|POUR|PARA|PER|OM|ZUM)\b"
)


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
    body = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip()
    if not body:
        raise NotReady("The text is empty.", code="empty_text")
    country = country_of(to)
    if settings.countries and country not in settings.countries:
        raise NotReady(f"The workspace sends no texts to {country or 'this number'}.", code="country_closed")
    written = body
    if shortener is not None:
        body = shortener.text(body, quiet=opt_out_url)
    route = settings.route(purpose)
    choice = choose(settings.offered(), country, purpose.value, sender, provider=route[0].id if route else "")
    if choice.reason:
        raise NotReady("No sender of the workspace may send there.", code=choice.reason)
    if purpose is Purpose.MARKETING:
        if choice.sender is not None:
            two_way = choice.sender.two_way
        else:
            # Nobody knows whether the provider takes a name; a short link is right either way.
            two_way = answers_reach(country) or shortener is None or not opt_out_url
        brand = (settings.brand or name).strip()
        if not brand:
            raise NotReady("Marketing names its sender: set the brand.", code="no_brand")
        # By what the author wrote: a short link's path has the workspace's id in it.
        body = named(body, brand, written=written)
        if settings.footer == "always" and not names_way_out(written, opt_out_url, two_way=two_way):
            if opt_out_url and shortener is not None and not two_way:
                opt_out_url = shortener.quiet(opt_out_url)
            body = f"{body}\n{_way_out(brand, settings, language, opt_out_url, two_way=two_way)}"
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


def named(text: str, brand: str, *, written: str = "") -> str:
    """Return a text that names its sender: in front, where what was written (the text itself) does not."""
    return text if _names(written or text, brand) else f"{brand}: {text}"


def _names(text: str, brand: str) -> bool:
    """Tell whether a text names its sender, word by word: "Al" does not stand in "sale", nor in an address."""
    wanted, said = ([plain(one) for one in _WORD.findall(part)] for part in (brand, URL.sub(" ", text)))
    if not wanted:
        return brand in text
    return any(said[at : at + len(wanted)] == wanted for at in range(len(said)))


def _way_out(brand: str, settings: SmsSettings, language: str, link: str, *, two_way: bool) -> str:
    if two_way:
        return text_of("way_out", language, settings.texts, brand)
    if not link:
        raise NotReady("The sender gets no answers and there is no opt-out link.", code="no_way_out")
    return text_of("way_out_link", language, settings.texts, brand, link=link)


def names_way_out(text: str, link: str = "", *, two_way: bool = True) -> bool:
    """Tell whether a text says how to stop: a keyword in capitals ("STOP"), "opt out", or the opt-out link.

    A line that is all capitals has to ask for the word ("REPLY STOP"): a "NON STOP SALE" is no way out.

    Args:
        text: As it was written.
        link: The contact's opt-out address.
        two_way: Whether an answer reaches us; where none does only an address is a way out.
    """
    if link and link in text:
        return True
    if not two_way:
        return _OPT_OUT.search(text) is not None and URL.search(text) is not None
    said = URL.sub(" ", text)
    if _OPT_OUT.search(said):
        return True
    return any(
        _ASKED.search(line) or (not line.isupper() and _CAPITALS.search(line)) for line in said.split("\n")
    )
