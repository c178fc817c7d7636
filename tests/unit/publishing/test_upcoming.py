from datetime import UTC, datetime, timedelta

import pytest
from stepwell.publishing.upcoming import next_runs

AFTER = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)  # a Friday; Berlin's clocks go forward on the 29th


def local(expression: str, zone: str = "Europe/Berlin", count: int = 3) -> list[str]:
    from zoneinfo import ZoneInfo

    runs = next_runs(expression, zone, AFTER, AFTER - timedelta(hours=1), count)
    return [run.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") for run in runs]


def test_a_local_hour_stays_over_the_change_of_clocks() -> None:
    assert local("cron(0 9 * * ? *)") == ["2026-03-28 09:00", "2026-03-29 09:00", "2026-03-30 09:00"]
    utc = next_runs("cron(0 9 * * ? *)", "Europe/Berlin", AFTER, AFTER, 2)
    assert [run.hour for run in utc] == [8, 7]


def test_a_skipped_hour_does_not_happen() -> None:
    assert local("cron(30 2 * * ? *)") == ["2026-03-28 02:30", "2026-03-30 02:30", "2026-03-31 02:30"]


def test_a_repeated_hour_happens_once() -> None:
    after = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    runs = next_runs("cron(30 2 * * ? *)", "Europe/Berlin", after, after, 2)
    assert [r.date().day for r in runs] == [25, 26]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 9 ? * MON *)", ["2026-03-30 09:00", "2026-04-06 09:00", "2026-04-13 09:00"]),
        ("cron(0 9 ? * 2#1 *)", ["2026-04-06 09:00", "2026-05-04 09:00", "2026-06-01 09:00"]),
        ("cron(0 9 ? * FRIL *)", ["2026-04-24 09:00", "2026-05-29 09:00", "2026-06-26 09:00"]),
        ("cron(0 9 L * ? *)", ["2026-03-31 09:00", "2026-04-30 09:00", "2026-05-31 09:00"]),
        ("cron(0 9 LW * ? *)", ["2026-03-31 09:00", "2026-04-30 09:00", "2026-05-29 09:00"]),
        ("cron(0 9 1W * ? *)", ["2026-04-01 09:00", "2026-05-01 09:00", "2026-06-01 09:00"]),
        ("cron(0/30 8-9 1,15 JAN-APR ? *)", ["2026-04-01 08:00", "2026-04-01 08:30", "2026-04-01 09:00"]),
        ("cron(0 9 1 1 ? 2028)", ["2028-01-01 09:00"]),
    ],
)
def test_cron(expression: str, expected: list[str]) -> None:
    assert local(expression) == expected


def test_at_and_rate() -> None:
    assert local("at(2026-04-01T09:00:00)") == ["2026-04-01 09:00"]
    assert local("at(2026-01-01T09:00:00)") == []
    runs = next_runs("rate(2 hours)", "", AFTER, AFTER - timedelta(hours=3), 2)
    assert runs == [AFTER + timedelta(hours=1), AFTER + timedelta(hours=3)]
