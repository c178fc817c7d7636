"""Two public data sets as events, and what must be true of them, computed with pandas and numpy from the same rows.

Nothing here uses the platform's own code: formulas are those of the reference pages. Events of one person stand
five seconds apart at least, because a client's clock is corrected by the way of each request.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
DESKDROP, CDNOW = DATA / "deskdrop_interactions.csv.gz", DATA / "cdnow_master.txt.gz"
MISSING = "the public data sets of evaluation do not lie beside the project (../shared/data)"
DAY = 86_400
APART = 5

NAMES = {
    "VIEW": "page_view",
    "LIKE": "content_liked",
    "BOOKMARK": "content_bookmarked",
    "COMMENT CREATED": "content_commented",
    "FOLLOW": "content_followed",
}
POINTS = {
    "page_view": 1,
    "content_liked": 5,
    "content_bookmarked": 8,
    "content_commented": 10,
    "content_followed": 3,
}
ORDER = "order_completed"
ORDER_POINTS = 40.0

SEGMENTS = {
    "active_7": "did(page_view, 7 days)",
    "active_30": "did(page_view, 30 days)",
    "heavy": "count(page_view, 30 days) >= 10",
    "liker": "did(content_liked)",
    "lapsed": "did(page_view) and not did(page_view, 60 days)",
    "brazil": 'country = "BR" and did(page_view, 90 days)',
    "hot": "reader_score >= 150",
    "core": 'in segment "active_30" and in segment "liker"',
    "mixed": "(count(content_liked) >= 3 or did(content_bookmarked, 30 days))"
    ' and not (country = "US" or in segment "lapsed")',
    "core_hot": 'in segment "core" and in segment "hot"',
    "well_read": "views >= 20",
    "busy_month": "views_30 >= 15",
    "sequence": "did(read_and_liked)",
    "three": "did(read_marked_liked)",
    "buyer": "did(order_completed)",
    "repeat": "count(order_completed) >= 2",
    "gone": "did(order_completed) and not did(order_completed, 90 days)",
    "big": "spent >= 100",
    "recently_big": "spent_90 >= 50",
    "loyal": 'in segment "repeat" and in segment "big" and not in segment "gone"',
    "comments": "did(content_commented) or did(content_followed)",
}


def deskdrop(every: int) -> pd.DataFrame:
    """Return the events of one person in so many: `user`, `at` (epoch s), `name`, `content`, `session`, `country`."""
    rows = pd.read_csv(DESKDROP, dtype=str)
    rows["user"] = rows["personId"]
    rows = rows[rows["user"].map(lambda user: abs(int(user)) % every == 0)].copy()
    rows["at"] = rows["timestamp"].astype("int64")
    rows = _apart(rows)
    rows["name"] = rows["eventType"].map(NAMES)
    rows["content"], rows["session"], rows["country"] = (
        rows["contentId"],
        rows["sessionId"],
        rows["userCountry"],
    )
    # One person in three is a stranger at first: all but the last event of the first session.
    first = rows["session"] == rows.groupby("user")["session"].transform("first")
    last = rows.groupby(["user", "session"])["at"].transform("max") == rows["at"]
    third = rows["user"].map(lambda user: (abs(int(user)) // every) % 3 == 0)
    rows["stranger"] = first & ~last & third
    return rows.sort_values(["at", "user"], kind="stable").reset_index(drop=True)


def cdnow(every: int) -> pd.DataFrame:
    """Return the orders of one customer in so many: `user`, `at`, `total`, `products`; at noon, a minute apart."""
    rows = pd.read_csv(
        CDNOW, sep=r"\s+", names=["customer", "date", "products", "total"], skiprows=1, dtype=str
    )
    rows = rows[rows["customer"].astype(int) % every == 0].copy()
    rows["user"] = "cd-" + rows["customer"]
    noon = pd.to_datetime(rows["date"], format="%Y%m%d").astype("datetime64[s]").astype("int64") + DAY // 2
    rows["at"] = noon + rows.groupby(["user", "date"]).cumcount() * 60
    rows["total"], rows["products"] = rows["total"].astype(float), rows["products"].astype(int)
    rows["name"] = ORDER
    return rows.sort_values(["at", "user"], kind="stable").reset_index(drop=True)


def _apart(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.sort_values(["user", "at"], kind="stable")
    moved, before, owner = [], 0, None
    for user, at in zip(rows["user"], rows["at"], strict=True):
        before = at if user != owner else max(at, before + APART)
        owner = user
        moved.append(before)
    rows["at"] = moved
    return rows


def calls(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the client's calls for rows in their order; identify calls where a country was told or is new."""
    known: dict[str, str] = {}
    for row in rows.to_dict("records"):
        at = pd.Timestamp(row["at"], unit="s", tz="UTC").isoformat()
        who: dict[str, Any] = {"timestamp": at, "message_id": f"{row['user']}-{row['at']}"}
        if not row.get("stranger"):
            who["user_id"] = row["user"]
        if "session" in row:
            who["anonymous_id"] = row["session"]
            country = row["country"]
            if "user_id" in who and isinstance(country, str) and known.get(row["user"]) != country:
                known[row["user"]] = country
                yield {
                    **who,
                    "call": "identify",
                    "traits": {"country": country},
                    "message_id": f"i-{who['message_id']}",
                }
        elif row["user"] not in known:
            known[row["user"]] = ""
            yield _identify(who, {"email": f"{row['user']}@people.example", "first_order": row["date"]})
        if row["name"] == "page_view":
            page = {"url": f"https://news.example/{row['content']}", "content": row["content"]}
            yield {**who, "call": "page", "name": "Article", "properties": page}
        else:
            names = ("total", "products") if row["name"] == ORDER else ("content",)
            yield {**who, "call": "track", "event": row["name"], "properties": {n: row[n] for n in names}}


