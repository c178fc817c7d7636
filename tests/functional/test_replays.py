"""Real histories through clients that others wrote, HTTP and both handlers, into profiles: what pandas computes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from stepwell.adapters.clock import SystemClock
from stepwell.conditions import parse, to_json
from stepwell.contracts import computed, scores
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.triggers.batches import decode
from stepwell.triggers.ports import StreamRecord

from functions.ingest_events.handler import handler
from tests.functional import replays
from tests.functional.gateway import gateway
from tests.functional.line import Line
from tests.functional.replays import DAY, ORDER, ORDER_POINTS, POINTS, SEGMENTS, Expected
from tests.unit.triggers.stage import TENANT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not replays.DATA.is_dir(), reason=replays.MISSING),
]

CLIENTS = Path(__file__).with_name("clients")
ROOT = Path(__file__).resolve().parents[2]
PYTHON, NODE = "replay_python.py", "replay_node.mjs"


def rules() -> dict[str, Any]:
    def taken(name: str, kind: str, event: str = ORDER, **more: Any) -> dict[str, Any]:
        return {"name": name, "kind": kind, "event": event, **more}

    def sequence(id_: str, steps: tuple[str, ...], within: str, without: str) -> dict[str, Any]:
        return {
            "id": id_,
            "steps": [{"event": name} for name in steps],
            "within": within,
            "without": [{"event": without}] if without else [],
            "emit": id_,
        }

    points = {**POINTS, ORDER: ORDER_POINTS}
    model = {
        "id": "reader",
        "name": "Reader",
        "rules": [
            {"id": name, "code": chr(97 + number), "event": name, "points": worth}
            for number, (name, worth) in enumerate(points.items())
        ],
    }
    return {
        "v": 1,
        "computed": [
            taken("views", "count", "page_view"),
            taken("views_30", "count", "page_view", window_days=30),
            taken("orders", "frequency"),
            taken("spent", "monetary", property="total"),
            taken("spent_90", "monetary", property="total", window_days=90),
            taken("first_total", "first", property="total"),
            taken("last_total", "last", property="total"),
            taken("mean_total", "average", property="total"),
            taken("biggest", "max", property="total"),
        ],
        "scores": {"reader": {"version": 1, "model": model}},
        "segments": {
            name: {"id": name, "kind": "dynamic", "condition": to_json(parse(text))}
            for name, text in SEGMENTS.items()
        },
        "sequences": {
            "read_and_liked": sequence("read_and_liked", *_worded(replays.READ_AND_LIKED)),
            "read_marked_liked": sequence("read_marked_liked", *_worded(replays.READ_MARKED_LIKED)),
        },
    }


def _worded(steps: tuple[tuple[str, ...], int, str]) -> tuple[tuple[str, ...], str, str]:
    names, within, without = steps
    return names, {3_600: "1_hour", DAY: "1_day"}[within], without


class Replay:
    """A line that calls are sent to by a client, and the questions asked of it."""

    def __init__(self, line: Line, folder: Path) -> None:
        self.line = line
        self._folder = folder

    def send(self, calls: Sequence[dict[str, Any]], client: str = PYTHON, *more: str) -> list[StreamRecord]:
        """Send calls by a client; return what it made of them on the stream."""
        file = self._folder / "calls.jsonl"
        file.write_text("".join(f"{json.dumps(call)}\n" for call in calls))
        path = CLIENTS / client
        program = sys.executable if path.suffix == ".py" else str(Path(sys.executable).with_name("node"))
        with gateway(handler) as api:
            done = subprocess.run(
                [program, str(path), api.address, str(file), *more],
                cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
            )  # fmt: skip
            assert (done.returncode, done.stdout) == (0, ""), done.stderr
            assert {status for _, status in api.requests} == {200}
        return self.line.taken()

    def deliver(self, records: Sequence[StreamRecord], size: int = 200) -> None:
        """Deliver records in batches, each at the time of its newest event."""
        clock = self.line.stage.world.clock
        for start in range(0, len(records), size):
            part = records[start : start + size]
            newest = max(event.when for record in part for event in decode(record.data).events)
            clock.at = max(clock.at, newest)
            assert self.line.deliver(part) == {"batchItemFailures": []}

    def wait(self, until: int) -> None:
        """Let time pass; what is due happens."""
        self.line.stage.world.clock.at = datetime.fromtimestamp(until, UTC)
        while self.line.sweep():
            pass

    def profiles(self, users: Sequence[str]) -> dict[str, Profile]:
        ids = {user: profile_id(TENANT, "user", user) for user in users}
        found = self.line.stage.world.profiles.get(TENANT, list(ids.values()))
        return {user: found[id_] for user, id_ in ids.items() if id_ in found}

    def members(self, segment: str) -> set[str]:
        """Return the members by their rows."""
        found: set[str] = set()
        cursor = None
        while True:
            page, cursor = self.line.stage.members.page(TENANT, segment, cursor, 500)
            found |= {member.profile for member in page}
            if cursor is None:
                return found


@pytest.fixture
def replay(tmp_path: Path) -> Iterator[Replay]:
    with made(tmp_path) as one:
        yield one


@contextmanager
def made(folder: Path) -> Iterator[Replay]:
    line = Line(SystemClock())
    line.stage.world.clock.at = datetime(1996, 12, 31, tzinfo=UTC)
    line.stage.rules.documents[TENANT] = rules()
    with line.wired():
        yield Replay(line, folder)
    assert line.poison.documents == {}


def check(replay: Replay, expected: Expected, *, sequences: bool = True) -> dict[str, Profile]:
    """Compare everything that profiles say with what pandas computes."""
    found = replay.profiles(expected.users)
    assert found.keys() == set(expected.users)
    # Nobody is two: strangers became the users that they are.
    assert len({profile.id for profile in found.values()}) == len(found)
    counts = {
        user: {n: t for n in (*POINTS, ORDER) if (t := profile.history["e"].get(n, [0])[0])}
        for user, profile in found.items()
    }
    assert counts == {
        user: {n: int(t) for n, t in row.items() if t}
        for user, row in expected.counts.to_dict("index").items()
    }
    traits = {user: p.traits["country"] for user, p in found.items() if "country" in p.traits}
    assert traits == expected.country()
    at = expected.now
    for user, exact in expected.score().items():
        assert abs(scores.exact(found[user].scores["reader"], at) - exact) < 0.1, user
    for user, row in expected.orders().to_dict("index").items():
        told = {n: computed.value_of(found[user].computed[n], at * 1000) for n in row}
        assert told == pytest.approx(row), user
    unsure = set() if sequences else SEQUENTIAL
    sure = set(expected.users) - expected.unsure()
    for segment, users in expected.segments().items():
        if segment in unsure:
            continue
        inside = {user for user, profile in found.items() if segment in profile.segments}
        assert inside & sure == users & sure, segment
        assert replay.members(segment) == {found[user].id for user in inside}, segment
    if sequences:
        for name, steps in (
            ("read_and_liked", replays.READ_AND_LIKED),
            ("read_marked_liked", replays.READ_MARKED_LIKED),
        ):
            for user, (surely, most) in expected.completions(*steps).items():
                assert surely <= found[user].history["e"].get(name, [0])[0] <= most, (user, name)
    return found


SEQUENTIAL = {"sequence", "three"}
"""Segments by sequences: what a late event completes is decided by what was seen before it."""


def in_time(
    replay: Replay, rows: pd.DataFrame, moments: Sequence[int], client: str = PYTHON
) -> dict[str, Profile]:
    """Replay as it happened, and look at each moment, the quiet ones after the end too."""
    before = 0
    found: dict[str, Profile] = {}
    calls = list(replays.calls(rows))
    for moment in moments:
        part = [call for call in calls if before <= pd.Timestamp(call["timestamp"]).timestamp() < moment]
        before = moment
        if part:
            replay.deliver(replay.send(part, client))
        replay.wait(moment)
        found = check(replay, Expected(rows, moment))
    return found


def disturbed(calls: Sequence[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Shuffle calls and repeat one in ten soon after: clients do so when an answer was lost."""
    draw = Random(seed)
    mixed = list(calls)
    draw.shuffle(mixed)
    found: list[dict[str, Any]] = []
    for call in mixed:
        found.append(call)
        if draw.random() < 0.1:
            found.insert(len(found) - draw.randrange(min(len(found), 20)), call)
    return found


