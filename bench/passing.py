"""The pass's own work, without stores: how many events a second one core takes, and how big profiles become."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import process_time

from stepwell.adapters.items.fast_json import pack, squeeze, unpack
from stepwell.adapters.items.profiles import decode_profile, encode_profile, profile_key
from stepwell.adapters.items.wire import Plain, size_of
from stepwell.cold_start import collector_resting
from stepwell.conditions.values import zone_named
from stepwell.profiles.identity import Directory, asked
from stepwell.triggers.batches import decode
from stepwell.triggers.index import TriggerIndex
from stepwell.triggers.person import Delivery, Person, in_order
from stepwell.triggers.rules import TenantRules

from bench.events import EVENTS, START, TENANT, records, rules_document, triggers_document
from bench.results import Result

PEOPLE = 1_000
BATCH = 100
BEFORE = 6
ROUNDS = 15
BAR = 50_000.0
MEDIAN_BYTES = 1_024.0


class Core:
    """Everything between the bytes of the stream and the bytes of the table."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Plain] = {}
        self._index = TriggerIndex(triggers_document())
        self._rules = TenantRules(rules_document(), self._index.asked, self._index.counted)
        self._zone = zone_named("Europe/Berlin") or UTC

    def run(self, batch: Sequence[bytes], now: datetime) -> list[Plain]:
        """Take a batch of records; return the profiles' items as they would be written."""
        with collector_resting():
            return self._run(batch, now)

    def _run(self, batch: Sequence[bytes], now: datetime) -> list[Plain]:
        deliveries = [Delivery(str(number), "", data, decode(data)) for number, data in enumerate(batch)]
        events = [event for delivery in deliveries for event in delivery.batch.events]
        found = {
            profile: decode_profile(item, unpack)
            for profile in asked(TENANT, events)
            if (item := self.items.get(profile_key(TENANT, profile))) is not None
        }
        directory = Directory(TENANT, found)
        people: dict[str, Person] = {}
        for event, delivery in in_order(deliveries):
            profile = directory.resolve(event).profile
            person = people.get(profile)
            if person is None:
                person = people[profile] = Person(profile)
            person.items.append((event, delivery))
        written = []
        for profile, person in people.items():
            stored = found.get(profile)
            # What was pending has been enrolled since.
            done = {one.key for one in stored.pending} if stored is not None else set()
            folded = person.fold(stored, self._index, self._rules, now, self._zone, done)
            rev = folded.profile.rev + 1
            written.append(encode_profile(TENANT, folded.profile, rev=rev, pack=pack, squeeze=squeeze))
        return written

    def keep(self, written: Sequence[Plain]) -> None:
        """Store items."""
        self.items.update({(item["pk"], item["sk"]): item for item in written})


def passing() -> list[Result]:
    """Measure the pass."""
    core = Core()
    for day in range(BEFORE):
        begin = START - timedelta(days=BEFORE - day)
        data = list(records(PEOPLE, day, begin))
        for start in range(0, PEOPLE, BATCH):
            core.keep(core.run(data[start : start + BATCH], begin + timedelta(hours=2)))
    data = list(records(PEOPLE, 99))
    batches = [data[start : start + BATCH] for start in range(0, PEOPLE, BATCH)]
    now = START + timedelta(hours=2)
    # The least of several rounds, batch by batch: what others do on the machine takes the caches from a batch, and
    # processor time counts the wait for memory.
    best = [float("inf")] * len(batches)
    times = []
    for _ in range(ROUNDS):
        for number, batch in enumerate(batches):
            started = process_time()
            core.run(batch, now)
            times.append(process_time() - started)
            best[number] = min(best[number], times[-1])
    rate = BATCH * EVENTS / statistics.mean(best)
    median = BATCH * EVENTS / statistics.median(times)
    sizes = sorted(size_of(item) for item in core.items.values())
    note = (
        f"one core, CPython {platform.python_version()}, processor time of {len(batches)} batches of {BATCH} records "
        f"of {EVENTS} events, each the least of {ROUNDS} rounds (median of all {median:,.0f}): parsed, resolved, "
        "folded into stored profiles, scored, 10 segments, 20 rules"
    )
    return [
        Result("pass_events_per_s_core", rate, "events/s", note=note, bar=BAR, better="above"),
        Result(
            "profile_median_bytes",
            statistics.median(sizes),
            "B",
            note=f"hot item as billed after {BEFORE * EVENTS} events with scores and segments; "
            f"95th percentile {sizes[len(sizes) * 95 // 100]} B",
            bar=MEDIAN_BYTES,
        ),
    ]
