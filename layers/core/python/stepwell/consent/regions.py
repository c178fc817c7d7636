"""When text messages may arrive by law, a region: rows with source and date, the strictest where we do not know.

Outside the United States, and there where a state has no row of its own, 8 to 21 o'clock of the recipient's local
time holds (47 CFR 64.1200(c)(1); elsewhere a rule of courtesy). A row is only ever replaced by one with a later date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from stepwell.consent.calendar import OpenHours, Window

VERSION = "2026-05-01"
"""Changes with every row."""


@dataclass(frozen=True, slots=True)
class Region:
    """When a region's people may be texted.

    Attributes:
        code: ISO 3166-2, or ``*`` for everywhere else.
        hours: Open hours.
        source: The rule.
        since: When it came into force.
        zones: Zones that lie in it, as the zone of a contact may tell that it is not meant.
    """

    code: str
    hours: OpenHours
    source: str
    since: date
    zones: tuple[str, ...] = ()


def _every_day(first: int, last: int) -> OpenHours:
    return OpenHours(((time(first), time(last)),) * 7)


def _week(days: tuple[int, int], saturday: tuple[int, int], sunday: tuple[int, int]) -> OpenHours:
    return OpenHours(tuple((time(first), time(last)) for first, last in (*(days,) * 5, saturday, sunday)))


_EASTERN, _CENTRAL, _MOUNTAIN = "America/New_York", "America/Chicago", "America/Denver"
ELSEWHERE = Region("*", _every_day(8, 21), "47 CFR 64.1200(c)(1)", date(1992, 12, 20))
STRICTER: tuple[Region, ...] = (
    Region(
        "US-CT",
        _every_day(9, 20),
        "Conn. Gen. Stat. § 42-288a (Public Act 23-98)",
        date(2023, 10, 1),
        (_EASTERN,),
    ),
    Region("US-FL", _every_day(8, 20), "Fla. Stat. § 501.616(6)(a)", date(2021, 7, 1), (_EASTERN, _CENTRAL)),
    Region(
        "US-MD",
        _every_day(8, 20),
        "Md. Code, Com. Law § 14-4502 (Stop the Spam Calls Act)",
        date(2024, 1, 1),
        (_EASTERN,),
    ),
    Region("US-OK", _every_day(8, 20), "Okla. Stat. tit. 15, § 775C.4", date(2022, 11, 1), (_CENTRAL,)),
    # Its weekend is shorter still than the 9 to 18 that most tables give.
    Region(
        "US-RI",
        _week((9, 18), (10, 17), (10, 17)),
        "R.I. Gen. Laws § 5-61-3.6",
        date(2005, 7, 1),
        (_EASTERN,),
    ),
    Region(
        "US-TX",
        _week((9, 21), (9, 21), (12, 21)),
        "Tex. Bus. & Com. Code § 301.051, for texts by SB 140",
        date(2025, 9, 1),
        (_CENTRAL, _MOUNTAIN),
    ),
)
_BY_CODE = {region.code: region for region in STRICTER}
_NAMES = {
    "connecticut": "CT",
    "florida": "FL",
    "maryland": "MD",
    "oklahoma": "OK",
    "rhode island": "RI",
    "texas": "TX",
}
_FIELDS = ("state", "region", "province")


def table() -> list[dict[str, Any]]:
    """Return the rows as people see them: hours from Monday to Sunday, `HH:MM`."""
    return [
        {
            "code": region.code,
            "hours": [[f"{edge:%H:%M}" for edge in day] for day in region.hours.week],
            "source": region.source,
            "since": region.since.isoformat(),
        }
        for region in (ELSEWHERE, *STRICTER)
    ]


def windows_of(
    traits: Mapping[str, Any], country: str, zones: Sequence[ZoneInfo]
) -> list[tuple[Window, ZoneInfo]]:
    """Return the windows that hold for a contact, the likeliest zone first.

    A state that is not known of a contact in the United States may be any of those with a row that lie in the
    contact's zone: all of their hours hold, in that zone.

    Args:
        traits: The contact's fields: `state` (or `region`, `province`) as letters, ISO 3166-2 or name.
        country: ISO 3166 letters; empty: not known.
        zones: Zones that the contact may live in.
    """
    found: list[tuple[Window, ZoneInfo]] = [(ELSEWHERE.hours, zone) for zone in zones]
    if country != "US":
        return found
    state = _state(traits)
    if state:
        region = _BY_CODE.get(f"US-{state}")
        return [(region.hours, zone) for zone in zones] if region is not None else found
    for zone in zones:
        found += [(region.hours, zone) for region in STRICTER if zone.key in region.zones]
    return found


def _state(traits: Mapping[str, Any]) -> str:
    for name in _FIELDS:
        value = traits.get(name)
        if isinstance(value, str) and value.strip():
            plain = value.strip().lower().removeprefix("us-")
            # A name that we do not know is a state without a row of its own; so are other letters.
            return _NAMES.get(plain, plain.upper())
    return ""
