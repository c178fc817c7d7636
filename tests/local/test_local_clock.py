from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from local.activity import Activity
from local.clock import VirtualClock, iso, parse_iso


def make_clock(tmp_path: Path) -> tuple[VirtualClock, Activity]:
    activity = Activity()
    return VirtualClock(tmp_path / "clock.json", activity), activity


def test_offset_is_written_for_lambdas_and_kept_over_a_restart(tmp_path: Path) -> None:
    clock, _ = make_clock(tmp_path)
    clock.configure(mode="stepped", auto=False, offset_s=3600)
    assert json.loads((tmp_path / "clock.json").read_text())["offset_s"] == 3600
    again, _ = make_clock(tmp_path)
    assert (again.mode, again.auto, again.offset_s) == ("stepped", False, 3600)


def test_waiter_is_released_by_a_jump_and_counts_as_work_again_before_it_wakes(tmp_path: Path) -> None:
    clock, activity = make_clock(tmp_path)
    activity.enter("execution")
    seen = []

    def wait() -> None:
        clock.wait_until(clock.now() + 86400, owner="a", label="a", kind="execution")
        seen.append(activity.busy())

    thread = threading.Thread(target=wait)
    thread.start()
    while activity.busy():
        pass
    assert [d.label for d in clock.dues()] == ["a"]
    clock.advance_to(clock.now() + 86401)
    thread.join(5)
    assert seen == [{"execution": 1}]
    assert clock.next_due() is None


def test_jump_short_of_the_due_time_releases_nobody(tmp_path: Path) -> None:
    clock, _ = make_clock(tmp_path)
    done = threading.Event()

    def wait() -> None:
        clock.wait_until(clock.now() + 1000, owner="a", label="a", kind="execution")
        done.set()

    threading.Thread(target=wait, daemon=True).start()
    while clock.next_due() is None:
        pass
    clock.advance_to(clock.now() + 500)
    assert not done.wait(0.2)
    clock.cancel("a")
    assert done.wait(2)


def test_clock_never_goes_back_by_advancing(tmp_path: Path) -> None:
    clock, _ = make_clock(tmp_path)
    assert not clock.advance_to(clock.now() - 10)
    assert clock.offset_s == 0


def test_unknown_mode_is_refused(tmp_path: Path) -> None:
    clock, _ = make_clock(tmp_path)
    with pytest.raises(ValueError, match="mode"):
        clock.configure(mode="fast")


def test_iso_round_trip() -> None:
    assert parse_iso(iso(1795414386.25)) == 1795414386.25
    assert parse_iso("2026-01-01T00:00:00") == parse_iso("2026-01-01T00:00:00Z")
