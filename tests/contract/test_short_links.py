"""Short links where they lie: found by their id until their time is over, and nobody else's."""

from __future__ import annotations

from stepwell.adapters.short_links import DynamoShortLinks
from stepwell.channels.sms.short_links import KEPT, ShortLink

from tests.contract.conftest import Emulator
from tests.fakes import World


def test_a_link_is_found_until_its_time_is_over(emulator: Emulator) -> None:
    world = World()
    links = DynamoShortLinks(emulator.table("config"), world.clock)
    link = ShortLink(
        "abcdefghij", "https://shop.example/ü?a=1", world.clock.now(), {"visit": "v1", "profile": "p"}
    )
    links.put("acme", [link])
    links.put("acme", [link])
    assert links.find("acme", "abcdefghij") == link
    assert links.find("other", "abcdefghij") is None
    assert links.find("acme", "abcdefghik") is None
    world.clock.advance(KEPT)
    assert links.find("acme", "abcdefghij") is None
