"""What the pass writes quickly, everybody reads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stepwell.adapters.items import fast_json, squeezing, wire
from stepwell.adapters.items.profiles import decode_profile, encode_profile
from stepwell.contracts.profiles import Profile

_VALUES = st.dictionaries(
    st.text(max_size=20), st.text(max_size=300) | st.integers(-(2**53), 2**53), max_size=60
)


@given(_VALUES)
def test_both_ways_of_writing_are_read_alike(value: dict[str, object]) -> None:
    quick = fast_json.squeeze(fast_json.pack(value))
    slow = squeezing.squeeze(wire.pack(value))
    assert wire.unpack(squeezing.expand(quick)) == fast_json.unpack(squeezing.expand(slow)) == value
    if isinstance(quick, str):
        assert quick == slow


def test_a_profile_that_is_squeezed_quickly_is_read_slowly() -> None:
    profile = Profile("p" * 16, traits={f"field_{n}": f"value {n}" for n in range(80)}, user_id="u-1")
    item = encode_profile("acme", profile, rev=3, pack=fast_json.pack, squeeze=fast_json.squeeze)
    assert isinstance(item["b"], bytes)
    assert decode_profile(item) == profile.evolve(rev=3)
