from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.channels.sms.segments import BASIC, EXTENSION, JOINED, SINGLE, encoding_of, parts, segments

GSM = st.text(st.sampled_from(sorted(BASIC | EXTENSION)), max_size=700)
ANY = st.text(max_size=300)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count", "left"),
    [
        ("", "GSM-7", 0, 0, 160),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("a" * 306, "GSM-7", 306, 2, 0),
        ("a" * 307, "GSM-7", 307, 3, 152),
        ("€" * 80, "GSM-7", 160, 1, 0),
        ("€" * 81, "GSM-7", 162, 2, 143),
        ("я" * 70, "UCS-2", 70, 1, 0),
        ("я" * 71, "UCS-2", 71, 2, 63),
        ("😀" * 35, "UCS-2", 70, 1, 0),
        ("😀" * 36, "UCS-2", 72, 2, 61),
        ("x" * 69 + "’", "UCS-2", 70, 1, 0),
        ("Grüße aus Köln, 5 € für @stepwell_io", "GSM-7", 37, 1, 123),
    ],
)
def test_known_lengths(text: str, encoding: str, units: int, count: int, left: int) -> None:
    found = segments(text)
    assert (found.encoding, found.units, found.count, found.left) == (encoding, units, count, left)


def test_the_table_has_the_128_codes_of_the_standard() -> None:
    # 128 codes, of which one is the escape to the extension table.
    assert len(BASIC) == 127
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


def test_an_escape_and_its_character_stay_in_one_segment() -> None:
    # 152 septets are used: the escaped character needs two and goes to the next segment, so one septet is lost.
    text = "a" * 152 + "€" + "b" * 152
    assert parts(text) == ["a" * 152, "€" + "b" * 151, "b"]
    assert segments(text).count == 3
    assert segments("a" * 153 + "€" + "b" * 151).count == 2


def test_a_surrogate_pair_stays_in_one_segment() -> None:
    assert parts("я" * 66 + "😀" + "я" * 65) == ["я" * 66, "😀" + "я" * 65]


@given(GSM)
def test_gsm_texts_are_cut_into_whole_segments(text: str) -> None:
    cut = parts(text)
    assert "".join(cut) == text
    assert encoding_of(text) == "GSM-7"
    assert segments(text).count == len(cut)
    sizes = [sum(2 if one in EXTENSION else 1 for one in part) for part in cut]
    most = SINGLE["GSM-7"] if len(cut) <= 1 else JOINED["GSM-7"]
    assert all(0 < size <= most for size in sizes)
    # No segment but the last leaves more than the septet that an escape would be torn at.
    assert all(size >= most - 1 for size in sizes[:-1])


@given(ANY)
def test_any_text_is_cut_into_whole_segments(text: str) -> None:
    cut = parts(text)
    assert "".join(cut) == text
    assert segments(text).count == len(cut)
    if encoding_of(text) == "UCS-2":
        most = SINGLE["UCS-2"] if len(cut) == 1 else JOINED["UCS-2"]
        assert all(len(part.encode("utf-16-be", "surrogatepass")) // 2 <= most for part in cut)


@given(ANY)
def test_what_is_suggested_is_shorter_and_loses_no_word(text: str) -> None:
    found = segments(text)
    if found.plain:
        assert found.plain_count < found.count
        assert segments(found.plain).count == found.plain_count


def test_it_says_which_character_makes_a_text_dear() -> None:
    found = segments("It’s “here” … ž now" + "x" * 60)
    assert (found.encoding, found.count) == ("UCS-2", 2)
    told = {one.character: (one.at, one.times, one.instead) for one in found.costly}
    assert told == {
        "’": (2, 1, "'"),
        "“": (5, 1, '"'),
        "”": (10, 1, '"'),
        "…": (12, 1, "..."),
        "ž": (14, 1, "z"),
    }
    # A letter stays what it is: the text would be GSM-7 without it, but it would say something else.
    assert found.plain == ""
    assert segments("It’s here" + "x" * 80).plain == "It's here" + "x" * 80
