"""A workspace's prior: estimated from a sample, kept as a small document, read by whoever chooses a time."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from stepwell.contracts.profiles import Profile
from stepwell.timing.hours import State, noted
from stepwell.timing.prior import MAX_SEGMENTS, Prior, estimate

NOW = datetime(2026, 3, 2, 9, 20, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
HOUR = 3_600_000


def active(*hours: int) -> State:
    state: State = ()
    for day, hour in enumerate(hours):
        midnight = NOW_MS // (24 * HOUR) * 24 * HOUR - (len(hours) - day) * 24 * HOUR
        state = noted(state, midnight + hour * HOUR, 0)
    return state


def contact(number: int, *hours: int, **changes: object) -> Profile:
    return Profile(f"{number:016d}", hours=active(*hours), **changes)  # type: ignore[arg-type]


def people() -> list[Profile]:
    draw = random.Random(3)
    found = []
    for number in range(200):
        owl = number % 2 == 1
        own = 21 if owl else 8
        hours = [(own + draw.choice((0, 0, 0, 1, -1, draw.randrange(24)))) % 24 for _ in range(8)]
        found.append(contact(number, *hours, segments={"owls": 1} if owl else {"all": 1}))
    return found


def test_everybodys_hours_and_those_of_segments() -> None:
    prior = estimate(people(), NOW)
    assert prior.contacts == 200
    top = sorted(range(24), key=lambda hour: -prior.hours[hour])[:2]
    assert set(top) == {8, 21}
    assert max(range(24), key=lambda hour: prior.group({"owls": 1})[hour]) == 21
    assert prior.group(["unheard_of"]) == prior.hours
    both = prior.group(["owls", "all"])
    assert both[8] == pytest.approx((prior.group(["owls"])[8] + prior.group(["all"])[8]) / 2)


def test_who_did_nothing_yet_is_like_its_segment_and_who_did_much_like_itself() -> None:
    prior = estimate(people(), NOW)
    nobody = contact(900, segments={"owls": 1})
    assert prior.of(nobody, NOW) == pytest.approx(list(prior.group(["owls"])))
    baker = contact(901, *[4] * 60, segments={"owls": 1})
    # The others are much alike, so it takes more than sixty days to be believed whole.
    assert prior.of(baker, NOW)[4] > 4 * prior.of(nobody, NOW)[4]
    assert prior.strength > 50


def test_the_document_is_small_and_read_back() -> None:
    segments = {f"segment_{number}": 1 for number in range(60)}
    prior = estimate([one.evolve(segments=segments) for one in people()], NOW)
    assert len(prior.segments) == MAX_SEGMENTS
    document = json.loads(json.dumps(prior.document()))
    assert len(json.dumps(document)) < 8_000
    back = Prior.parse(document)
    assert back.hours == pytest.approx(list(prior.hours), abs=1e-3)
    assert back.strength == pytest.approx(prior.strength, abs=0.01)
    assert back.at == NOW
    assert sum(back.weekdays) == pytest.approx(1)
    assert sum(back.quarters[:4]) == pytest.approx(1)


def test_quarters_and_weekdays_come_from_the_latest_events() -> None:
    at = datetime(2026, 2, 28, 12, 50, tzinfo=UTC)  # a Saturday, 13:50 in Berlin
    recent = (("page_view", at.timestamp(), {}), ("email_delivered", at.timestamp() - 9_000, {}))
    found = [
        contact(number, 13, recent=recent, traits={"time_zone": "Europe/Berlin"}) for number in range(100)
    ]
    prior = estimate(found, NOW)
    assert prior.quarters[13 * 4 + 3] > 0.9
    assert max(range(7), key=lambda day: prior.weekdays[day]) == 5


def test_a_workspace_without_history_finds_all_times_alike() -> None:
    for prior in (Prior.parse(None), estimate([], NOW), Prior.parse(estimate([], NOW).document())):
        assert prior.of(Profile("a" * 16), NOW) == pytest.approx([1 / 24] * 24)


def test_a_prior_is_good_for_a_day() -> None:
    prior = estimate([], NOW)
    assert prior.known(NOW + timedelta(hours=23))
    assert not prior.known(NOW + timedelta(hours=25))
    assert not Prior().known(NOW)
