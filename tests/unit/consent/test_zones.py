from __future__ import annotations

from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from stepwell.consent.proving import enough
from stepwell.consent.zones import _SEVERAL, _SINGLE, candidate_zones, zone


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ({"time_zone": "Asia/Tokyo", "country": "US"}, ["Asia/Tokyo"]),
        ({"country": "pr"}, ["America/Puerto_Rico"]),
        ({"country": "CL"}, ["America/Santiago", "America/Punta_Arenas"]),
        ({"country": "MY"}, ["Asia/Kuala_Lumpur"]),
        ({"country": "??"}, ["Europe/Berlin"]),
        ({}, ["Europe/Berlin"]),
    ],
)
def test_where_a_contact_lives(traits: dict[str, str], expected: list[str]) -> None:
    assert candidate_zones(traits, "Europe/Berlin") == tuple(map(ZoneInfo, expected))


def test_all_zones_are_some() -> None:
    assert all(zone(name) for name in (*_SINGLE.values(), *(n for group in _SEVERAL.values() for n in group)))
    assert not set(_SINGLE) & set(_SEVERAL)


def test_each_country_that_has_numbers_has_its_hours() -> None:
    # Ascension Island and Tristan da Cunha have no letters of ISO 3166 of their own.
    assert phonenumbers.SUPPORTED_REGIONS - {*_SINGLE, *_SEVERAL} <= {"AC", "TA"}


@pytest.mark.parametrize("country", ["US", "PR", "GU"])
def test_the_united_states_and_their_territories_want_it_in_writing(country: str) -> None:
    assert not enough("told", "sms", [country], {})
    assert enough("form", "sms", [country], {})
