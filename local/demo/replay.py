"""`make demo`: replays purchases with the unmodified Segment client into the published workflow, on virtual time."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from rich.console import Console
from rich.live import Live
from segment.analytics.client import Client

from local.demo import channels, show
from local.demo.purchases import Purchase, purchases
from local.demo.workspace import WORKFLOW, DemoWorkspace, seed
from local.settings import LocalSettings

ENTRY_DAYS = 3
DAYS = ENTRY_DAYS + 15
SLOT = timedelta(hours=12)
OPENS, CLICKS, LEAVES = 0.42, 0.11, 0.008
BOUNCES = 0.02
SHOWN_EVERY_S = 2.0


@dataclass
class Replay:
    """One run of the demo.

    Attributes:
        settings: The running local cloud.
        workspace: The seeded workspace.
        console: Where it tells.
        customers: How many customers to replay.
    """

    settings: LocalSettings
    workspace: DemoWorkspace
    console: Console
    customers: int = 200
    run_id: str = field(default_factory=lambda: f"{int(time.time()):x}")
    polls: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    _seen: int = 0
    _told: float = 0.0
    _before: dict[str, Any] = field(default_factory=dict)
    _errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the connections."""
        self._http = httpx.Client(base_url=self.settings.endpoint, timeout=120)
        api = urlsplit(self.workspace.api_url).hostname or ""
        self._client = Client(
            self.workspace.write_key,
            host=f"{self.settings.endpoint}/_aws/execute-api/{api.split('.')[0]}/$default",
            gzip=True,
            max_queue_size=100_000,
            # It waits for more before it sends; here all there is has been given.
            upload_interval=0.05,
            on_error=lambda error, _batch: self._errors.append(str(error)),
        )

    def run(self) -> None:
        """Replay, show progress, and sum up."""
        orders, source = purchases(self.customers, ENTRY_DAYS, DAYS)
        people = len({order.customer for order in orders})
        self.console.print(
            f"[bold]{len(orders)} orders of {people} customers[/] from {source}, over {DAYS} days of virtual time"
        )
        self._http.delete("/_stepwell/inbox.json")
        # A text and a notification beside all the mail.
        address = channels.address_of(self.workspace.api_url, self.settings)
        channels.ship(address, self.workspace.write_key, f"D-{self.run_id}")
        self._http.post("/_stepwell/clock", json={"mode": "stepped", "auto": False})
        self._http.post("/_stepwell/counters")
        self._before = self._counters()
        start = self._now()
        began = time.monotonic()
        slots = [list(group) for _, group in groupby(orders, key=_slot)]
        pending = {_slot(group[0]): group for group in slots}
        with Live(console=self.console, refresh_per_second=4) as live:
            for number in range(int(DAYS / (SLOT / timedelta(days=1)))):
                self._send(pending.get(number, []))
                until = start + SLOT * (number + 1)
                self._pass_time(until, lambda: live.update(self._table(start)))
                self._read_mail()
            live.update(self._table(start))
        took = time.monotonic() - began
        self._finish(people, len(orders), took)

    def _finish(self, people: int, orders: int, took: float) -> None:
        bill = self._http.get("/_stepwell/counters").json()
        counts = show.since(self._before, self._counters())
        self._http.post("/_stepwell/clock", json={"mode": "real"})
        if self._errors:
            self.console.print(f"[red]{len(self._errors)} batches were refused:[/] {self._errors[0]}")
        show.summary(self.console, counts, bill, self.polls, people, orders, self.acts, took)

    def _send(self, orders: Sequence[Purchase]) -> None:
        """Track orders as a shop would; a customer's first order comes with who they are."""
        now = datetime.now(UTC)
        for order in orders:
            user = f"{self.run_id}-{order.customer}"
            if order.number == 1:
                self._client.identify(user, _traits(order.customer, self.run_id), timestamp=now)
            self._client.track(
                user,
                "Order Completed",
                {
                    "order_id": f"{order.customer}-{order.number}",
                    "quantity": order.quantity,
                    "total": order.total,
                    "is_repeat": order.number > 1,
                },
                timestamp=now,
            )
        self._client.flush()

    def _pass_time(self, until: datetime, tick: Callable[[], None]) -> None:
        """Let virtual time pass; whatever comes due on the way is done on the way."""
        while True:
            if time.monotonic() - self._told >= SHOWN_EVERY_S:
                tick()
                self._told = time.monotonic()
            state = self._http.post(
                "/_stepwell/clock/run", json={"until": until.isoformat(), "max_real_s": 2}
            ).json()
            if state["state"] != "timeout":
                return

    def _read_mail(self) -> None:
        """Act as the recipients: some open, some click, a few leave; which ones is fixed by a hash."""
        while True:
            page = self._http.get(
                "/_stepwell/inbox.json", params={"limit": 200, "tag": "tenant:demo", "offset": 0}
            ).json()
            fresh = page["total"] - self._seen
            if fresh <= 0:
                return
            messages = self._http.get("/_stepwell/inbox.json", params={"limit": fresh}).json()["messages"]
            self._seen = page["total"]
            for message in messages[:fresh]:
                self._act(message)

    def _act(self, message: dict[str, Any]) -> None:
        if message.get("outcome") != "delivered":
            self.acts[str(message.get("outcome"))] += 1
            return
        tags = message["tags"]
        chance = _chance(message["to"][0].partition("-")[0], tags.get("node", ""))
        url = f"/_stepwell/inbox/{message['id']}"
        if chance < LEAVES:
            self._leave(url)
        elif chance < CLICKS:
            self.acts["clicked"] += self._http.post(f"{url}/click", json={}).is_success
        elif chance < OPENS:
            self.acts["opened"] += self._http.post(f"{url}/open", json={}).is_success

    def _leave(self, url: str) -> None:
        """Unsubscribe as mailbox providers do: RFC 8058, one click."""
        links = self._http.get(f"{url}.json").json()["unsubscribe"]
        if not links:
            return
        parts = urlsplit(links[0])
        answer = self._http.post(
            parts.path, headers={"Host": parts.netloc}, data={"List-Unsubscribe": "One-Click"}
        )
        self.acts["unsubscribed"] += answer.is_success

    def _counters(self) -> dict[str, Any]:
        self.polls += 1
        answer: dict[str, Any] = self.workspace.api.get(f"/workflows/{WORKFLOW}/counters")
        return answer

    def _now(self) -> datetime:
        return datetime.fromisoformat(self._http.get("/_stepwell/clock").json()["now"])

    def _table(self, start: datetime) -> Any:
        return show.progress(show.since(self._before, self._counters()), self._now() - start)


