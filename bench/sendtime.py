"""How well the hour of a contact's next visit is told from its past: Deskdrop in time order, by log-loss.

The data (CI&T Deskdrop, see its source for terms) is not part of the project: it is read from ``../shared/data``, and
without it the figures are missing. Every prediction knows only what came
before it; the prior is estimated anew each day of the first month and each week from then on (the product does it
each day), from what its profiles hold.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import log
from pathlib import Path

from stepwell.contracts.profiles import Profile
from stepwell.timing.hours import HOURS, State, noted, totals
from stepwell.timing.prior import Prior, estimate
from stepwell.timing.shrinking import shares_of

from bench.results import Result

DATA = Path(__file__).parents[1] / ".." / "shared" / "data" / "deskdrop_interactions.csv.gz"
DAY_S, REST_S = 86_400, 1_800
SAMPLES = 1_000
WAYS = ("global", "raw", "shrunk", "segments")


@dataclass
class Scores:
    """Losses by way of telling, and by contact.

    Attributes:
        of: ``{way: {contact: sum of losses}}``.
        number: How many hours were told, by contact.
        prior: The last one.
    """

    of: dict[str, dict[str, float]] = field(default_factory=lambda: {way: defaultdict(float) for way in WAYS})
    number: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    prior: Prior = field(default_factory=Prior)

    def mean(self, way: str) -> float:
        """Return the mean log-loss (nats) of a way."""
        return sum(self.of[way].values()) / sum(self.number.values())

    def gain(self, way: str, over: str = "global") -> tuple[float, float, float]:
        """Return by how much a way is better, with the 95 % interval of a bootstrap over contacts."""
        differences = [
            (self.of[over][who] - self.of[way][who], number) for who, number in self.number.items()
        ]
        draw = random.Random(1)
        means = []
        for _ in range(SAMPLES):
            drawn = draw.choices(differences, k=len(differences))
            means.append(sum(one for one, _ in drawn) / sum(number for _, number in drawn))
        means.sort()
        return self.mean(over) - self.mean(way), means[SAMPLES // 40], means[-SAMPLES // 40]


def deskdrop() -> Path | None:
    """Return where the data lies, None: not here."""
    return DATA if DATA.exists() else None


def events(path: Path, limit: int | None = None) -> list[tuple[int, str, str]]:
    """Return (second, contact, country) in time order."""
    with gzip.open(path, "rt") as file:
        found = [(int(row["timestamp"]), row["personId"], row["userCountry"]) for row in csv.DictReader(file)]
    return sorted(found)[:limit]


def told(
    rows: Sequence[tuple[int, str, str]], *, every: bool = False, frozen_at: int | None = None
) -> Scores:
    """Tell the hour of each visit from the past.

    Args:
        rows: See `events`.
        every: Score every event, not only the first of each visit (after half an hour without any).
        frozen_at: From this second on nothing more is learned, and only what comes then is scored.
    """
    scores = Scores()
    states: dict[str, State] = {}
    countries: dict[str, str] = {}
    last: dict[str, int] = {}
    everybody = [0.0] * HOURS
    prior = flat = Prior()
    next_estimate = rows[0][0] + DAY_S
    for second, who, country in rows:
        learning = frozen_at is None or second < frozen_at
        now = datetime.fromtimestamp(second, UTC)
        if learning and second >= next_estimate:
            next_estimate = second + (1 if second - rows[0][0] < 30 * DAY_S else 7) * DAY_S
            prior = estimate(list(_profiles(states, countries)), now)
            flat = Prior(hours=prior.hours, strength=prior.strength)
        hour = second % 86_400 // 3_600
        begins = second - last.get(who, -REST_S - 1) > REST_S
        last[who] = second
        if (every or begins) and (frozen_at is None or not learning):
            state: State = states.get(who, ())
            own = totals(state, second * 1_000)
            contact = Profile(who, hours=state, segments={countries[who]: 1} if who in countries else {})
            scores.number[who] += 1
            scores.of["global"][who] -= log(shares_of(everybody)[hour])
            scores.of["raw"][who] -= log((own[hour] + 1) / (sum(own) + HOURS))
            scores.of["shrunk"][who] -= log(flat.of(Profile(who, hours=state), now)[hour])
            scores.of["segments"][who] -= log(prior.of(contact, now)[hour])
        if learning:
            before = states.get(who, ())
            states[who] = noted(before, second * 1_000, 0)
            # Hours of days, as profiles count them: one long visit is no ten.
            everybody[hour] += states[who] is not before
            if country:
                countries[who] = country
    scores.prior = prior
    return scores


def _profiles(states: dict[str, State], countries: dict[str, str]) -> Iterator[Profile]:
    for who, state in states.items():
        yield Profile(who, hours=state, segments={countries[who]: 1} if who in countries else {})


def sendtime(path: Path | None = None) -> list[Result]:
    """Measure; without the data there are no figures."""
    path = path or DATA
    if not path.exists():
        missing = "the Deskdrop data is not here"
        return [Result("sendtime_logloss_shrunk", None, "nats", note=missing)]
    rows = events(path)
    visits, all_of_them = told(rows), told(rows, every=True)
    cut = rows[len(rows) * 8 // 10][0]
    held_out = told(rows, frozen_at=cut)
    results: list[Result] = []
    for name, found, what in (
        ("sendtime", visits, "each next visit told from all that came before it"),
        ("sendtime_events", all_of_them, "each next event, those of the same visit too"),
        (
            "sendtime_last_fifth",
            held_out,
            "the last fifth of events' visits, learned from the first four alone",
        ),
    ):
        number = sum(found.number.values())
        note = f"Deskdrop, {what}: {number:,} hours of {len(found.number):,} contacts, log-loss over 24 hours"
        bar = found.mean("global")
        results += [
            Result(f"{name}_logloss_global", bar, "nats", note=note),
            Result(
                f"{name}_logloss_raw",
                found.mean("raw"),
                "nats",
                note="the contact's own hours, one added to each",
            ),
        ]
        for way, said in (
            ("shrunk", "shrunk to everybody"),
            ("segments", "shrunk to the country's, these to everybody's"),
        ):
            gain, low, high = found.gain(way)
            results.append(
                Result(
                    f"{name}_logloss_{way}",
                    found.mean(way),
                    "nats",
                    baseline=bar,
                    note=f"{said}: {gain:.4f} nats better than everybody's hours (95 % interval by contacts "
                    f"{low:.4f} to {high:.4f}), {gain / bar:.2%}; strength {found.prior.strength:.1f}",
                    bar=bar,
                )
            )
    return results
