"""Purchases to replay: CDNOW's real ones when the data set lies beside the project, else an audience of that shape.

CDNOW (Fader & Hardie, 2001): 69,659 purchases of 23,570 people who first bought in the first quarter of 1997. The
generated audience keeps what matters here: how many buy again within three weeks (about one in seven), how soon,
how many discs and for how much.
"""

from __future__ import annotations

import gzip
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stepwell.contracts.ids import short_hash

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "cdnow_master.txt.gz"
FIRST_DAY = date(1997, 1, 1)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order.

    Attributes:
        customer: Customer id.
        day: Days since the first day of the replay.
        minute: Minute of that day.
        quantity: Discs.
        total: Dollars.
        number: The customer's how-many-eth order, from 1.
    """

    customer: str
    day: int
    minute: int
    quantity: int
    total: float
    number: int


def purchases(customers: int, entry_days: int, days: int, data: Path = DATA) -> tuple[list[Purchase], str]:
    """Return orders of the first customers, oldest first, and where they come from.

    Args:
        customers: How many customers at most.
        entry_days: Customers count whose first order falls into these first days.
        days: Days to replay.
        data: The CDNOW file.
    """
    if data.exists():
        return _replay(_read(data), customers, entry_days, days), "CDNOW 1997"
    return _replay(
        _made(customers, entry_days), customers, entry_days, days
    ), "a generated audience (CDNOW's shape)"


def _read(data: Path) -> Iterator[tuple[str, int, int, float]]:
    with gzip.open(data, "rt") as lines:
        for line in lines:
            parts = line.split()
            if len(parts) == 4 and parts[0].isdigit():
                at = date(int(parts[1][:4]), int(parts[1][4:6]), int(parts[1][6:]))
                yield parts[0], (at - FIRST_DAY).days, int(parts[2]), float(parts[3])


def _made(customers: int, entry_days: int) -> Iterator[tuple[str, int, int, float]]:
    source = random.Random(1997)
    for number in range(customers):
        day = source.randrange(entry_days)
        for _ in range(1 + (source.random() < 0.15) + (source.random() < 0.04)):
            quantity = min(1 + int(source.expovariate(0.7)), 12)
            yield f"{number:05d}", day, quantity, round(quantity * source.uniform(9, 19), 2)
            day += 1 + int(source.expovariate(1 / 8))


def _replay(
    rows: Iterator[tuple[str, int, int, float]], customers: int, entry_days: int, days: int
) -> list[Purchase]:
    orders: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
    for customer, day, quantity, total in rows:
        orders[customer].append((day, quantity, total))
    newcomers = [c for c, its in orders.items() if min(its)[0] < entry_days]
    # Not the lowest ids: a hash picks them, so that every entry day has some.
    chosen = sorted(newcomers, key=lambda c: short_hash("demo", c))[:customers]
    found = [
        Purchase(customer, day, _minute(customer, number), quantity, total, number)
        for customer in chosen
        for number, (day, quantity, total) in enumerate(sorted(orders[customer]), 1)
        if day < days
    ]
    return sorted(found, key=lambda p: (p.day, p.minute, p.customer, p.number))


def _number(text: str) -> int:
    return int.from_bytes(text.encode()) * 2_654_435_761 % 2**32


def _minute(customer: str, number: int) -> int:
    """The data has days only: spread orders over 8:00 to 22:00, later ones of a day later."""
    return min(8 * 60 + _number(customer) % 780 + number * 7, 22 * 60)
