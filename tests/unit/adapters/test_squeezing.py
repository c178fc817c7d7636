"""Bodies are squeezed when they are big, and read back whatever they hold."""

from __future__ import annotations

import json
import os

from hypothesis import given
from hypothesis import strategies as st
from stepwell.adapters.items.squeezing import FROM_BYTES, expand, squeeze


def test_small_bodies_stay_text_that_people_can_read():
    text = json.dumps({"t": {"email": "ann@people.example"}})
    assert squeeze(text) == text
    assert squeeze("x" * FROM_BYTES) == "x" * FROM_BYTES


def test_big_bodies_get_smaller():
    text = json.dumps({"r": [["page_view", 1_700_000_000 + n, {"path": f"/p{n}"}] for n in range(40)]})
    small = squeeze(text)
    assert isinstance(small, bytes)
    assert small[0] == 1
    assert len(small) < len(text) / 3


def test_what_cannot_get_smaller_stays():
    text = os.urandom(FROM_BYTES).hex()[: FROM_BYTES + 1]
    assert len(squeeze(text)) <= len(text)


STORED = (
    "0185d0b90dc2501444d1567e010e781b4b3194e2de3196104204271d5d4d70ce6d7dc675aefbb6de37ebf8f9ea6eebb2bdbb"
    "d3771dc0fb735bbf41284805a5a0158c82ab829b82bb82878230252d839841cd2067d033081a140d92064d93a649d3a469d2"
    "34699a344d9a264d93a649d3a269d1b4685a342d9a164d8ba645d3a269d1b469da346d9a364d9ba64dd3a669d3b469da341d"
    "9a0e4d87a643d3a1e9d074683a341d9ace9fe9737f01"
)


@given(st.text(min_size=200, max_size=3_000))
def test_what_was_squeezed_is_read_back(text: str):
    stored = squeeze(text)
    read = expand(stored)
    assert (read if isinstance(read, str) else read.decode()) == text


def test_the_first_dictionary_reads_what_it_wrote_in_november_2026():
    text = json.dumps({"t": {"plan": "pro"}, "r": [["page_view", n, {"path": "/"}] for n in range(60)]})
    assert expand(bytes.fromhex(STORED)).decode() == text