def out_of_order(replay: Replay, rows: pd.DataFrame, now: int, seed: int = 5) -> dict[str, Profile]:
    """Deliver everything late, mixed, in batches of any size, some of them twice."""
    records = replay.send(disturbed(list(replays.calls(rows)), seed), PYTHON, "37")
    replay.line.stage.world.clock.at = datetime.fromtimestamp(now, UTC)
    draw = Random(seed)
    while records:
        # A contact keeps the marks of some 20 events beside those of its latest batch.
        size = draw.choice((1, 7, 60, 120))
        part, records = records[:size], records[size:]
        draw.shuffle(part)
        for _ in range(1 + (draw.random() < 0.3)):
            assert replay.line.deliver(part) == {"batchItemFailures": []}
    return check(replay, Expected(rows, now), sequences=False)


def alike(one: dict[str, Profile], other: dict[str, Profile], now: int) -> None:
    """Insist that two ways of delivery ended in the same contacts."""
    assert one.keys() == other.keys()
    for user, profile in one.items():
        again = other[user]
        assert again.traits == profile.traits
        for name, state in profile.computed.items():
            assert computed.value_of(again.computed[name], now * 1000) == computed.value_of(state, now * 1000)
        assert scores.value_of(again.scores["reader"], now) == pytest.approx(
            scores.value_of(profile.scores["reader"], now), abs=1
        )
        names = set(SEGMENTS) - SEQUENTIAL - {"hot", "core_hot"}
        assert again.segments.keys() & names == profile.segments.keys() & names, user


def deskdrop_and_back(tmp_path: Path, every: int) -> None:
    rows = replays.deskdrop(every)
    end = (int(rows["at"].max()) // DAY + 1) * DAY
    with made(tmp_path) as straight:
        first = in_time(straight, rows, [end - 90 * DAY, end - 20 * DAY, end, end + 8 * DAY, end + 31 * DAY])
    with made(tmp_path) as crooked:
        alike(first, out_of_order(crooked, rows, end + 31 * DAY), end + 31 * DAY)


def cdnow_and_back(tmp_path: Path, every: int, client: str) -> None:
    rows = replays.cdnow(every)
    end = (int(rows["at"].max()) // DAY + 1) * DAY
    with made(tmp_path) as straight:
        first = in_time(straight, rows, [end - 365 * DAY, end - 60 * DAY, end, end + 45 * DAY], client)
    with made(tmp_path) as crooked:
        alike(first, out_of_order(crooked, rows, end + 45 * DAY), end + 45 * DAY)


def test_readers_of_one_in_twelve(tmp_path: Path):
    deskdrop_and_back(tmp_path, 12)


def test_buyers_of_one_in_twenty(tmp_path: Path):
    cdnow_and_back(tmp_path, 20, NODE)


@pytest.mark.deep
def test_all_readers(tmp_path: Path):
    deskdrop_and_back(tmp_path, 1)


@pytest.mark.deep
def test_all_buyers(tmp_path: Path):
    cdnow_and_back(tmp_path, 1, PYTHON)
