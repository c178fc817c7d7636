"""How fast segments are evaluated over everybody: the generated Polars query against one written by hand.

Both answer the same ten rules over the same frames, and must give the same answer; the one by hand is what somebody
writes who knows Polars and these rules: one aggregation a frame, one pass over the contacts.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from stepwell.conditions import parse
from stepwell.conditions.engagement import KINDS
from stepwell.lake.columns import day_number

from bench.results import Result
from bench.speed import best
from jobs.evaluate_segments.evaluating import query
from jobs.evaluate_segments.frames import Frames

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CONTACTS = 200_000
BAR = 0.8
_ROUNDS = 12
_EVENTS = ("page_view", "email_opened", "purchase")
_COUNTRIES = ("de", "fr", "us", "in", "br")
_ZONES = ("UTC", "Europe/Berlin", "America/New_York")

RULES = {
    "pros": 'plan = "pro"',
    "europe": 'country in ["DE", "FR"] and age >= 30',
    "active": "did(page_view, 7 days)",
    "readers": "count(email_opened, 30 days) >= 2",
    "lapsed": "did(purchase) and not did(purchase, 60 days)",
    "big": 'company contains "gmbh" or age > 60',
    "fans": 'tags contains "vip"',
    "new": "signed_up after 30 days ago",
    "engaged": "engagement_score >= 0.4",
    "target": 'in segment "pros" and not in segment "lapsed" and in segment "active"',
}


def bulk(contacts: int = CONTACTS) -> list[Result]:
    """Time both queries."""
    frames = crowd(contacts)
    conditions = {segment: parse(text) for segment, text in RULES.items()}
    ours, theirs = query(frames, conditions, NOW).collect(), by_hand(frames).collect()
    if not ours.sort("profile").equals(theirs.select(ours.columns).sort("profile")):
        raise AssertionError("The two queries differ.")
    # In turns, so that what else the machine does falls upon both.
    rounds = [
        (
            best(lambda: query(frames, conditions, NOW).collect(), 1),
            best(lambda: by_hand(frames).collect(), 1),
        )
        for _ in range(_ROUNDS)
    ]
    generated, written = (min(times) for times in zip(*rounds, strict=True))
    note = (
        f"{len(RULES)} segments of {contacts:,} contacts with {frames.recents.height:,} whole events and "
        f"{frames.days.height:,} day counts; translation included; {contacts / generated:,.0f} contacts/s of "
        "processor time"
    )
    ratio = written / generated
    return [Result("bulk_rules_vs_polars", ratio, "×", note=note, bar=BAR, better="above")]


def by_hand(frames: Frames) -> pl.LazyFrame:
    """Return the query that a person would write."""
    week, month, quarter = (int((NOW - timedelta(days=days)).timestamp() * 1000) for days in (7, 30, 60))
    name, at, day, n = pl.col("name"), pl.col("at_ms"), pl.col("day"), pl.col("n")
    exact = (
        frames.recents.lazy()
        .group_by("profile")
        .agg(
            views=((name == "page_view") & (at >= week)).sum(),
            opens=((name == "email_opened") & (at >= month)).sum(),
            bought=((name == "purchase") & (at >= quarter)).sum(),
        )
    )
    daily = (
        frames.days.lazy()
        .group_by("profile")
        .agg(
            views_d=n.filter((name == "page_view") & (day >= week // 86_400_000)).sum(),
            opens_d=n.filter((name == "email_opened") & (day >= month // 86_400_000)).sum(),
            bought_d=n.filter((name == "purchase") & (day >= quarter // 86_400_000)).sum(),
        )
    )
    ever = (
        frames.tracks.lazy()
        .group_by("profile")
        .agg(purchases=pl.col("total").filter(name == "purchase").sum())
    )
    dropped = pl.col("dropped")

    def counted(what: str, since: int) -> pl.Expr:
        whole = dropped.is_null() | (dropped < since)
        return pl.when(whole).then(pl.col(what)).otherwise(pl.col(f"{what}_d")).fill_null(0)

    past = (NOW.timestamp() * 1e6 - pl.col("e_as_of")).clip(lower_bound=0) / 86_400e6
    factor = 2.0 ** (-past / 30)
    evidence = (pl.col("e_d_opens") + 3 * pl.col("e_d_clicks") + 0.5 * pl.col("e_d_visits")) * factor
    score = evidence / (evidence + 1 + 0.5 * pl.col("e_d_delivered") * factor)
    age, text = pl.col("f_age__n"), pl.col("f_company__s")
    since = int((NOW - timedelta(days=30)).timestamp() * 1e6)
    return (
        frames.contacts.lazy()
        .join(exact, on="profile", how="left")
        .join(daily, on="profile", how="left")
        .join(ever, on="profile", how="left")
        .with_columns(
            pros=(pl.col("f_plan__s") == "pro").fill_null(False),
            europe=(pl.col("f_country__s").is_in(["de", "fr"]) & (age >= 30)).fill_null(False),
            active=counted("views", week) > 0,
            readers=counted("opens", month) >= 2,
            lapsed=(pl.col("purchases").fill_null(0) > 0) & (counted("bought", quarter) == 0),
            big=text.str.contains("gmbh", literal=True).fill_null(False) | (age > 60).fill_null(False),
            fans=pl.col("f_tags__ls").list.contains("vip").fill_null(False),
            new=(pl.col("f_signed_up__i") > since).fill_null(False),
            engaged=score >= 0.4,
        )
        .with_columns(target=pl.col("pros") & ~pl.col("lapsed") & pl.col("active"))
        .select("profile", *RULES)
    )


def crowd(contacts: int) -> Frames:
    """Return frames of contacts as a snapshot has them: most quiet, some busy."""
    dice = random.Random(7)
    rows: dict[str, list[Any]] = {}
    tracks: list[tuple[str, str, int, int]] = []
    days: list[tuple[str, str, int, int]] = []
    recents: list[tuple[str, str, int]] = []
    now_ms, today = int(NOW.timestamp() * 1000), day_number(NOW.date())

    def put(name: str, value: Any) -> None:
        rows.setdefault(name, []).append(value)

    for number in range(contacts):
        profile = f"p{number:09d}"
        put("profile", profile)
        put("zone", dice.choice(_ZONES))
        put("segments", [])
        busy = dice.random() < 0.2
        happened = sorted(dice.random() * 90 for _ in range(dice.randrange(12 if busy else 3)))
        put("dropped", now_ms - int(happened[-1] * 86_400_000) - 1 if busy and happened else None)
        put("e_as_of", NOW.timestamp() * 1e6 - dice.random() * 60 * 86_400e6)
        for kind in KINDS:
            put(f"e_d_{kind}", dice.random() * 3)
        put("f_plan__s", dice.choice(("pro", "free", "free", None)))
        put("f_country__s", dice.choice(_COUNTRIES))
        put("f_age__n", float(dice.randrange(18, 80)) if dice.random() < 0.7 else None)
        put("f_company__s", f"company {number % 997} {'gmbh' if number % 7 == 0 else 'inc'}")
        put(
            "f_tags__ls",
            [f"t{dice.randrange(50)}", "vip"] if dice.random() < 0.1 else [f"t{dice.randrange(50)}"],
        )
        put("f_signed_up__i", (now_ms - dice.randrange(400) * 86_400_000) * 1000)
        named: dict[str, list[float]] = {}
        for ago in happened:
            named.setdefault(dice.choice(_EVENTS), []).append(ago)
        for name, times in named.items():
            tracks.append((profile, name, len(times), now_ms // 1000 - int(times[0] * 86_400)))
            for ago in times:
                days.append((profile, name, today - int(ago), 1))
                recents.append((profile, name, now_ms - int(ago * 86_400_000)))
    return Frames(
        pl.DataFrame(rows),
        pl.DataFrame(tracks, schema=["profile", "name", "total", "last"], orient="row"),
        pl.DataFrame(days, schema=["profile", "name", "day", "n"], orient="row"),
        pl.DataFrame(recents, schema=["profile", "name", "at_ms"], orient="row"),
    )
