"""Items that a batch's messages show: read once, together, and only if a template asks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stepwell.catalog.items import ItemRecord
from stepwell.errors import Unavailable
from stepwell.runtime.sending import send_emails
from stepwell.runtime.shown_items import ShownItems
from stepwell.workflows.nodes.base import SendEmail

from tests.fakes.catalogs import MemoryItems
from tests.unit.runtime.kitchen import TENANT, Kitchen

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MAIL = SendEmail("hello", "marketing")


def items(count: int = 3) -> MemoryItems:
    store = MemoryItems()
    store.save(
        TENANT,
        [ItemRecord("products", f"i{n}", {"price": n + 0.5}, 1, 0, NOW) for n in range(count)],
    )
    return store


def test_each_item_is_read_once_and_absent_ones_too() -> None:
    store = items()
    shown = ShownItems(store, TENANT)
    for _ in range(3):
        assert shown.find("products", "i1") == {"id": "i1", "price": 1.5}
        assert shown.find("products", "none") is None
    assert store.asked == 2
    assert ShownItems(None, TENANT).find("products", "i1") is None


def send(kitchen: Kitchen, store: MemoryItems | None, text: str, count: int) -> list[str]:
    from dataclasses import replace

    kitchen.pages.templates["hello"] = {
        **kitchen.pages.templates["hello"],
        "html": text,
        "text": "",
        "layout": "",
    }
    context = kitchen.context("first")
    context = replace(context, ports=replace(context.ports, items=store))
    members = []
    for n in range(count):
        member = kitchen.member(n)
        told = {"catalog": "products", "item_id": f"i{n}"}
        token = member.token.evolve(context={"name": "price_dropped", "properties": told})
        members.append(replace(member, token=token))
    result = send_emails(context, [(member, MAIL) for member in members])
    assert {one[0] for one in result.outcomes.values()} == {"sent"}
    return [email.html for email in kitchen.world.mailer.accepted]


def test_what_all_contacts_events_name_is_read_together() -> None:
    store = items(20)
    html = send(
        Kitchen(), store, "<p>{{ catalog(event.catalog, event.item_id).price | default('-') }}</p>", 22
    )
    assert sorted(html) == sorted([f"<p>{n}.5</p>" for n in range(20)] + ["<p>-</p>"] * 2)
    assert store.asked == 1


def test_a_message_without_items_reads_none() -> None:
    store = items()
    assert send(Kitchen(), store, "<p>{{ event.item_id }}</p>", 2) == ["<p>i0</p>", "<p>i1</p>"]
    assert store.asked == 0
    assert send(Kitchen(), None, "<p>{{ catalog('products', 'i0').price }}</p>", 1) == ["<p></p>"]


def test_a_store_that_is_down_is_no_contacts_fault() -> None:
    class Down(MemoryItems):
        def fields(self, *_: object) -> dict[str, dict[str, object]]:  # type: ignore[override]
            raise Unavailable("DynamoDB is down.")

    kitchen = Kitchen()
    with pytest.raises(Unavailable):
        send(kitchen, Down(), "<p>{{ catalog('products', 'i0').price }}</p>", 1)
    assert kitchen.world.mailer.accepted == []
