"""Fakes of what deliverability reaches."""

from __future__ import annotations

from datetime import datetime

from stepwell.adapters.items.messaging import address_key
from stepwell.adapters.items.suppressions import bounces_of, row_of
from stepwell.adapters.items.wire import key_item, millis
from stepwell.contracts.messages import Email
from stepwell.deliverability.bouncing import SOFT_BOUNCE, Bounces
from stepwell.errors import StepwellError

from tests.fakes.table import MemoryTable


class MemoryBounces:
    """See `stepwell.deliverability.ports.BounceBook`; the rows lie where suppressions do."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table
        self.asked: list[str] = []

    def bounced(self, tenant: str, address: str, mark: str, at: datetime) -> Bounces:
        self.asked.append("bounced")
        key = address_key(tenant, "email", address)
        item = self._table.get(key, "bounces.bounced")
        if item is not None and item.get("reason") != SOFT_BOUNCE:
            return Bounces()
        before = bounces_of(item)
        after = before.after(mark, at)
        if after != before:
            self._table.put({**key_item(key), **row_of(after)}, "bounces.bounced")
        return after

    def delivered(self, tenant: str, address: str, at: datetime) -> None:
        self.asked.append("delivered")
        key = address_key(tenant, "email", address)
        item = self._table.get(key, "bounces.delivered")
        if item is not None and item.get("reason") == SOFT_BOUNCE and "u" in item and item["l"] < millis(at):
            self._table.delete(key, "bounces.delivered")


class MemoryWatch:
    """See `stepwell.deliverability.ports.MailWatch`."""

    def __init__(self) -> None:
        self.looked: list[str] = []
        self.fault: StepwellError | None = None

    def look(self, tenant: str) -> None:
        if self.fault is not None:
            raise self.fault
        self.looked.append(tenant)


class Post:
    """A mailer that keeps what it sends."""

    def __init__(self) -> None:
        self.sent: list[Email] = []
        self.fault: StepwellError | None = None

    def send(self, email: Email) -> str:
        if self.fault is not None:
            raise self.fault
        self.sent.append(email)
        return f"m-{len(self.sent)}"
