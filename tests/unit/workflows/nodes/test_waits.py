"""Delays and waits: until when, for what, and when they are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import SendingRules
from stepwell.timing.hours import noted
from stepwell.timing.prior import Prior
from stepwell.workflows.nodes import node_type
from stepwell.workflows.nodes.base import Nothing, Park

from tests.unit.workflows.graphs import NOW, member, moment

DELAY, WAIT = node_type("delay_action"), node_type("wait_until")


def delay(who=None, now=NOW, **config):
    return DELAY.act(DELAY.config.model_validate(config), who or member(), moment(now=now))


def wait(*ways, **config):
    return WAIT.config.model_validate({"ways": ways, "time_limit": "7_days", **config})


def test_a_delay_is_the_same_for_all_and_may_wait_in_the_machine():
    assert delay(duration="2_days") == Park(due=NOW + timedelta(days=2), machine_wait=True)
    assert delay(duration="0_hours").due == NOW


def test_a_delay_until_a_time_of_day_goes_by_the_contact_s_clock():
    tokyo = member({"time_zone": "Asia/Tokyo"})
    assert delay(tokyo, until="09:00") == Park(due=datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    assert delay(until="10:00").due == NOW + timedelta(days=1), "one mail a day, not all at once"
    assert delay(duration="2_days", until="09:00").due == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def test_a_delay_until_a_date_that_has_passed_is_over():
    assert delay(until="2026-03-09T08:00:00+02:00").due == datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
    assert delay(until="2020-01-01T00:00").due == NOW


@pytest.mark.parametrize(
    "config", [{}, {"duration": "soon"}, {"until": "25:00"}, {"duration": "9999999999999_days"}]
)
def test_a_delay_that_cannot_be(config):
    with pytest.raises(ValidationError):
        DELAY.config.model_validate(config)


def test_a_wait_for_an_event_parks_until_its_limit():
    config = wait({"event": "email_open"})
    assert WAIT.outcomes(config) == ("matched", "timed_out")
    assert WAIT.act(config, member(), moment()) == Park(
        due=NOW + timedelta(days=7), events=("email_opened",), timeout="timed_out"
    )


def ready(config, who=None, event=None, now=NOW):
    return WAIT.ready(config, who or member(), moment(now=now), event)


def test_an_event_ends_the_wait_if_it_fits():
    config = wait({"event": "purchase", "where": "event.total > 50"})
    assert ready(config, event={"name": "purchase", "properties": {"total": 60}}) == "matched"
    assert ready(config, event={"name": "purchase", "properties": {"total": 40}}) is None
    assert ready(config, event={"name": "visit", "properties": {"total": 60}}) is None
    assert ready(config) is None


def test_a_machine_s_click_ends_no_wait():
    config = wait({"event": "email_click"}, {"condition": 'event.name = "email_clicked"', "name": "any"})
    click = {"name": "email_clicked", "properties": {}}
    assert ready(config, event=click) == "matched"
    assert ready(config, event={**click, "machine": True}) is None


def test_only_events_after_the_contact_s_last_step_are_news():
    config = wait({"event": "purchase", "where": "event.total > 50"})
    before = ("purchase", int(NOW.timestamp()), {"total": 60})
    after = ("purchase", int(NOW.timestamp()) + 1, {"total": 60})
    cheap = ("purchase", int(NOW.timestamp()) + 1, {"total": 4})
    assert ready(config, member(recent=(before, cheap))) is None
    assert ready(config, member(recent=(before, after))) == "matched"


def test_what_holds_already_passes_at_once_and_the_first_way_wins():
    config = wait({"condition": "score >= 50", "name": "hot"}, {"condition": "score >= 10"})
    assert WAIT.outcomes(config) == ("hot", "matched_2", "timed_out")
    assert WAIT.act(config, member({"score": 70}), moment()) == Nothing(outcome="hot")
    assert WAIT.act(config, member({"score": 20}), moment()) == Nothing(outcome="matched_2")
    assert WAIT.act(config, member({"score": 2}), moment()).events == ("*",)


def test_a_condition_over_events_is_woken_by_these_alone():
    parked = WAIT.act(wait({"condition": "did(purchase, 9 days)"}, {"event": "visit"}), member(), moment())
    assert parked.events == ("purchase", "visit")


def test_the_earliest_of_several_times_decides():
    config = wait({"event": "x"}, {"time_of_day": "18:00", "name": "evening"}, {"date": "due_on"})
    parked = WAIT.act(config, member({"due_on": "2026-03-02T16:00:00Z"}), moment())
    assert (parked.due.hour, parked.timeout, parked.spread_s) == (16, "matched_3", 0)
    parked = WAIT.act(config, member(), moment())
    assert (parked.due.hour, parked.timeout, parked.spread_s) == (18, "evening", 900)


def test_weekdays():
    config = wait({"time_of_day": "09:00", "weekdays": ["thu"]})
    assert WAIT.act(config, member(), moment()).due == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("way", "due"),
    [
        ({"date": "renewal"}, datetime(2026, 3, 10, 0, 0, tzinfo=UTC)),
        ({"date": "renewal", "offset": "-2_days"}, datetime(2026, 3, 8, 0, 0, tzinfo=UTC)),
        ({"date": "renewal", "offset": "-12_hours"}, datetime(2026, 3, 9, 12, 0, tzinfo=UTC)),
        ({"date": "renewal", "time_of_day": "09:30"}, datetime(2026, 3, 10, 9, 30, tzinfo=UTC)),
        ({"date": "2026-03-09"}, datetime(2026, 3, 9, 0, 0, tzinfo=UTC)),
        ({"date": "event.starts", "offset": "1_days"}, datetime(2026, 3, 6, 7, 0, tzinfo=UTC)),
    ],
)
def test_dates(way, due):
    who = member({"renewal": "2026-03-10"}, context={"properties": {"starts": "2026-03-05T07:00:00Z"}})
    assert WAIT.act(wait(way, time_limit="90_days"), who, moment()) == Park(due=due, timeout="matched")


def test_a_date_s_day_is_the_contact_s():
    who = member({"renewal": "2026-03-10", "time_zone": "Asia/Tokyo"})
    assert WAIT.act(wait({"date": "renewal"}, time_limit="90_days"), who, moment()).due == datetime(
        2026, 3, 9, 15, 0, tzinfo=UTC
    )


def test_a_date_that_has_passed_is_so_and_an_unknown_one_is_not_awaited():
    config = wait({"date": "renewal"})
    assert ready(config, member({"renewal": "2026-03-01"})) == "matched"
    assert ready(config, member()) == "timed_out"
    assert ready(wait({"date": "renewal"}, {"event": "x"}), member()) is None
    assert ready(config, member({"renewal": "2026-03-09"}), now=NOW + timedelta(days=8)) == "matched"


@pytest.mark.parametrize(
    "ways",
    [
        [],
        [{}],
        [{"event": "x", "condition": "score > 1"}],
        [{"where": "score > 1", "condition": "score > 1"}],
        [{"event": "x", "name": "a"}, {"event": "y", "name": "a"}],
        [{"event": "x", "name": "timed_out"}],
        [{"event": "x", "offset": "1_days"}],
        [{"date": "d", "time_of_day": "09:00", "weekdays": ["mon"]}],
    ],
)
def test_ways_that_cannot_be(ways):
    with pytest.raises(ValidationError):
        wait(*ways)


def test_a_wait_needs_a_limit():
    with pytest.raises(ValidationError):
        WAIT.config.model_validate({"ways": [{"event": "x"}]})
    assert WAIT.checks(wait({"date": "2026-99-99"}))[0].field == "ways.0.date"


BEST = node_type("send_time_optimization")
EVENING = Prior(hours=[0.9 if hour == 18 else 0.1 / 23 for hour in range(24)])


def best(who=None, prior=EVENING, **config):
    at = replace(moment(), prior=prior)
    settings = {"control": 0, **config}
    return BEST.act(BEST.config.model_validate(settings), who or member(), at)


def test_who_is_not_known_waits_for_the_best_time_of_everybody():
    assert best() == Park(due=NOW.replace(hour=18, minute=15), spread_s=900)
    tokyo = member({"time_zone": "Asia/Tokyo"})
    assert best(tokyo).due == NOW.replace(hour=9, minute=15) + timedelta(days=1)
    assert best(within="1_hour") == Nothing(outcome="next"), "an hour that is no better than now"


def test_who_is_known_waits_for_its_own_best_time():
    state = ()
    for day in range(1, 60):
        at = datetime(2026, 1, 1, 20, 30, tzinfo=UTC) + timedelta(days=day)
        state = noted(state, int(at.timestamp() * 1000), 0)
    who = member()
    owl = replace(who, profile=who.profile.evolve(hours=state))
    assert best(owl, Prior(strength=5.0, hours=EVENING.hours)).due.hour == 20


def test_where_nothing_is_known_of_anybody_nobody_waits():
    assert best(prior=None) == best(prior=Prior()) == Nothing(outcome="next")


def test_the_control_group_goes_on_at_once_or_at_any_time():
    people = [replace(member(), profile=Profile(f"p{number:015d}")) for number in range(100)]
    everybody = [best(one, control=50) for one in people]
    assert 25 < everybody.count(Nothing(outcome="next")) < 75
    anytime = [best(one, control=90, control_at="random") for one in people]
    assert len({park.due for park in anytime if isinstance(park, Park)}) > 20


def test_quiet_hours_are_no_best_time():
    evening = {"quiet_hours": {"start": "18:00", "end": "08:00", "otherwise": "skip"}}
    at = replace(moment(), prior=EVENING, settings=evening)
    config = BEST.config.model_validate({"control": 0})
    found = BEST.act(config, member(), at)
    assert isinstance(found, Nothing) or 8 <= found.due.hour < 18
    rules = SendingRules(quiet_hours={"email": {"start": "18:00", "end": "19:00", "closed_days": ["tue"]}})
    limited = replace(at, settings={}, workspace=replace(at.workspace, sending=rules))
    for channel, quiet in (("email", True), ("sms", False)):
        found = BEST.act(BEST.config.model_validate({"control": 0, "channel": channel}), member(), limited)
        assert (isinstance(found, Nothing) or found.due.hour != 18) == quiet
    free = replace(at, purpose="transactional")
    assert BEST.act(config, member(), free).due.hour == 18


@pytest.mark.parametrize(
    ("kind", "config", "channel"),
    [
        ("email_send", {"template_id": "hello"}, "email"),
        ("sms_send", {"text": "Hello"}, "sms"),
        ("web_push", {"title": "Hello"}, "push"),
    ],
)
def test_a_message_at_the_best_time_is_a_wait_and_the_message(kind, config, channel):
    type_ = node_type(kind)
    plain = type_.config.model_validate(config)
    assert not type_.expand(plain).nodes
    timed = type_.config.model_validate(
        config | {"send_time_optimization": "ai_powered", "send_within": "2_days", "send_time_control": 25}
    )
    (first, wait_type, waiting), (second, message_type, message) = type_.expand(timed).nodes
    assert (first, wait_type, second, message_type) == ("best_time", "send_time_optimization", "", kind)
    assert waiting == {"within": "2_days", "control": 25, "control_at": "now", "channel": channel}
    assert type_.config.model_validate(message) == plain
    node_type(wait_type).config.model_validate(waiting)


def test_a_window_of_more_than_a_week_is_refused():
    assert [f.code for f in BEST.checks(BEST.config(within="8_days"))] == ["send_within"]
    assert not BEST.checks(BEST.config(within="7_days"))
    mail = node_type("email_send")
    config = {"template_id": "hello", "send_time_optimization": "ai_powered", "send_within": "9_days"}
    assert [f.code for f in mail.checks(mail.config.model_validate(config))] == ["send_within"]
