"""What proof of a consent is enough, a country: rows with source and date; workspaces may ask for more.

Who sends must be able to show that somebody agreed (Article 7(1) of the GDPR, section 13 of Canada's CASL), so
nothing that asks for consent goes by a state alone. The United States want it in writing for marketing by text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from stepwell.contracts.consent_kinds import WRITTEN, ProofKind

Asked: TypeAlias = Literal["any", "written", "double"]
EVERYWHERE = "*"
_ENOUGH: Mapping[str, frozenset[ProofKind]] = {
    "any": frozenset(ProofKind),
    "written": WRITTEN,
    "double": frozenset({ProofKind.DOUBLE}),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What a country asks of marketing by text.

    Attributes:
        country: ISO 3166, or ``*`` for everywhere else.
        asked: What is enough.
        source: The rule.
        since: When it came into force.
    """

    country: str
    asked: Asked
    source: str
    since: date


ROWS: tuple[Row, ...] = (
    Row(EVERYWHERE, "any", "Regulation (EU) 2016/679, Article 7(1)", date(2018, 5, 25)),
    # With its territories (47 U.S.C. 153(58)), whose numbers have countries of their own.
    *(
        Row(place, "written", "47 CFR 64.1200(a)(2), (f)(9)", date(2013, 10, 16))
        for place in ("US", "AS", "GU", "MP", "PR", "VI")
    ),
)
_BY_COUNTRY = {row.country: row.asked for row in ROWS}


def enough(kind: str, channel: str, countries: Collection[str], more: Mapping[str, str]) -> bool:
    """Tell whether a proof is enough.

    Args:
        kind: How the consent was given (`ProofKind`); empty: nobody noted it.
        channel: Countries ask more of ``sms`` alone.
        countries: All that the contact may live in, as far as is known; what the strictest asks holds.
        more: What the workspace asks of texts by country, ``*`` for all.
    """
    wanted: set[str] = {_BY_COUNTRY[EVERYWHERE]}
    if channel == "sms":
        places = {*countries, EVERYWHERE}
        wanted |= {asked[place] for asked in (_BY_COUNTRY, more) for place in places if place in asked}
    return all(kind in _ENOUGH[one] for one in wanted)