def _slot(order: Purchase) -> int:
    minutes = order.day * 1440 + order.minute
    return int(minutes * 60 // SLOT.total_seconds())


def _chance(*parts: str) -> float:
    return int.from_bytes(hashlib.sha256("/".join(parts).encode()).digest()[:4]) / 2**32


def _traits(customer: str, run_id: str) -> dict[str, Any]:
    names = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "Tim")
    zones = ("America/New_York", "America/Chicago", "America/Los_Angeles", "Europe/Berlin")
    number = int(customer)
    domain = "bounce.test" if _chance("bounce", customer) < BOUNCES else "shop-customers.example"
    return {
        "email": f"c{customer}-{run_id}@{domain}",
        "firstName": names[number % len(names)],
        "time_zone": zones[number % len(zones)],
        **{f"{page}_url": f"https://shop.example/{page}" for page in ("shop", "order", "start")},
    }


def demo(settings: LocalSettings, customers: int, picture: Path | None = None) -> None:
    """Run the demo on the running local cloud.

    Args:
        settings: Of the local cloud.
        customers: How many customers to replay.
        picture: Where to save what was shown, as SVG.
    """
    console = Console(record=picture is not None, width=100 if picture else None)
    Replay(settings, seed(settings), console, customers).run()
    console.print(f"Every message as it was received: http://localhost:{settings.port}/_stepwell/inbox")
    if picture is not None:
        # Without the fonts that it would fetch: a picture in a repository asks nobody.
        drawn = console.export_svg(title="make demo")
        drawn = re.sub(r",?\s*url\([^)]*\) format\([^)]*\)", "", drawn)
        picture.write_text(re.sub(r"\s*<!-- Generated .*?-->", "", drawn))
