from __future__ import annotations

import pytest
from stepwell.consent.addresses import sendable_address


@pytest.mark.parametrize(
    "text",
    [
        "a\n@x.com",
        "a@x\n.com",
        "a@x.com\nBcc: b@y.com",
        "v@x.com,o@y.com",
        "a,b@y.com",
        "a@x.com;b",
        "a@[127.0.0.1]",
    ],
)
def test_nothing_of_an_address_reads_as_another_header_or_address(text: str) -> None:
    assert sendable_address(text) is None
