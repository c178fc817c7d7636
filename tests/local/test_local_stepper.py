from __future__ import annotations

from pathlib import Path

from local.activity import Activity
from local.clock import VirtualClock
from local.stepper import Stepper

START = 1_800_000_000.0


class Frozen:
    """Real time that stands still."""

    def __call__(self) -> float:
        return START


class Quiet:
    def __init__(self) -> None:
        self.work: dict[str, int] = {}

    def busy(self) -> dict[str, int]:
        return self.work

    def settled(self, for_s: float = 0.06) -> bool:
        return not self.work


class Markers:
    """Due times of an application whose sweeper takes what is due, or never does."""

    def __init__(self, *dues: float, stuck: bool = False) -> None:
        self.dues = list(dues)
        self.tried: set[float] = set()
        self.stuck = stuck
        self.swept: list[float] = []

    def next_due(self) -> float | None:
        return min((d for d in self.dues if d not in self.tried), default=None)

    def sweep(self, now: float, now_iso: str) -> bool:
        due = [d for d in self.dues if d <= now and d not in self.tried]
        if not due:
            return False
        self.swept.append(now)
        self.tried.update(due)
        if not self.stuck:
            self.dues = [d for d in self.dues if d > now]
        return True


class Schedules:
    def __init__(self, once: float | None = None, recurring: list[float] | None = None) -> None:
        self.once, self.recurring, self.ticks = once, recurring or [], 0
        self.clock: VirtualClock | None = None

    def next_once(self) -> float | None:
        return self.once

    def next_recurring(self, min_period_s: float) -> float | None:
        return min(self.recurring, default=None)

    def tick(self) -> None:
        assert self.clock is not None
        self.ticks += 1
        now = self.clock.now()
        self.recurring = [t for t in self.recurring if t > now]
        if self.once is not None and self.once <= now:
            self.once = None


def make(
    tmp_path: Path, markers: Markers, schedules: Schedules | None = None
) -> tuple[Stepper, VirtualClock, Quiet]:
    clock, quiet = VirtualClock(tmp_path / "clock.json", Activity(), real=Frozen()), Quiet()
    schedules = schedules or Schedules()
    schedules.clock = clock
    return Stepper(clock, quiet, markers, schedules, 3600), clock, quiet


def test_steps_to_each_due_time_in_order(tmp_path: Path) -> None:
    markers = Markers(START + 5000, START + 100)
    stepper, clock, _ = make(tmp_path, markers)
    assert stepper.run(None, 5)["state"] == "idle"
    assert markers.swept == [START + 100, START + 5000]
    assert clock.now() == START + 5000


def test_never_steps_while_something_runs(tmp_path: Path) -> None:
    stepper, clock, quiet = make(tmp_path, Markers(START + 100))
    quiet.work = {"lambda": 1}
    assert stepper.step() == "busy"
    assert clock.now() == START


def test_stops_at_until_and_stands_there(tmp_path: Path) -> None:
    markers = Markers(START + 100, START + 9000)
    stepper, clock, _ = make(tmp_path, markers)
    stepper.run(START + 500, 5)
    assert markers.swept == [START + 100]
    assert clock.now() == START + 500


def test_a_sweeper_that_never_clears_its_marker_does_not_spin(tmp_path: Path) -> None:
    markers = Markers(START - 50, START + 100, stuck=True)
    stepper, _, _ = make(tmp_path, markers)
    outcome = stepper.run(None, 5)
    assert outcome["state"] == "idle"
    assert markers.swept == [START, START + 100]


def test_recurring_schedules_alone_do_not_move_the_clock(tmp_path: Path) -> None:
    stepper, clock, _ = make(tmp_path, Markers(), Schedules(recurring=[START + 86400]))
    assert stepper.step() == "idle"
    assert clock.now() == START


def test_recurring_schedules_fire_on_the_way(tmp_path: Path) -> None:
    schedules = Schedules(once=START + 3 * 86400, recurring=[START + 86400, START + 2 * 86400])
    stepper, _, _ = make(tmp_path, Markers(), schedules)
    assert stepper.run(None, 5)["steps"] == 3
    assert schedules.recurring == []
    assert schedules.once is None


def test_timeout_is_reported_with_what_is_busy(tmp_path: Path) -> None:
    stepper, _, quiet = make(tmp_path, Markers())
    quiet.work = {"kinesis": 3}
    outcome = stepper.run(None, 0.1)
    assert outcome["state"] == "timeout"
    assert outcome["busy"] == {"kinesis": 3}
