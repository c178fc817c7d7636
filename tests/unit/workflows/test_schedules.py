"""Schedules in EventBridge Scheduler's language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stepwell.workflows.schedules import at_expression, cron_expression, rate_expression, schedule_expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 day", "rate(1 day)"),
        ("1 days", "rate(1 day)"),
        ("rate(12 hours)", "rate(12 hours)"),
        ("30_minutes", "rate(30 minutes)"),
    ],
)
def test_rates(text, expected):
    assert rate_expression(text) == expected


@pytest.mark.parametrize("text", ["", "0 days", "daily", "1 week", "-1 day", "1.5 hours"])
def test_no_rates(text):
    with pytest.raises(ValueError, match="rate"):
        rate_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "0 9 ? * MON *",
        "cron(0 9 ? * MON-FRI *)",
        "0/15 8-18 * * ? 2027-2030",
        "0 9 L * ? *",
        "0 9 15W JAN,JUL ? *",
        "0 9 ? * 6L *",
        "0 9 ? * 2#1 *",
        "*/5 * * * ? *",
    ],
)
def test_crons(text):
    assert cron_expression(text).startswith("cron(")


@pytest.mark.parametrize(
    "text",
    [
        "0 9 * * MON",
        "0 9 * * MON *",
        "0 9 ? * ? *",
        "60 9 ? * MON *",
        "0 24 ? * MON *",
        "0 9 32 * ? *",
        "0 9 ? * FUN *",
        "0 9 ? 13 MON *",
        "0/0 9 ? * MON *",
        "? 9 ? * MON *",
        "0 9 ? * MON 1960",
        "0 9 ? * 1-2-3 *",
    ],
)
def test_no_crons(text):
    with pytest.raises(ValueError, match=r"cron|exactly one"):
        cron_expression(text)


def test_dates():
    assert at_expression("2027-09-01T09:00") == "at(2027-09-01T09:00:00)"
    assert at_expression("at(2027-09-01T09:00:00)", timedelta(days=1)) == "at(2027-08-31T09:00:00)"
    for text in ("tomorrow", "2027-09-01T09:00Z"):
        with pytest.raises(ValueError, match=r"2027|tomorrow"):
            at_expression(text)
    with pytest.raises(ValueError, match="range"):
        at_expression("0001-01-01T00:00", timedelta(days=1))


def test_exactly_one():
    assert schedule_expression({"at": "", "rate": "1 day", "cron": ""}) == "rate(1 day)"
    with pytest.raises(ValueError, match="exactly one"):
        schedule_expression({"at": "2027-09-01T09:00", "rate": "1 day"})
