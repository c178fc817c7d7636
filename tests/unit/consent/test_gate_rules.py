"""What the gate asks besides e-mail's old rules: channels, topics, control group, wishes, places, regions."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.consent.calendar import OpenHours, QuietWindow, next_open, next_open_of
from stepwell.consent.control_group import BUCKETS, bucket_of, held_out
from stepwell.consent.decide import Cap, Decision, Hold, Policy, Request, Send, Skip, decide
from stepwell.consent.reach import Reach, by_phone, by_subscriptions
from stepwell.consent.regions import ELSEWHERE, STRICTER, windows_of
from stepwell.contracts.consent_kinds import proof_of
from stepwell.contracts.messages import Claim, MessagingRecord, Place, Purpose, SkipReason
from stepwell.contracts.preferences import read_limit, stricter_limit
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Control, SendingRules, Workspace
from stepwell.profiles.merging import merged_record

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)  # a Wednesday: 13:00 in New York, 10:00 in Los Angeles
PHONE = "+12125550100"
ME = "p" * 16
AGREED = {"sms:marketing": "granted", "proof:sms": "keyword"}


def ask(
    *,
    channel: str = "sms",
    purpose: Purpose = Purpose.MARKETING,
    consent: dict[str, str] | None = None,
    traits: dict[str, Any] | None = None,
    suppressed: str = "",
    claims: tuple[Claim, ...] = (),
    places: tuple[Place, ...] = (),
    rules: SendingRules = SendingRules(),  # noqa: B008 - frozen
    settings: dict[str, Any] | None = None,
    now: datetime = NOW,
    reach: Reach | None = None,
    opt_in: bool = False,
    allowlist: tuple[str, ...] | None = None,
    **request: Any,
) -> Decision:
    workspace = Workspace("acme", sending=rules, marketing_opt_in=opt_in, allowlist=allowlist)
    told = {"email": "ada@example.com", "phone": PHONE, "time_zone": "America/New_York", **(traits or {})}
    profile = Profile(ME, traits=told)
    where = reach or {"sms": by_phone(profile), "push": by_subscriptions(1)}.get(channel)
    held = AGREED if consent is None else consent
    return decide(
        Request("welcome", channel, purpose, "visit", "runaaaaa.me", **request),
        MessagingRecord(ME, 1, held, claims, places=places),
        profile,
        suppressed,
        workspace,
        Control(),
        Policy.of_settings(settings or {}, workspace, channel),
        now,
        where,
    )


def sent(ago: timedelta = timedelta(hours=1), channel: str = "email", tag: str = "") -> Claim:
    return Claim(f"v{ago}", "other.x", NOW - ago, channel, tag)


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        (PHONE, Send(PHONE)),
        ("", Skip(SkipReason.NO_ADDRESS)),
        (None, Skip(SkipReason.NO_ADDRESS)),
        (12125550100, Skip(SkipReason.NO_ADDRESS)),
        ("2125550100", Skip(SkipReason.INVALID_ADDRESS)),
        ("+0125550100", Skip(SkipReason.INVALID_ADDRESS)),
        ("+1 212 555", Skip(SkipReason.INVALID_ADDRESS)),
        ("+" + "1" * 16, Skip(SkipReason.INVALID_ADDRESS)),
    ],
)
def test_texts_go_to_numbers_in_e164(phone: Any, expected: Decision) -> None:
    assert ask(traits={"phone": phone}) == expected


def test_texts_need_the_recipients_word_whatever_the_workspace_says() -> None:
    assert ask(consent={}) == Skip(SkipReason.NO_CONSENT)
    assert ask(consent={"email:marketing": "granted", "all:marketing": "granted"}) == Skip(
        SkipReason.NO_CONSENT
    )
    assert ask(consent={}, purpose=Purpose.TRANSACTIONAL) == Send(PHONE)


def test_a_consent_without_proof_sends_nothing_where_consent_is_asked_for() -> None:
    bare = {"sms:marketing": "granted", "email:marketing": "granted"}
    assert ask(consent=bare) == Skip(SkipReason.NO_PROOF)
    assert ask(consent=bare, purpose=Purpose.TRANSACTIONAL) == Send(PHONE)
    assert ask(consent=bare, channel="email", opt_in=True) == Skip(SkipReason.NO_PROOF)
    assert isinstance(ask(consent=bare, channel="email"), Send)
    # A push proof proves no text; a denial stays the better reason.
    assert ask(consent={**bare, "proof:push": "browser"}) == Skip(SkipReason.NO_PROOF)
    assert ask(consent={"sms:marketing": "denied"}) == Skip(SkipReason.UNSUBSCRIBED)


def test_texts_to_the_united_states_need_it_in_writing() -> None:
    told = {**AGREED, "proof:sms": "told"}
    here, there = Reach(PHONE, country="US"), Reach("+4915112345678", country="DE")
    assert ask(consent=told, reach=here) == Skip(SkipReason.NO_PROOF)
    assert ask(consent={**told, "proof:sms": "verbal"}, reach=here) == Skip(SkipReason.NO_PROOF)
    assert ask(consent={**told, "proof:sms": "paper"}, reach=here) == Send(PHONE)
    assert isinstance(ask(consent=told, reach=there), Send)
    # Whoever lives there has a right to it, whatever his number.
    assert ask(consent=told, reach=there, traits={"country": " us"}) == Skip(SkipReason.NO_PROOF)
    double = SendingRules(text_proof={"DE": "double"})
    assert ask(consent=told, reach=there, rules=double) == Skip(SkipReason.NO_PROOF)
    assert isinstance(ask(consent={**told, "proof:sms": "double"}, reach=there, rules=double), Send)


def test_a_consent_to_texts_is_for_the_number_it_was_given_for() -> None:
    other = "+12125550199"
    agreed = {"sms:marketing": "granted", **proof_of("sms:marketing", "keyword", PHONE)}
    assert ask(consent=agreed) == Send(PHONE)
    assert ask(consent=agreed, traits={"phone": other}) == Skip(SkipReason.NO_PROOF)
    assert ask(consent=agreed, traits={"phone": other}, purpose=Purpose.TRANSACTIONAL) == Send(other)
    # Before numbers were noted: it holds as it did.
    assert ask(traits={"phone": other}) == Send(other)


def test_a_subscription_is_consent_until_it_is_denied() -> None:
    assert isinstance(ask(channel="push", consent={}, opt_in=True), Send)
    assert ask(channel="push", consent={"push:marketing": "denied"}) == Skip(SkipReason.UNSUBSCRIBED)
    assert ask(channel="push", reach=by_subscriptions(0)) == Skip(SkipReason.NO_ADDRESS)


@pytest.mark.parametrize("channel", ["email", "sms", "push"])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_denial_holds_for_its_channel_and_purpose_or_for_all(channel: str, purpose: Purpose) -> None:
    other = next(p for p in Purpose if p is not purpose)
    granted = {f"{channel}:{purpose}": "granted", f"proof:{channel}": "form"}
    for key in (f"{channel}:{purpose}", f"all:{purpose}"):
        denied = {**granted, key: "denied"}
        assert ask(channel=channel, purpose=purpose, consent=denied) == Skip(SkipReason.UNSUBSCRIBED)
    for key in (f"{channel}:{other}", f"all:{other}"):
        assert isinstance(ask(channel=channel, purpose=purpose, consent={**granted, key: "denied"}), Send)


def test_a_declined_topic_stops_its_marketing_alone() -> None:
    consent = {**AGREED, "topic:sale": "denied", "topic:news": "granted"}
    assert ask(consent=consent, topic="sale") == Skip(SkipReason.TOPIC_DECLINED)
    for topic in ("", "news", "other"):
        assert ask(consent=consent, topic=topic) == Send(PHONE)
    assert ask(consent=consent, topic="sale", purpose=Purpose.TRANSACTIONAL) == Send(PHONE)


def test_the_first_rule_that_holds_is_the_reason() -> None:
    """Address, consent, topic, suppression, control group, caps, quiet hours: each hides those after it."""
    everything: dict[str, Any] = {
        "traits": {"phone": ""},
        "consent": {"sms:marketing": "denied", "topic:sale": "denied"},
        "topic": "sale",
        "suppressed": "complaint",
        "rules": SendingRules(
            caps=({"channel": "all", "limit": 1, "per": "week"},),
            quiet_hours={"sms": {"start": "00:00", "end": "23:59", "otherwise": "skip"}},
            control_group=(0, BUCKETS - 1),
        ),
        "claims": (sent(),),
    }
    expected = []
    for mend in (
        {"traits": {}},
        {"consent": {"topic:sale": "denied"}},
        {"consent": {**AGREED, "topic:sale": "denied"}},
        {"topic": ""},
        {"suppressed": ""},
        {"rules": SendingRules(caps=everything["rules"].caps, quiet_hours=everything["rules"].quiet_hours)},
        {"claims": ()},
        {"rules": SendingRules()},
    ):
        found = ask(**everything)
        assert isinstance(found, Skip)
        expected.append(found.reason.value)
        everything |= mend
    assert expected == [
        "no_address",
        "unsubscribed",
        "no_consent",
        "topic_declined",
        "suppressed",
        "control_group",
        "frequency_capped",
        "quiet_hours",
    ]
    assert ask(**everything) == Send(PHONE)


def test_the_control_group_gets_no_marketing_and_all_else() -> None:
    mine = bucket_of("acme", ME)
    for group, held in (((mine, mine), True), ((0, mine - 1), False), ((mine + 1, 9_999), False)):
        rules = SendingRules(control_group=group)
        expected = Skip(SkipReason.CONTROL_GROUP) if held else Send(PHONE)
        assert ask(rules=rules) == expected
        assert ask(rules=rules, purpose=Purpose.TRANSACTIONAL) == Send(PHONE)
        assert held_out("acme", ME, group) is held


@given(st.text(min_size=1, max_size=16))
def test_a_bucket_never_changes_and_differs_by_tenant(profile: str) -> None:
    assert 0 <= bucket_of("acme", profile) < BUCKETS
    assert bucket_of("acme", profile) == bucket_of("acme", profile)


def test_buckets_are_even() -> None:
    share = sum(held_out("acme", f"p{n}", (0, 499)) for n in range(20_000)) / 20_000
    assert 0.045 < share < 0.055


@pytest.mark.parametrize(
    ("caps", "claims", "request_", "passes"),
    [
        (({"channel": "all", "limit": 2, "per": "week"},), (sent(), sent(channel="push")), {}, False),
        (({"channel": "all", "limit": 3, "per": "week"},), (sent(), sent(channel="push")), {}, True),
        (({"channel": "sms", "limit": 1, "per": "month"},), (sent(timedelta(days=3), "sms"),), {}, False),
        (({"channel": "sms", "limit": 1, "per": "month"},), (sent(timedelta(days=5), "sms"),), {}, True),
        (({"channel": "all", "limit": 1, "tag": "sale"},), (sent(tag="sale"),), {"tag": "sale"}, False),
        (({"channel": "all", "limit": 1, "tag": "sale"},), (sent(tag="sale"),), {}, True),
        (({"channel": "all", "limit": 1},), (sent(),), {"ignore_cap": True}, True),
    ],
)
def test_caps_of_the_workspace_and_of_all_channels(
    caps: Any, claims: tuple[Claim, ...], request_: dict[str, Any], passes: bool
) -> None:
    expected = Send(PHONE) if passes else Skip(SkipReason.FREQUENCY_CAPPED)
    assert ask(rules=SendingRules(caps=caps), claims=claims, **request_) == expected


def test_caps_of_workflow_and_workspace_both_hold() -> None:
    settings = {"frequency_caps": [{"channel": "sms", "limit": 1, "per": "day"}]}
    rules = SendingRules(caps=({"channel": "email", "limit": 1, "per": "day"},))
    policy = Policy.of_settings(settings, Workspace("acme", sending=rules), "sms")
    assert policy.caps == (Cap("sms", 1), Cap("email", 1))


@pytest.mark.parametrize(
    ("wish", "claims", "passes"),
    [
        ("limit:sms=1/week", (sent(timedelta(days=1), "sms"),), False),
        ("limit:sms=1/week", (sent(timedelta(days=1), "email"),), True),
        ("limit:all=1/week", (sent(timedelta(days=1), "email"),), False),
        ("limit:sms=2/week", (sent(timedelta(days=1), "sms"),), True),
        ("limit:sms=none", (sent(timedelta(days=1), "sms"),), True),
        ("limit:sms=nonsense", (sent(timedelta(days=1), "sms"),), True),
    ],
)
def test_contacts_may_want_less_and_no_message_ignores_that(
    wish: str, claims: tuple[Claim, ...], passes: bool
) -> None:
    name, _, limit = wish.partition("=")
    consent = {**AGREED, name: limit}
    expected = Send(PHONE) if passes else Skip(SkipReason.FREQUENCY_CAPPED)
    assert ask(consent=consent, claims=claims) == expected
    assert ask(consent=consent, claims=claims, ignore_cap=True) == expected
    assert ask(consent=consent, claims=claims, purpose=Purpose.TRANSACTIONAL) == Send(PHONE)


@pytest.mark.parametrize(
    ("one", "other", "stricter"),
    [
        ("1/day", "1/week", "1/week"),
        ("6/week", "1/day", "6/week"),
        ("8/week", "1/day", "1/day"),
        ("none", "4/month", "4/month"),
        ("2/month", "2/month", "2/month"),
    ],
)
def test_of_two_limits_the_stricter_holds(one: str, other: str, stricter: str) -> None:
    assert stricter_limit(one, other) == stricter_limit(other, one) == stricter
    assert read_limit("0/day") is None


def test_a_merge_keeps_the_stricter_limit_and_all_places() -> None:
    one = MessagingRecord(
        ME, 1, {"limit:all": "1/week", "limit:sms": "none"}, places=(Place("a", NOW, "sms"),)
    )
    other = MessagingRecord("o" * 16, 1, {"limit:all": "1/day", "limit:sms": "2/month"})
    for winner, loser in ((one, other), (other, one)):
        merged = merged_record(winner, loser)
        assert merged.consent == {"limit:all": "1/week", "limit:sms": "2/month"}
        assert [kept.visit for kept in merged.places] == ["a"]


def place(priority: int, until: datetime = NOW + timedelta(hours=1), **more: Any) -> Place:
    return Place("held", until, **{"channel": "sms", "priority": priority, **more})


@pytest.mark.parametrize(
    ("kept", "priority", "passes"),
    [
        (place(5), 3, False),
        (place(3), 3, True),
        (place(1), 3, True),
        (place(5), 5, True),
        (place(5, NOW - timedelta(minutes=1)), 3, True),  # it came again, or left
        (place(5, NOW + timedelta(days=7)), 3, True),  # next week's place
        (place(5, channel="email"), 3, True),
        (place(5, tag="sale"), 3, False),
    ],
)
def test_a_held_message_keeps_its_place_from_those_of_lower_priority(
    kept: Place, priority: int, passes: bool
) -> None:
    rules = SendingRules(caps=({"channel": "sms", "limit": 1, "per": "week"},))
    expected = Send(PHONE) if passes else Skip(SkipReason.OUTRANKED)
    assert ask(rules=rules, places=(kept,), priority=priority) == expected
    assert ask(rules=SendingRules(caps=({"channel": "sms", "limit": 2},)), places=(kept,)) == Send(PHONE)


CLOCKS = {
    "US-FL": (8, 20, 8, 20, 8, 20),
    "US-OK": (8, 20, 8, 20, 8, 20),
    "US-MD": (8, 20, 8, 20, 8, 20),
    "US-CT": (9, 20, 9, 20, 9, 20),
    "US-TX": (9, 21, 9, 21, 12, 21),
    "US-RI": (9, 18, 10, 17, 10, 17),
    "US-NY": (8, 21, 8, 21, 8, 21),
}


@pytest.mark.parametrize("code", sorted(CLOCKS))
@pytest.mark.parametrize("day", ["week", "sat", "sun"])
def test_hours_by_state(code: str, day: str) -> None:
    first, last = CLOCKS[code][{"week": 0, "sat": 2, "sun": 4}[day] :][:2]
    on = date(2026, 3, {"week": 4, "sat": 7, "sun": 8}[day])
    zone = ZoneInfo("America/Chicago" if code in ("US-TX", "US-OK") else "America/New_York")
    traits = {"country": "US", "state": code[3:], "time_zone": zone.key}
    for minute in range(0, 24 * 60, 30):
        local = datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=zone)
        if on == date(2026, 3, 8) and minute < 180:
            continue  # the clock jumps that night
        found = ask(traits=traits, now=local.astimezone(UTC))
        if first * 60 <= minute < last * 60:
            assert found == Send(PHONE), local
        else:
            assert isinstance(found, Hold), local
            assert windows_of(traits, "US", [zone])[-1][0].covers(found.until, zone) is False


def test_every_row_has_its_source_and_date() -> None:
    for region in (ELSEWHERE, *STRICTER):
        assert region.source and region.since <= date(2026, 5, 1)
        assert len(region.hours.week) == 7


def test_an_unknown_state_is_any_that_lies_in_the_zone() -> None:
    eastern = {"country": "US", "state": "", "time_zone": "America/New_York"}
    # Rhode Island closes at 18:00, Connecticut and Rhode Island open at 9:00.
    assert ask(traits=eastern, now=datetime(2026, 3, 4, 14, 30, tzinfo=UTC)) == Send(PHONE)
    assert isinstance(ask(traits=eastern, now=datetime(2026, 3, 4, 23, 30, tzinfo=UTC)), Hold)
    pacific = {**eastern, "time_zone": "America/Los_Angeles"}
    assert ask(traits=pacific, now=datetime(2026, 3, 5, 4, 30, tzinfo=UTC)) == Send(PHONE)  # 20:30


def test_without_a_zone_all_of_the_countrys_are_asked() -> None:
    # 18:00 UTC is 13:00 in New York and 8:00 in Honolulu; 17:30 is not yet.
    anywhere = {"country": "US", "time_zone": None, "state": "NY"}
    assert ask(traits=anywhere) == Send(PHONE)
    assert isinstance(ask(traits=anywhere, now=NOW - timedelta(minutes=30)), Hold)


def test_the_numbers_country_tells_the_zone_where_the_contact_does_not() -> None:
    reach = Reach("+4915112345678", country="DE")
    bare = {"time_zone": None, "phone": "+4915112345678"}
    assert ask(traits=bare, reach=reach, now=datetime(2026, 3, 4, 19, 30, tzinfo=UTC)) == Send(reach.address)
    assert isinstance(ask(traits=bare, reach=reach, now=datetime(2026, 3, 4, 20, 30, tzinfo=UTC)), Hold)


@pytest.mark.parametrize("told", ["United States", "USA", "Vereinigte Staaten", ""])
def test_a_country_that_is_told_in_words_is_the_numbers(told: str) -> None:
    # 20:30 in New York: Connecticut's hours are over; by the workspace's zone it would be any other time.
    named = {"country": told, "time_zone": "America/New_York"}
    reach, late = Reach(PHONE, country="US"), datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
    assert isinstance(ask(traits=named, reach=reach, now=late), Hold)
    # 9:00 UTC is night in all of the country.
    nowhere = {**named, "time_zone": None}
    night = datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert isinstance(ask(traits=nowhere, reach=reach, now=night), Hold)
    assert ask(traits={**nowhere, "country": "UK"}, reach=reach, now=night) == Send(PHONE)


def test_transactional_texts_know_no_hours_and_mail_no_regions() -> None:
    night = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)  # 3:00 in New York
    assert ask(purpose=Purpose.TRANSACTIONAL, now=night) == Send(PHONE)
    assert isinstance(ask(channel="email", consent={}, now=night), Send)
    assert isinstance(ask(now=night), Hold)


def test_closed_days_and_hours_of_the_workspace() -> None:
    rules = SendingRules(
        quiet_hours={"all": {"start": "20:00", "end": "09:00", "closed_days": ["sat", "sun"]}}
    )
    friday = datetime(2026, 3, 7, 1, 30, tzinfo=UTC)  # Friday 20:30 in New York
    found = ask(rules=rules, now=friday, traits={"state": "NY", "country": "US"})
    assert isinstance(found, Hold)
    monday = datetime(2026, 3, 9, 13, 0, tzinfo=UTC)  # 9:00, the clock has changed meanwhile
    assert monday <= found.until < monday + timedelta(minutes=15)
    assert isinstance(ask(rules=rules, now=friday, purpose=Purpose.TRANSACTIONAL), Send)
    only = SendingRules(quiet_hours={"email": {"start": "00:00", "end": "23:59"}})
    assert ask(rules=only) == Send(PHONE)


times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
zones = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"])


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
    st.tuples(times, times),
    st.frozensets(st.integers(0, 6), max_size=6),
    st.lists(zones, min_size=1, max_size=3, unique=True),
)
def test_what_opens_is_open(
    naive: datetime, bounds: tuple[time, time], closed: frozenset[int], names: list[str]
) -> None:
    now = naive.replace(tzinfo=UTC)
    window = QuietWindow(*bounds, closed=closed)
    found = [ZoneInfo(name) for name in names]
    opened = next_open(window, now, found)
    assert opened >= now
    if not any(window.covers(now, zone) for zone in found):
        assert opened == now
    hours = OpenHours(((time(9), time(18)),) * 7)
    at = next_open_of([(hours, zone) for zone in found[:1]], now)
    assert not hours.covers(at, found[0])
    assert at - now < timedelta(days=2)


def test_the_allowlist_names_people_by_mail_or_number() -> None:
    assert ask(allowlist=("ada@example.com",)) == Send(PHONE)
    assert ask(allowlist=(PHONE,)) == Send(PHONE)
    assert ask(allowlist=("@example.org",)) == Skip(SkipReason.NOT_ALLOWLISTED)


@pytest.mark.parametrize("got", ["visit-of-b", "visit-of-me", "another"])
@pytest.mark.parametrize("aliases", [(), ("b" * 16,)])
def test_who_got_it_under_a_profile_that_was_merged_does_not_get_it_twice(
    got: str, aliases: tuple[str, ...]
) -> None:
    names = {ME: "visit-of-me", "b" * 16: "visit-of-b"}
    record = MessagingRecord(ME, 1, {}, (Claim(got, "other.x", NOW, "email", ""), sent()), aliases=aliases)
    request = Request(
        "welcome",
        "email",
        Purpose.MARKETING,
        "visit",
        "runaaaaa.me",
        visits=lambda profiles: {names[profile] for profile in profiles},
    )
    profile = Profile(ME, traits={"email": "ada@example.com"})
    made = decide(request, record, profile, "", Workspace("acme"), Control(), Policy(), NOW)
    twice = bool(aliases) and got != "another"
    assert made == (Skip(SkipReason.DUPLICATE_VISIT) if twice else Send("ada@example.com"))


@given(hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_hours_that_skip_skip_only_while_they_last(hour: int, minute: int) -> None:
    rules = SendingRules(quiet_hours={"email": {"start": "21:00", "end": "07:30", "otherwise": "skip"}})
    now = datetime(2026, 3, 4, hour, minute, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    quiet = not time(7, 30) <= time(hour, minute) < time(21)
    made = ask(channel="email", consent={}, rules=rules, now=now)
    assert made == (Skip(SkipReason.QUIET_HOURS) if quiet else Send("ada@example.com"))


def test_who_is_in_the_control_group_stays_in_it() -> None:
    # Sha256 over workspace and contact: another formula would write to whom the effect is measured by.
    assert bucket_of("acme", ME) == 3061
    assert bucket_of("acme", ME) != bucket_of("other", ME)
