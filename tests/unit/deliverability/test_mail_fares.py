"""Mailbox providers, soft bounces, warm-ups, rates and what follows from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.deliverability.bouncing import FINAL, IN_A_ROW, RESTS, Bounces, counts
from stepwell.deliverability.mailboxes import PROVIDERS, mailbox_provider
from stepwell.deliverability.monitor import ALL, DAYS, added, day_number, judge, window
from stepwell.deliverability.warming import SCHEDULE, cap_on, until_tomorrow

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("a@gmail.com", "gmail"),
        ("A@GoogleMail.com", "gmail"),
        ("a@yahoo.co.uk", "yahoo"),
        ("a@yahoo.fr", "yahoo"),
        ("a@aol.com", "yahoo"),
        ("a@yahoo.co.jp", "yahoo_japan"),
        ("a@hotmail.com.br", "microsoft"),
        ("a@live.nl", "microsoft"),
        ("a@outlook.de", "microsoft"),
        ("a@icloud.com", "apple"),
        ("a@web.de", "gmx"),
        ("shop.example", "other"),
        ("a@notgmail.com", "other"),
        ("a@live.example.com", "other"),
        ("", "other"),
        ("a@", "other"),
    ],
)
def test_mailbox_providers(address: str, provider: str) -> None:
    assert mailbox_provider(address) == provider


@given(st.text(max_size=40))
def test_any_text_has_a_mailbox_provider(text: str) -> None:
    assert mailbox_provider(text) in PROVIDERS


def test_an_address_rests_ever_longer_and_is_given_up() -> None:
    bounces, at = Bounces(), NOW
    for count in range(1, FINAL):
        bounces = bounces.after(f"m{count}", at)
        rest = RESTS.get(count)
        assert bounces.count == count
        assert bounces.rests(at) == (rest is not None)
        if rest is not None:
            assert bounces.rests(at + rest - timedelta(seconds=1))
            assert not bounces.rests(at + rest)
            at += rest
        at += timedelta(days=1)
    bounces = bounces.after("last", at)
    assert bounces.final
    assert bounces.rests(at + timedelta(days=10_000))
    assert bounces.after("more", at) == bounces


def test_a_bounce_told_twice_counts_once_and_old_ones_are_no_row() -> None:
    bounces = Bounces().after("m1", NOW).after("m1", NOW).after("m2", NOW)
    assert bounces.count == 2
    assert bounces.after("m3", NOW + IN_A_ROW + timedelta(seconds=1)).count == 1


@given(st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.integers(0, 200)), max_size=40))
def test_only_new_bounces_count(told: list[tuple[str, int]]) -> None:
    bounces = Bounces()
    for mark, days in told:
        after = bounces.after(mark, NOW + timedelta(days=days))
        assert after.count <= bounces.count + 1
        assert len(after.marks) <= 8
        bounces = after
    assert bounces.count <= FINAL


def test_which_bounces_are_soft_ones_of_the_mailbox() -> None:
    assert counts("Transient", "MailboxFull")
    assert counts("Undetermined", "")
    assert not counts("Permanent", "General")
    assert not counts("Transient", "MessageTooLarge")


def test_warm_up() -> None:
    start = date(2026, 3, 1)
    assert cap_on(start, SCHEDULE, start) == 50
    assert cap_on(start, SCHEDULE, date(2026, 2, 20)) == 50
    assert cap_on(start, SCHEDULE, date(2026, 3, 3)) == 500
    assert cap_on(start, SCHEDULE, start + timedelta(days=len(SCHEDULE))) is None
    assert cap_on(start, (), start) is None
    assert list(SCHEDULE) == sorted(SCHEDULE)
    assert until_tomorrow(NOW) == 15 * 3600


def test_one_of_three_is_no_reason_to_stop() -> None:
    few = judge({"gmail": {"sent": 3, "delivered": 3, "complained": 1, "bounced": 1}})
    assert few.alarms == ()
    assert few.stop is None
    assert few.mailboxes["gmail"].complaint_rate == pytest.approx(1 / 3)


def test_limits() -> None:
    fine = judge({"gmail": {"sent": 10_000, "delivered": 9_800, "complained": 9, "bounced": 199}})
    assert fine.alarms == ()
    warned = judge({"gmail": {"sent": 10_000, "delivered": 9_800, "complained": 10, "bounced": 200}})
    assert {(a.kind, a.mailbox) for a in warned.alarms} == {
        ("complaints", "gmail"),
        ("complaints", ALL),
        ("bounces", "gmail"),
        ("bounces", ALL),
    }
    assert warned.stop is None
    stopped = judge(
        {
            "gmail": {"sent": 2_000, "delivered": 2_000, "complained": 6},
            "other": {"sent": 100_000, "delivered": 100_000},
        }
    )
    # At one mailbox provider it is beyond the limit, though not in all.
    assert stopped.stop is not None
    assert (stopped.stop.mailbox, stopped.stop.count, stopped.stop.of) == ("gmail", 6, 2_000)


def test_nothing_sent_has_no_rates() -> None:
    nothing = judge({})
    assert nothing.mailboxes[ALL].complaint_rate is None
    assert nothing.mailboxes[ALL].bounce_rate is None
    assert nothing.alarms == ()


def test_the_window_begins_anew_with_whoever_resumed() -> None:
    today = date(2026, 3, 2)
    assert len(window(today)) == DAYS
    assert window(today, date(2026, 3, 1)) == [today, date(2026, 3, 1)]
    assert day_number(today) == 20260302
    parts = [{"gmail": {"sent": 5, "complained": 2}}, {"gmail": {"sent": 1}, "other": {"sent": 2}}]
    assert added(parts) == {"gmail": {"sent": 6, "complained": 2}, "other": {"sent": 2}}
    assert added(parts, {"gmail": {"complained": 2}}) == {
        "gmail": {"sent": 6, "complained": 0},
        "other": {"sent": 2},
    }


def test_bounces_are_told_where_a_provider_does_not_tell_what_it_took() -> None:
    # "accepted" of Mailgun and "processed" of SendGrid are events that whoever sets the webhook up may leave out.
    health = judge({"gmail": {"delivered": 900, "bounced": 80, "bounced_soft": 20}})
    assert health.mailboxes["gmail"].bounce_rate == 0.08
    assert [(a.kind, a.mailbox, a.count, a.of) for a in health.alarms if a.mailbox == "gmail"] == [
        ("bounces", "gmail", 80, 1_000)
    ]


@given(
    delivered=st.sampled_from([999, 1_000, 1_001, 4_999, 5_000]),
    complained=st.sampled_from([4, 5, 6, 14, 15, 16]),
)
def test_a_few_complaints_or_a_few_messages_stop_nothing(delivered: int, complained: int) -> None:
    health = judge({"gmail": {"delivered": delivered, "complained": complained}})
    enough = delivered >= 1_000 and complained >= 5
    # In thousandths: 1 warns, 3 stop.
    assert bool(health.alarms) is (enough and complained * 1_000 >= delivered)
    assert (health.stop is not None) is (enough and complained * 1_000 >= 3 * delivered)
