"""Every rule of the send decision, one by one and against each other."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.consent.calendar import QuietWindow, next_open
from stepwell.consent.decide import Cap, Decision, Done, Hold, Policy, Request, Send, Skip, decide
from stepwell.contracts.messages import Claim, ClaimState, MessagingRecord, Purpose, SkipReason
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Control, WorkflowStatus, Workspace

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday
ME = "runaaaaa.invocation"
MARKETING, TRANSACTIONAL = Purpose.MARKETING, Purpose.TRANSACTIONAL


def ask(
    *,
    purpose: Purpose = MARKETING,
    email: str = "ada@example.com",
    traits: dict[str, Any] | None = None,
    consent: str = "",
    suppressed: str = "",
    claims: tuple[Claim, ...] = (),
    workspace: dict[str, Any] | None = None,
    control: Control = Control(),  # noqa: B008 - frozen
    policy: Policy = Policy(),  # noqa: B008 - frozen
    now: datetime = NOW,
    **request: Any,
) -> Decision:
    return decide(
        Request("welcome", "email", purpose, "visit", ME, **request),
        MessagingRecord(
            "p" * 16, 1, {"email:marketing": consent, "proof:email": "form"} if consent else {}, claims
        ),
        Profile("p" * 16, traits={"email": email, **(traits or {})}),
        suppressed,
        Workspace("acme", **(workspace or {})),
        control,
        policy,
        now,
    )


def claim(
    ago: timedelta = timedelta(hours=1),
    *,
    visit: str = "other",
    claimant: str = "runbbbbb.x",
    state: ClaimState = ClaimState.SENT,
    tag: str = "",
    counted: bool = True,
    channel: str = "email",
) -> Claim:
    return Claim(visit, claimant, NOW - ago, channel, tag, state, counted)


def skip(reason: SkipReason) -> Skip:
    return Skip(reason)


def test_nothing_in_the_way() -> None:
    assert ask() == Send("ada@example.com")
    assert ask(purpose=TRANSACTIONAL) == Send("ada@example.com")


MOVING = (WorkflowStatus.ACTIVE, WorkflowStatus.DRAINING)


@pytest.mark.parametrize("status", [s for s in WorkflowStatus if s not in MOVING])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_workflow_that_is_not_active_sends_nothing(status: WorkflowStatus, purpose: Purpose) -> None:
    assert ask(control=Control(workflows={"welcome": status}), purpose=purpose) == skip(
        SkipReason.TENANT_PAUSED
    )
    assert ask(control=Control(workflows={"other": status}), purpose=purpose) == Send("ada@example.com")


def test_a_draining_workflow_still_sends_to_who_is_inside() -> None:
    assert ask(control=Control(workflows={"welcome": WorkflowStatus.DRAINING})) == Send("ada@example.com")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_switch_stops_everything(purpose: Purpose) -> None:
    assert ask(control=Control(stopped=True), purpose=purpose) == skip(SkipReason.TENANT_PAUSED)


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("", SkipReason.NO_ADDRESS),
        ("   ", SkipReason.NO_ADDRESS),
        ("ada", SkipReason.INVALID_ADDRESS),
        ("@example.com", SkipReason.INVALID_ADDRESS),
        ("ada@", SkipReason.INVALID_ADDRESS),
        ("ada@localhost", SkipReason.INVALID_ADDRESS),
        ("ada@example..com", SkipReason.INVALID_ADDRESS),
        ("ada@-example.com", SkipReason.INVALID_ADDRESS),
        ("ada@127.0.0.1", SkipReason.INVALID_ADDRESS),
        ("a b@example.com", SkipReason.INVALID_ADDRESS),
        ("ada@exa mple.com", SkipReason.INVALID_ADDRESS),
        (".ada@example.com", SkipReason.INVALID_ADDRESS),
        ("a..b@example.com", SkipReason.INVALID_ADDRESS),
        ("ada@example.com\r\nBcc: x@y.z", SkipReason.INVALID_ADDRESS),
        ("Ada <ada@example.com>", SkipReason.INVALID_ADDRESS),
        ("ada@example.com,bob@example.com", SkipReason.INVALID_ADDRESS),
        ("äda@example.com", SkipReason.INVALID_ADDRESS),
        ("a" * 65 + "@example.com", SkipReason.INVALID_ADDRESS),
        ("ada@" + "a" * 64 + ".com", SkipReason.INVALID_ADDRESS),
        ("ada@" + "a." * 125 + "com", SkipReason.INVALID_ADDRESS),
        ("ada@\u2e80\u0000.com", SkipReason.INVALID_ADDRESS),
    ],
)
def test_addresses_that_no_one_takes(email: str, expected: SkipReason) -> None:
    assert ask(email=email) == skip(expected)
    assert ask(email=email, purpose=TRANSACTIONAL) == skip(expected)


@pytest.mark.parametrize(
    ("email", "sent"),
    [
        (" Ada@Example.COM ", "Ada@example.com"),
        ("o'neil+tag@sub.example.co.uk", "o'neil+tag@sub.example.co.uk"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@faß.de", "ada@xn--fa-hia.de"),
        ("ada@例え.jp", "ada@xn--r8jz45g.jp"),
    ],
)
def test_addresses_as_smtp_carries_them(email: str, sent: str) -> None:
    assert ask(email=email) == Send(sent)


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize(
    ("allowlist", "passes"),
    [
        (None, True),
        ((), False),
        (("ada@example.com",), True),
        (("ADA@EXAMPLE.COM",), True),
        (("@example.com",), True),
        (("example.com",), False),
        (("@ample.com",), False),
        (("bob@example.com", "@example.org"), False),
    ],
)
def test_the_allowlist_holds_for_all_mail(
    purpose: Purpose, allowlist: tuple[str, ...] | None, passes: bool
) -> None:
    expected = Send("ada@example.com") if passes else skip(SkipReason.NOT_ALLOWLISTED)
    assert ask(purpose=purpose, workspace={"allowlist": allowlist}) == expected


@pytest.mark.parametrize(
    ("reason", "marketing", "transactional"),
    [
        ("hard_bounce", SkipReason.SUPPRESSED, SkipReason.SUPPRESSED),
        ("complaint", SkipReason.SUPPRESSED, SkipReason.SUPPRESSED),
        ("manual", SkipReason.SUPPRESSED, SkipReason.SUPPRESSED),
        ("unsubscribed", SkipReason.UNSUBSCRIBED, None),
    ],
)
def test_suppression(reason: str, marketing: SkipReason, transactional: SkipReason | None) -> None:
    assert ask(suppressed=reason, consent="granted") == skip(marketing)
    expected = skip(transactional) if transactional else Send("ada@example.com")
    assert ask(suppressed=reason, purpose=TRANSACTIONAL) == expected


@pytest.mark.parametrize(
    ("consent", "opt_in", "marketing"),
    [
        ("granted", False, None),
        ("granted", True, None),
        ("", False, None),
        ("", True, SkipReason.NO_CONSENT),
        ("denied", False, SkipReason.UNSUBSCRIBED),
        ("denied", True, SkipReason.UNSUBSCRIBED),
    ],
)
def test_consent(consent: str, opt_in: bool, marketing: SkipReason | None) -> None:
    expected = skip(marketing) if marketing else Send("ada@example.com")
    assert ask(consent=consent, workspace={"marketing_opt_in": opt_in}) == expected
    asked = ask(consent=consent, workspace={"marketing_opt_in": opt_in}, purpose=TRANSACTIONAL)
    assert asked == Send("ada@example.com")


def capped(limit: int = 1, per: Any = "day", tag: str = "") -> Policy:
    return Policy(caps=(Cap("email", limit, per, tag),))


@pytest.mark.parametrize(
    ("policy", "claims", "request_", "passes"),
    [
        (capped(1), (), {}, True),
        (capped(1), (claim(),), {}, False),
        (capped(2), (claim(),), {}, True),
        (capped(2), (claim(), claim(timedelta(hours=2))), {}, False),
        (capped(1), (claim(timedelta(hours=13)),), {}, True),  # yesterday
        (capped(1, "week"), (claim(timedelta(days=2)),), {}, False),  # Monday
        (capped(1, "week"), (claim(timedelta(days=3)),), {}, True),  # Sunday before
        (capped(1), (claim(counted=False),), {}, True),
        (capped(1), (claim(channel="sms"),), {}, True),
        (capped(1), (claim(),), {"ignore_cap": True}, True),
        (capped(1, tag="news"), (claim(tag="news"),), {"tag": "news"}, False),
        (capped(1, tag="news"), (claim(tag="news"),), {"tag": "sale"}, True),
        (capped(1, tag="news"), (claim(tag="sale"),), {"tag": "news"}, True),
        (capped(1), (claim(tag="sale"),), {"tag": "news"}, False),
        (capped(1), (claim(state=ClaimState.CLAIMED),), {}, False),
        (capped(1), (claim(state=ClaimState.UNKNOWN),), {}, False),
        (capped(100), tuple(claim() for _ in range(16)), {}, False),  # all that the record keeps
        (Policy(caps=(Cap("sms", 1),)), (claim(),), {}, True),
    ],
)
def test_caps(policy: Policy, claims: tuple[Claim, ...], request_: dict[str, Any], passes: bool) -> None:
    expected = Send("ada@example.com") if passes else skip(SkipReason.FREQUENCY_CAPPED)
    assert ask(policy=policy, claims=claims, **request_) == expected
    assert ask(policy=policy, claims=claims, purpose=TRANSACTIONAL, **request_) == Send("ada@example.com")


def test_a_cap_counts_the_contacts_own_day() -> None:
    late = claim(timedelta(hours=11))  # 01:00 UTC today, yesterday evening in New York
    assert ask(policy=capped(), claims=(late,)) == skip(SkipReason.FREQUENCY_CAPPED)
    assert ask(policy=capped(), claims=(late,), traits={"time_zone": "America/New_York"}) == Send(
        "ada@example.com"
    )
    # Somewhere in the US it is the same day's business: the highest count holds.
    assert ask(policy=capped(), claims=(claim(timedelta(hours=6)),), traits={"country": "us"}) == skip(
        SkipReason.FREQUENCY_CAPPED
    )


NIGHT = QuietWindow(time(21), time(8))


def quiet(otherwise: Any = "next_open_time", start: time = time(21), end: time = time(8)) -> Policy:
    return Policy(quiet=QuietWindow(start, end, otherwise))


@pytest.mark.parametrize(
    ("hour", "zone", "opens"),
    [
        (12, "UTC", None),
        (20, "UTC", None),
        (21, "UTC", datetime(2026, 3, 5, 8, tzinfo=UTC)),
        (3, "UTC", datetime(2026, 3, 4, 8, tzinfo=UTC)),
        (8, "UTC", None),
        (12, "Asia/Tokyo", datetime(2026, 3, 4, 23, tzinfo=UTC)),
        (12, "America/Los_Angeles", datetime(2026, 3, 4, 16, tzinfo=UTC)),
    ],
)
def test_quiet_hours_hold_until_they_end_and_a_little_spread(
    hour: int, zone: str, opens: datetime | None
) -> None:
    now = NOW.replace(hour=hour)
    found = ask(policy=quiet(), now=now, traits={"time_zone": zone})
    if opens is None:
        assert found == Send("ada@example.com")
        return
    assert isinstance(found, Hold)
    assert opens <= found.until < opens + timedelta(minutes=15)
    assert found == ask(policy=quiet(), now=now, traits={"time_zone": zone})
    assert ask(policy=quiet("skip"), now=now, traits={"time_zone": zone}) == skip(SkipReason.QUIET_HOURS)
    assert ask(policy=quiet(), now=now, traits={"time_zone": zone}, purpose=TRANSACTIONAL) == Send(
        "ada@example.com"
    )


def test_an_unknown_zone_falls_back_to_workflow_workspace_utc() -> None:
    now = NOW.replace(hour=3)
    tokyo = {"time_zone": "Asia/Tokyo"}
    assert isinstance(ask(policy=quiet(), now=now), Hold)
    assert ask(policy=quiet(), now=now, workspace=tokyo) == Send("ada@example.com")
    policy = Policy(quiet=NIGHT, time_zone="Asia/Tokyo")
    assert ask(policy=policy, now=now) == Send("ada@example.com")
    assert ask(policy=policy, now=now, traits={"time_zone": "Nowhere/City"}) == Send("ada@example.com")
    assert isinstance(ask(policy=quiet(), now=now, workspace={"time_zone": "../etc"}), Hold)


def test_an_unknown_zone_of_a_known_country_is_open_only_where_all_are() -> None:
    # 14:00 UTC is 9:00 in New York and 6:00 in Los Angeles, 4:00 in Honolulu.
    found = ask(policy=quiet(), now=NOW.replace(hour=14), traits={"country": "US"})
    assert isinstance(found, Hold)
    assert found.until >= datetime(2026, 3, 4, 18, tzinfo=UTC)  # 8:00 in Honolulu
    assert ask(policy=quiet(), now=NOW.replace(hour=19), traits={"country": "US"}) == Send("ada@example.com")


def test_quiet_hours_across_the_change_of_the_clock() -> None:
    # 2026-03-29, Berlin: 02:00 becomes 03:00. The end at 02:30 does not exist; it opens when the clock has jumped.
    window = QuietWindow(time(22), time(2, 30))
    berlin = (ZoneInfo("Europe/Berlin"),)
    opened = next_open(window, datetime(2026, 3, 29, 0, 30, tzinfo=UTC), berlin)
    assert not window.covers(opened, berlin[0])
    assert datetime(2026, 3, 29, 0, 59, tzinfo=UTC) < opened <= datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    # 2026-10-25: 03:00 becomes 02:00. 08:00 is 07:00 UTC afterwards.
    assert next_open(NIGHT, datetime(2026, 10, 24, 20, tzinfo=UTC), berlin) == datetime(
        2026, 10, 25, 7, tzinfo=UTC
    )


def test_quiet_hours_that_never_open_anywhere_follow_the_likeliest_zone() -> None:
    found = ask(policy=quiet(start=time(9), end=time(8, 59)), traits={"country": "US"})
    assert isinstance(found, Hold)
    assert found.until == datetime(2026, 3, 4, 13, 59, tzinfo=UTC)  # 8:59 in New York


def test_equal_bounds_are_no_quiet_hours() -> None:
    assert ask(policy=quiet(start=time(8), end=time(8))) == Send("ada@example.com")


@pytest.mark.parametrize(
    ("claimant", "state", "purpose", "at_least_once", "expected"),
    [
        (ME, ClaimState.CLAIMED, MARKETING, False, Send("ada@example.com", claimed=True)),
        ("runaaaaa.earlier", ClaimState.CLAIMED, MARKETING, False, Done(known=False)),
        ("runaaaaa.earlier", ClaimState.UNKNOWN, MARKETING, False, Done(known=False)),
        ("runaaaaa.earlier", ClaimState.SENT, MARKETING, False, Done(known=True)),
        ("runbbbbb.other", ClaimState.CLAIMED, MARKETING, False, Skip(SkipReason.DUPLICATE_VISIT)),
        ("runbbbbb.other", ClaimState.UNKNOWN, MARKETING, False, Skip(SkipReason.DUPLICATE_VISIT)),
        ("runbbbbb.other", ClaimState.SENT, MARKETING, False, Skip(SkipReason.DUPLICATE_VISIT)),
        ("", ClaimState.SENT, MARKETING, False, Skip(SkipReason.DUPLICATE_VISIT)),
        ("runaaaaa.earlier", ClaimState.CLAIMED, MARKETING, True, Done(known=False)),
        ("runaaaaa.earlier", ClaimState.CLAIMED, TRANSACTIONAL, False, Done(known=False)),
        ("runaaaaa.earlier", ClaimState.CLAIMED, TRANSACTIONAL, True, Send("ada@example.com")),
        ("runaaaaa.earlier", ClaimState.UNKNOWN, TRANSACTIONAL, True, Send("ada@example.com")),
        ("runaaaaa.earlier", ClaimState.SENT, TRANSACTIONAL, True, Done(known=True)),
        ("runbbbbb.other", ClaimState.SENT, TRANSACTIONAL, True, Skip(SkipReason.DUPLICATE_VISIT)),
    ],
)
def test_a_visit_sends_at_most_once(
    claimant: str, state: ClaimState, purpose: Purpose, at_least_once: bool, expected: Decision
) -> None:
    mine = claim(visit="visit", claimant=claimant, state=state)
    assert ask(claims=(mine,), purpose=purpose, at_least_once=at_least_once) == expected


def test_what_was_sent_stays_sent_whatever_changed_since() -> None:
    mine = claim(visit="visit", claimant="runaaaaa.earlier")
    assert ask(claims=(mine,), email="", consent="denied", control=Control(stopped=True)) == Done(known=True)


def test_an_own_claim_does_not_override_a_new_opt_out() -> None:
    mine = claim(visit="visit", claimant=ME, state=ClaimState.CLAIMED)
    assert ask(claims=(mine,), consent="denied") == skip(SkipReason.UNSUBSCRIBED)
    assert ask(claims=(mine,), policy=capped(1)) == Send("ada@example.com", claimed=True)


def test_settings_of_a_workflow_are_read() -> None:
    policy = Policy.of_settings(
        {
            "quiet_hours": {"start": "21:00", "end": "08:00", "otherwise": "skip"},
            "frequency_caps": [{"channel": "email", "limit": 2, "per": "week", "tag": ""}],
            "time_zone": "Europe/Berlin",
        }
    )
    assert policy == Policy(
        (Cap("email", 2, "week"),), QuietWindow(time(21), time(8), "skip"), "Europe/Berlin"
    )
    assert Policy.of_settings({"quiet_hours": None, "frequency_caps": (), "time_zone": "UTC"}) == Policy()


ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns"])
MINUTES = st.integers(0, 1439).map(lambda m: time(m // 60, m % 60))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@given(MINUTES, MINUTES, MOMENTS, ZONES)
def test_the_next_open_moment_is_open_and_the_first(start: time, end: time, now: datetime, name: str) -> None:
    window, zone = QuietWindow(start, end), ZoneInfo(name)
    opened = next_open(window, now, (zone,))
    assert opened >= now
    assert not window.covers(opened, zone)
    assert opened - now <= timedelta(hours=25)
    if opened > now:
        halfway = now + (opened - now) / 2
        assert window.covers(halfway, zone) or opened - now > timedelta(hours=22)


@given(
    purpose=st.sampled_from(Purpose),
    consent=st.sampled_from(["", "granted", "denied"]),
    suppressed=st.sampled_from(["", "hard_bounce", "complaint", "manual", "unsubscribed"]),
    opt_in=st.booleans(),
    stopped=st.booleans(),
    email=st.sampled_from(["", "bad", "ada@example.com", "eve@evil.example"]),
    allowlist=st.sampled_from([None, (), ("@example.com",)]),
    claims=st.lists(
        st.builds(
            claim,
            st.timedeltas(timedelta(0), timedelta(days=9)),
            visit=st.sampled_from(["visit", "a", "b"]),
            claimant=st.sampled_from([ME, "runaaaaa.z", "runbbbbb.z", ""]),
            state=st.sampled_from(ClaimState),
            tag=st.sampled_from(["", "news"]),
        ),
        max_size=4,
    ),
    now=MOMENTS,
    at_least_once=st.booleans(),
)
def test_no_message_passes_what_forbids_it(
    purpose: Purpose,
    consent: str,
    suppressed: str,
    opt_in: bool,
    stopped: bool,
    email: str,
    allowlist: tuple[str, ...] | None,
    claims: list[Claim],
    now: datetime,
    at_least_once: bool,
) -> None:
    found = ask(
        purpose=purpose,
        consent=consent,
        suppressed=suppressed,
        workspace={"marketing_opt_in": opt_in, "allowlist": allowlist},
        control=Control(stopped=stopped),
        email=email,
        claims=tuple(claims),
        policy=Policy((Cap("email", 2),), NIGHT),
        now=now,
        at_least_once=at_least_once,
    )
    if not isinstance(found, Send):
        return
    assert not stopped
    assert found.address == email != "bad"
    assert allowlist is None or (email.endswith("@example.com") and allowlist)
    assert suppressed in ("", "unsubscribed")
    latest = next((c for c in reversed(claims) if c.visit == "visit"), None)
    if latest is not None and latest.claimant != ME:
        assert at_least_once and purpose is TRANSACTIONAL and latest.state is not ClaimState.SENT
    if purpose is MARKETING:
        assert not suppressed
        assert consent != "denied"
        assert consent == "granted" or not opt_in
        assert not NIGHT.covers(now, ZoneInfo("UTC"))
