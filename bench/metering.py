"""What a deployment in memory uses: invocations, processor time, waiting time, log bytes, request units by label.

Processor time of the fakes is no part of a function's; what production pays instead is the AWS SDK's, which
`bench.sdk` measures on the real adapters, and the time that an answer takes, which is assumed (`WAITS_MS`).
"""

from __future__ import annotations

import io
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from time import thread_time
from typing import Any, TypeVar

from stepwell.contracts.messages import Email

from tests.fakes.outside import MemoryMailer
from tests.fakes.world import World

T = TypeVar("T")
# Milliseconds that an answer takes within a region, on the dear side; the SDK works on 8 batches at a time and
# the mailer on 16 messages, or on a chunk of claims in one SendBulkEmail, for which twice the time is assumed.
WAITS_MS = {
    "get": 5.0,
    "put": 6.0,
    "query": 6.0,
    "batch_get": 10.0,
    "statements": 15.0,
    "batch_write": 12.0,
    "put_records": 12.0,
    "start": 20.0,
    "send": 60.0,
    "send_bulk": 120.0,
}
AT_ONCE = {"batch_get": 8, "statements": 8, "batch_write": 8, "send": 16}
ITEMS_A_CALL = {"batch_get": 100, "statements": 25, "batch_write": 25, "put_records": 500, "send_bulk": 50}
CLAIMED_AT_ONCE = 25
# The pass looks up who waits for all contacts of a batch at a time.
LOOKED_UP_AT_ONCE = 16
# What CloudWatch Logs adds to each line. Lambda's own lines (START, END, REPORT) are only written in the text
# format; the stacks set JSON with system lines from WARN on.
LINE_BYTES = 26
# Which calls of the AWS SDK a port's method makes.
CALLS: dict[tuple[str, str], tuple[str, ...]] = {
    ("tokens", "get"): ("batch_get",),
    ("tokens", "of_profile"): ("query",),
    ("tokens", "create"): ("statements",),
    ("tokens", "move"): ("statements",),
    ("tokens", "arrive"): ("put",),
    ("parking", "put_due"): ("put", "batch_write", "put"),
    ("parking", "delete_due"): ("batch_write",),
    ("parking", "due_buckets"): ("query",),
    ("parking", "due_rows"): ("query",),
    ("parking", "drop_bucket"): ("get", "query", "put"),
    ("parking", "put_waiters"): ("batch_write",),
    ("parking", "delete_waiters"): ("batch_write",),
    ("parking", "waiters"): ("query",),
    ("runs", "record"): ("put", "put"),
    ("runs", "get"): ("batch_get", "batch_get"),
    ("runs", "attempt"): ("get",),
    ("runs", "trace"): ("get",),
    ("runs", "put_trace"): ("put",),
    ("runs", "close"): ("put",),
    ("runs", "expect"): ("put",),
    ("profiles", "get"): ("batch_get",),
    ("profiles", "put"): ("statements",),
    ("profiles", "patch"): ("batch_get", "statements"),
    ("profiles", "link"): ("statements",),
    ("messaging", "records"): ("batch_get",),
    ("messaging", "suppressed"): ("batch_get",),
    ("messaging", "claim"): ("statements",),
    ("messaging", "keep_places"): ("statements",),
    ("messaging", "set_consent"): ("batch_get", "statements"),
    ("messaging", "suppress"): ("put",),
    ("machines", "start"): ("start",),
    ("mailer", "send"): ("send",),
    ("mailer", "send_many"): ("send_bulk",),
    ("stream", "put"): ("put_records",),
    ("rate", "acquire"): ("get", "put"),
    ("counters", "add"): ("get", "put"),
    ("config", "read"): ("get",),
}


@dataclass
class FunctionUse:
    """What one function used.

    Attributes:
        invocations: Calls.
        own_s: Processor time of our code.
        sdk_s: Processor time of the AWS SDK.
        waits_s: Time spent waiting for answers.
        durations_s: Sum of the calls' durations at the function's share of a processor.
        gb_s: What Lambda bills.
        lines: Log lines.
        log_bytes: Bytes that CloudWatch Logs bills.
    """

    invocations: int = 0
    own_s: float = 0.0
    sdk_s: float = 0.0
    waits_s: float = 0.0
    durations_s: float = 0.0
    gb_s: float = 0.0
    lines: int = 0
    log_bytes: int = 0


