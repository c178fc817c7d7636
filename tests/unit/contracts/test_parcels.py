import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.parcels import canonical, digest, pack, unpack
from stepwell.errors import InvalidInput

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_a_document_arrives_as_it_was_sent(document: dict[str, object]) -> None:
    packed = pack(document)
    assert packed == pack(dict(reversed(list(document.items())))), "the order of keys is nothing"
    assert unpack(packed) == document and packed.isascii()


@pytest.mark.parametrize("text", ["", "%%", "aGVsbG8=", "H4sIAAAAAAAA"])
def test_what_is_no_parcel_is_told(text: str) -> None:
    with pytest.raises(InvalidInput):
        unpack(text)


def test_a_parcel_holds_an_object() -> None:
    import base64
    import gzip

    with pytest.raises(InvalidInput):
        unpack(base64.b64encode(gzip.compress(b"[1]")).decode())


def test_digests_know_where_one_text_ends() -> None:
    assert digest("ab", "c") != digest("a", "bc") and len(digest("a")) == 26
    assert canonical({"b": 1, "a": "ä"}) == '{"a":"ä","b":1}'
