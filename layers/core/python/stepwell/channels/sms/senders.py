"""From whom a text message comes: which numbers and names a country takes, and which of a workspace's it gets.

The table holds only what AWS states of origination identities; a country that is not in it takes whatever the
workspace has, and the provider decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

SenderKind = Literal["pool", "short_code", "toll_free", "ten_dlc", "long_code", "name"]
KINDS: tuple[SenderKind, ...] = get_args(SenderKind)
TABLE_VERSION = 1


@dataclass(frozen=True, slots=True)
class CountryRule:
    """What a country takes.

    Attributes:
        kinds: Kinds of senders, the best for bulk first; empty: not said.
        register: Whether names must be registered beforehand.
        source: Where that stands.
        seen: When it was read there.
    """

    kinds: tuple[SenderKind, ...] = ()
    register: bool = False
    source: str = ""
    seen: date | None = None


_SENDER_ID = "https://docs.aws.amazon.com/sms-voice/latest/userguide/sender-id.html"
_FORMS = "https://docs.aws.amazon.com/sms-voice/latest/userguide/registrations-country.html"
_US = "https://docs.aws.amazon.com/sns/latest/dg/channels-sms-awssupport-long-code.html"
_SEEN = date(2026, 11, 23)
_NUMBERS: tuple[SenderKind, ...] = ("pool", "short_code", "toll_free", "ten_dlc")

RULES: Mapping[str, CountryRule] = {
    # Long codes between persons are closed to applications since 2021-06-01; names were never taken.
    "US": CountryRule(_NUMBERS, register=True, source=_US, seen=_SEEN),
    "CA": CountryRule((*_NUMBERS, "long_code"), source=_SENDER_ID, seen=_SEEN),
    "CN": CountryRule(("pool", "short_code", "long_code"), source=_SENDER_ID, seen=_SEEN),
    **{
        country: CountryRule(register=True, source=_FORMS, seen=_SEEN)
        for country in (
            "AU", "AT", "BY", "EG", "FI", "IN", "ID", "IE", "JO", "KZ", "KE", "KW", "PH", "QA", "RU", "SA", "SG",
            "ES", "LK", "TH",
        )
    },
}  # fmt: skip
"""By country. Registration of names is what AWS has a form for; it may be optional there."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A sender that a workspace has.

    Attributes:
        value: Number in E.164, short code, name, or the provider's id of a pool.
        kind: What it is.
        countries: Where it is for; empty: everywhere that takes its kind.
        streams: Purposes that it is for; empty: all.
        two_way: Whether answers reach us.
        registered: Whether its registration is complete, where one is needed.
        provider: Id of the provider that has it; empty: any.
    """

    value: str
    kind: SenderKind
    countries: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    two_way: bool = True
    registered: bool = True
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The sender of a message.

    Attributes:
        sender: It; None: there is none that may.
        reason: Why there is none: `no_sender`, `sender_not_allowed` or `sender_unregistered`.
    """

    sender: Offered | None
    reason: str = ""


def choose(
    offered: Sequence[Offered], country: str, stream: str, wanted: str = "", provider: str = ""
) -> Choice:
    """Choose the sender of a message.

    What is for the country by name comes first, then what the country likes best, then the workspace's order.

    Args:
        offered: What the workspace has.
        country: The recipient's, ISO 3166; empty: not known.
        stream: Purpose of the message.
        wanted: A sender that the message asks for; empty: any.
        provider: Who will send it; empty: any.

    Returns:
        The choice. A workspace without senders leaves it to its provider: `None` with no reason.
    """
    if not offered and not wanted:
        return Choice(None)
    there = [one for one in offered if not provider or one.provider in ("", provider)]
    fits = [one for one in there if _serves(one, country, stream) and wanted in ("", one.value)]
    if not fits:
        return Choice(None, "no_sender")
    rule = RULES.get(country, CountryRule())
    taken = [one for one in fits if not rule.kinds or one.kind in rule.kinds]
    if not taken:
        return Choice(None, "sender_not_allowed")
    open_ = [one for one in taken if one.registered or not _registers(rule, one)]
    if not open_:
        return Choice(None, "sender_unregistered")
    order = rule.kinds or KINDS
    return Choice(min(open_, key=lambda one: (country not in one.countries, order.index(one.kind))))


def answers_reach(country: str) -> bool:
    """Tell whether a sender that the provider chooses gets answers: where names are not taken it is a number."""
    kinds = RULES.get(country, CountryRule()).kinds
    return bool(kinds) and "name" not in kinds


def kind_of_sender(value: str) -> SenderKind:
    """Guess what a sender is by how it is written; US numbers of ten digits are taken for 10DLC."""
    if value.startswith("pool-") or ":pool/" in value:
        return "pool"
    digits = value.removeprefix("+")
    if not digits.isdigit():
        return "name"
    if len(digits) <= 6:
        return "short_code"
    if digits.startswith("1") and digits[1:4] in _TOLL_FREE:
        return "toll_free"
    return "ten_dlc" if digits.startswith("1") and len(digits) == 11 else "long_code"


# Area codes of toll-free numbers in the North American Numbering Plan.
_TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})


def valid_name(value: str) -> bool:
    """Tell whether a name can be a sender: 3GPP TS 23.040, 9.1.2.5 gives it eleven characters; one is a letter."""
    return (
        0 < len(value) <= 11
        and value.isascii()
        and all(one.isalnum() or one in " -_&.+" for one in value)
        and any(one.isalpha() for one in value)
    )


def _serves(one: Offered, country: str, stream: str) -> bool:
    return (not one.countries or country in one.countries) and (not one.streams or stream in one.streams)


def _registers(rule: CountryRule, one: Offered) -> bool:
    """Tell whether a sender needs a registration: in North America numbers do, elsewhere names."""
    return rule.register and (
        one.kind in ("toll_free", "ten_dlc", "short_code") if rule.kinds else one.kind == "name"
    )