@dataclass
class Meter:
    """Collects what is used.

    Attributes:
        memory_mb: Memory a function name.
        sdk: Seconds of processor a call and an item, by kind of call.
        functions: By name.
        amounts: Units of priced services, by price name.
        labels: (WRU, RRU) by table's label.
    """

    memory_mb: dict[str, int]
    sdk: dict[str, tuple[float, float]]
    functions: dict[str, FunctionUse] = field(default_factory=lambda: defaultdict(FunctionUse))
    amounts: Counter[str] = field(default_factory=Counter)
    labels: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))

    def __post_init__(self) -> None:
        """Stand outside of any function."""
        self._fake_s = 0.0
        self._calls: Counter[str] = Counter()
        self._items: Counter[str] = Counter()
        self._rounds: Counter[str] = Counter()
        self._read: set[str] = set()
        self._inside = False
        self.log = LOG

    def config_read(self, name: str) -> None:
        """Note a read of a setting: cached for seconds, so billed once an invocation, on the dear side."""
        if self._inside and name not in self._read:
            self._read.add(name)
            self.labels[f"config.{name}"][1] += 1
            self.called("config", "read", 1)

    def called(self, port: str, method: str, items: int) -> None:
        """Note a call of a port."""
        if not self._inside:
            return
        for kind in CALLS.get((port, method), ()):
            calls = max(1, ceil(items / ITEMS_A_CALL[kind])) if kind in ITEMS_A_CALL else 1
            self._calls[kind] += calls
            self._items[kind] += items if kind in ITEMS_A_CALL else 0
            if kind != "send":
                self._rounds[kind] += ceil(calls / AT_ONCE.get(kind, 1))

    def fake(self, seconds: float) -> None:
        """Take a fake's processor time out of the invocation's."""
        self._fake_s += seconds

    @contextmanager
    def invocation(self, function: str) -> Iterator[None]:
        """Meter one call of a function."""
        self._fake_s = 0.0
        for counted in (self._calls, self._items, self._rounds):
            counted.clear()
        self._read.clear()
        self._inside = True
        before, lines = self.log.bytes, self.log.lines
        stdout, sys.stdout = sys.stdout, self.log
        started = thread_time()
        try:
            yield
        finally:
            own = thread_time() - started - self._fake_s
            sys.stdout = stdout
            self._inside = False
            lines = self.log.lines - lines
            size = self.log.bytes - before + lines * LINE_BYTES
            looks_up = function == "process_events"
            self._add(self.functions[function], self.memory_mb[function], own, lines, size, looks_up)

    def _add(
        self, use: FunctionUse, memory_mb: int, own: float, lines: int, log_bytes: int, looks_up: bool
    ) -> None:
        sdk = sum(
            calls * self.sdk[kind][0] + self._items[kind] * self.sdk[kind][1]
            for kind, calls in self._calls.items()
        )
        sends = self._calls["send"]
        full, rest = divmod(sends, CLAIMED_AT_ONCE)
        self._rounds["send"] = full * ceil(CLAIMED_AT_ONCE / AT_ONCE["send"]) + ceil(rest / AT_ONCE["send"])
        if looks_up:
            self._rounds["query"] = ceil(self._calls["query"] / LOOKED_UP_AT_ONCE)
        waits = sum(WAITS_MS[kind] * rounds for kind, rounds in self._rounds.items()) / 1000
        share = min(1.0, memory_mb / 1769)
        duration = ceil(((own + sdk) / share + waits) * 1000) / 1000
        use.invocations += 1
        use.own_s += own
        use.sdk_s += sdk
        use.waits_s += waits
        use.durations_s += duration
        use.gb_s += duration * memory_mb / 1024
        use.lines += lines
        use.log_bytes += log_bytes


class _Log(io.TextIOBase):
    """Standard output that only counts."""

    def __init__(self) -> None:
        self.bytes = 0
        self.lines = 0
        self.last = ""

    def write(self, text: str) -> int:
        self.bytes += len(text.encode())
        self.lines += text.count("\n")
        self.last = text if len(text) > 1 else self.last
        return len(text)

    def flush(self) -> None:
        return


# One for the process: loggers keep the stream that they were made with.
LOG = _Log()


class Outside:
    """Stands before a fake: counts the calls that production would make, and takes the fake's time out.

    Args:
        name: The port's name.
        port: The fake.
        meter: Where to count.
    """

    def __init__(self, name: str, port: Any, meter: Meter) -> None:
        self._name = name
        self._port = port
        self._meter = meter

    def __getattr__(self, method: str) -> Any:
        """Return the fake's method, metered."""
        target = getattr(self._port, method)
        if not callable(target):
            return target
        meter, name = self._meter, self._name

        def metered(*args: Any, **more: Any) -> Any:
            started = thread_time()
            try:
                return target(*args, **more)
            finally:
                sized = [a for a in args if isinstance(a, Sized) and not isinstance(a, str)]
                meter.called(name, method, len(sized[0]) if sized else 1)
                meter.fake(thread_time() - started)

        self.__dict__[method] = metered
        return metered


class Settings:
    """Stands before what is cached in a process: settings, switches, templates, the trigger index.

    Args:
        port: The fake.
        meter: Where to count.
        cached: Methods whose answers come from a cache that lasts seconds.
    """

    def __init__(self, port: Any, meter: Meter, *cached: str) -> None:
        self._port = port
        self._meter = meter
        self._cached = frozenset(cached)

    def __getattr__(self, method: str) -> Any:
        """Return the fake's method, noting a read."""
        target = getattr(self._port, method)
        if method not in self._cached:
            return target

        def metered(*args: Any) -> Any:
            self._meter.config_read(method)
            return target(*args)

        self.__dict__[method] = metered
        return metered


class BulkMailer(MemoryMailer):
    """Takes many messages in a call, as SES does."""

    def send_many(self, emails: Sequence[Email]) -> list[str]:
        """Take all of them."""
        return [self.send(email) for email in emails]


class MeteredWorld(World):
    """A world that knows which label used which request units."""

    def __init__(self, meter: Meter, *, bulk: bool = True) -> None:
        super().__init__()
        if bulk:
            self.mailer = BulkMailer(self)
        self._meter = meter
        self._label = "none"
        self._billed = (0.0, 0.0)

    def write(self, label: str, apply: Callable[[], T]) -> T:
        """See `World.write`."""
        self._turn_to(label)
        return super().write(label, apply)

    def read(self, label: str) -> None:
        """See `World.read`."""
        self._turn_to(label)
        super().read(label)

    def settle(self) -> None:
        """Put down what was billed since the last label."""
        wru, rru = self.bill.wru, self.bill.rru
        found = self._meter.labels[self._label]
        found[0] += wru - self._billed[0]
        found[1] += rru - self._billed[1]
        self._billed = wru, rru

    def forget(self) -> None:
        """Begin to count anew."""
        self._meter.labels.clear()
        self._meter.functions.clear()
        self._meter.amounts.clear()
        self.bill.clear()
        self._billed = (0.0, 0.0)

    def _turn_to(self, label: str) -> None:
        self.settle()
        self._label = label.partition(":")[0]