def _identify(who: dict[str, Any], traits: dict[str, Any]) -> dict[str, Any]:
    return {**who, "call": "identify", "traits": traits, "message_id": f"i-{who['message_id']}"}


class Expected:
    """What must be true at a moment, for the rows that happened before it.

    Attributes:
        users: All users.
        counts: Events by user and name.

    Args:
        rows: Of both files, or one.
        now: The moment (epoch s), a midnight in UTC: there, windows by days and by seconds are the same.
    """

    def __init__(self, rows: pd.DataFrame, now: int) -> None:
        self.now = now
        self.rows = rows[rows["at"] < now]
        self.users = sorted(set(self.rows["user"]))
        self.counts = self.rows.groupby(["user", "name"]).size().unstack(fill_value=0)
        for name in (*POINTS, ORDER):
            if name not in self.counts:
                self.counts[name] = 0

    def country(self) -> dict[str, str]:
        """Return the country told last by an event that names its user."""
        if "country" not in self.rows:
            return {}
        told = self.rows[self.rows["country"].notna() & (self.rows["stranger"] == False)]  # noqa: E712
        return {str(user): str(value) for user, value in told.groupby("user")["country"].last().items()}

    def score(self) -> pd.Series:
        """Return the exact score: 100 + the points of all events, each decayed by 0.95 in 30 days."""
        points = self.rows["name"].map({**POINTS, ORDER: ORDER_POINTS}).to_numpy(dtype=float)
        left = points * np.power(0.95, (self.now - self.rows["at"].to_numpy()) / (30 * DAY))
        return (100 + pd.Series(left).groupby(self.rows["user"].to_numpy()).sum()).clip(0, 1000)

    def orders(self) -> pd.DataFrame:
        """Return RFM by customer: count, sum, first, last, average, biggest, and the sum of 90 days."""
        found = self.rows[self.rows["name"] == ORDER]
        if found.empty:
            return pd.DataFrame(
                columns=["orders", "spent", "first_total", "last_total", "mean_total", "biggest", "spent_90"]
            )
        by = found.groupby("user")["total"]
        table = pd.DataFrame(
            {
                "orders": by.size(),
                "spent": by.sum(),
                "first_total": by.first(),
                "last_total": by.last(),
                "mean_total": by.mean(),
                "biggest": by.max(),
            }
        )
        # A window of 90 days is today, which has just begun, and the 89 days before.
        recent = found[found["at"] >= self.now - 89 * DAY]
        table["spent_90"] = recent.groupby("user")["total"].sum()
        return table.fillna({"spent_90": 0.0})

    def did(self, name: str, days: int | None = None, least: int = 1) -> set[str]:
        """Return who did something so often, ever or in the days before."""
        rows = self.rows[self.rows["name"] == name]
        if days is not None:
            rows = rows[rows["at"] >= self.now - days * DAY]
        sizes = rows.groupby("user").size()
        return set(sizes[sizes >= least].index)

    def completions(
        self, steps: tuple[str, ...], within: int, without: str = ""
    ) -> dict[str, tuple[int, int]]:
        """Return how often each user did the steps in order within a time: (surely, at most)."""
        return {
            str(user): (_found(list(zip(part["at"], part["name"], strict=True)), steps, within - 2, without),
                        _found(list(zip(part["at"], part["name"], strict=True)), steps, within + 2, without))
            for user, part in self.rows.groupby("user")
        }  # fmt: skip

    def segments(self) -> dict[str, set[str]]:
        """Return who belongs where; of `hot`, who surely does (see `unsure`)."""
        country, orders, score = self.country(), self.orders(), self.score()
        us = {user for user, value in country.items() if value == "US"}
        lapsed = self.did("page_view") - self.did("page_view", 60)
        core = self.did("page_view", 30) & self.did("content_liked")
        hot = set(score[np.floor(score + 0.5) >= 150].index)
        gone = self.did(ORDER) - self.did(ORDER, 90)
        big, repeat = set(orders[orders["spent"] >= 100].index), self.did(ORDER, least=2)
        likers = self.did("content_liked", least=3) | self.did("content_bookmarked", 30)
        once = {user for user, (surely, _) in self.completions(*READ_AND_LIKED).items() if surely}
        three = {user for user, (surely, _) in self.completions(*READ_MARKED_LIKED).items() if surely}
        return {
            "active_7": self.did("page_view", 7),
            "active_30": self.did("page_view", 30),
            "heavy": self.did("page_view", 30, 10),
            "liker": self.did("content_liked"),
            "lapsed": lapsed,
            "brazil": {u for u, value in country.items() if value == "BR"} & self.did("page_view", 90),
            "hot": hot,
            "core": core,
            "mixed": likers - us - lapsed,
            "core_hot": core & hot,
            "well_read": self.did("page_view", least=20),
            "busy_month": self.did("page_view", 29, 15),
            "sequence": once,
            "three": three,
            "buyer": self.did(ORDER),
            "repeat": repeat,
            "gone": gone,
            "big": big,
            "recently_big": set(orders[orders["spent_90"] >= 50].index),
            "loyal": (repeat & big) - gone,
            "comments": self.did("content_commented") | self.did("content_followed"),
        }

    def unsure(self) -> set[str]:
        """Return whose score stands so near the half point that rounding the states decides, and near sequences."""
        score = self.score()
        near = set(score[abs(score - 149.5) < 0.1].index)
        for steps in (READ_AND_LIKED, READ_MARKED_LIKED):
            near |= {user for user, (surely, most) in self.completions(*steps).items() if surely != most}
        return near


READ_AND_LIKED = (("page_view", "content_liked"), 3_600, "content_followed")
READ_MARKED_LIKED = (("page_view", "content_bookmarked", "content_liked"), DAY, "")


def _found(events: list[tuple[int, str]], steps: tuple[str, ...], within: int, without: str) -> int:
    """Search plainly: at each last step, look back for all the others; what was used before is over."""
    found, after = 0, -math.inf
    for at, name in events:
        if name == without:
            after = at
        if name != steps[-1]:
            continue
        before: float = at
        for step in reversed(steps[:-1]):
            # The latest one before the next step leaves the most room for the steps before it.
            before = max((t for t, n in events if n == step and after < t < before), default=-math.inf)
        if before > after and at - before <= within:
            found, after = found + 1, at
    return found
