"""CSV files: what is detected, and that parts read as the whole file does, wherever it is cut."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.errors import InvalidInput
from stepwell.transfers.csv_files import Dialect, cuts, detect, records, undecodable, valid_utf8
from stepwell.transfers.lines import line_cuts, objects

LETTERS = st.text(alphabet='a"\n\r,; \té\u2028€', max_size=60)


def blocks(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def parts(data: bytes, dialect: Dialect, rows: int, size: int, block: int) -> list[list[str]]:
    found: list[list[str]] = []
    end = dialect.skip
    for cut in cuts(blocks(data[dialect.skip :], block), dialect, rows=rows, size=size):
        assert cut.start == end
        assert cut.row == len(found) + 1
        part = list(records(data[cut.start : cut.end], dialect))
        assert len(part) == cut.rows <= rows
        found += part
        end = cut.end
    assert end == len(data)
    return found


@settings(max_examples=600)
@given(
    LETTERS,
    st.integers(1, 5),
    st.integers(1, 40),
    st.integers(1, 9),
    st.sampled_from(["utf-8", "cp1252"]),
    st.sampled_from([0, 3]),
)
def test_parts_read_as_the_whole(text: str, rows: int, size: int, block: int, encoding: str, skip: int):
    data = b"\xef\xbb\xbf"[:skip] + text.replace("\u2028", "" if encoding == "cp1252" else "\u2028").encode(
        encoding
    )
    dialect = Dialect(encoding=encoding, skip=skip)
    whole = list(csv.reader(io.StringIO(data[skip:].decode(encoding), newline="")))
    assert parts(data, dialect, rows, size, block) == whole


ROWS = st.lists(
    st.lists(st.text(max_size=8).filter(lambda t: "\x00" not in t), min_size=2, max_size=3), max_size=12
)


@settings(max_examples=200)
@given(ROWS, st.sampled_from(["\r\n", "\n"]), st.integers(1, 4), st.integers(1, 50))
def test_what_the_csv_module_writes_comes_back(rows: list[list[str]], ending: str, most: int, block: int):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    data = out.getvalue().encode("utf-8", "surrogatepass")
    if not valid_utf8([data]):
        return
    assert parts(data, Dialect(), most, 100, block) == rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiter_and_encoding_are_detected(delimiter: str, encoding: str):
    rows = [
        ["email", "name", "note"],
        ["a@x.example", "Zoë, Müller", 'says "hi"; twice'],
        ["b@x.example", "Bo", ""],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    data = out.getvalue().encode(encoding)
    found = detect(data)
    assert found.delimiter == delimiter
    assert found.encoding == ("cp1252" if encoding == "cp1252" else "utf-8")
    assert list(records(data[found.skip :], found)) == rows


def test_single_quotes_and_one_column_are_detected():
    assert detect(b"email;name\n'a@x.example';'Bo'\n").quote == "'"
    assert detect(b"email\na@x.example\nb@x.example\n").delimiter == ","


@pytest.mark.parametrize("data", ["a,b\n".encode("utf-16"), b"PAR1\x00\x01", "a,b\n".encode("utf-16-le")])
def test_what_is_no_such_text_is_refused(data: bytes):
    with pytest.raises(InvalidInput) as told:
        detect(data)
    assert told.value.code == "unsupported_encoding"


def test_a_quote_that_is_never_closed_is_told_with_its_row():
    data = b'a,b\n1,2\n"x' + b",y\n" * 60_000
    with pytest.raises(InvalidInput) as told:
        list(cuts([data], Dialect(), rows=10, size=1_000_000))
    assert told.value.details["row"] in (2, 3)


def test_bytes_that_mean_nothing_are_found_in_their_cell():
    (row,) = records(b"caf\xe9,ok\n", Dialect())
    assert [undecodable(cell) for cell in row] == [True, False]


@given(st.text(alphabet="ab\n\r{}", max_size=60), st.integers(1, 4), st.integers(1, 20), st.integers(1, 9))
def test_lines_are_cut_where_they_end(text: str, rows: int, size: int, block: int):
    data = text.encode()
    found = list(line_cuts(blocks(data, block), rows=rows, size=size))
    assert b"".join(data[cut.start : cut.end] for cut in found) == data
    assert sum(cut.rows for cut in found) == len(data.removesuffix(b"\n").split(b"\n")) if data else not found
    assert all(data[cut.end - 1 : cut.end] == b"\n" for cut in found[:-1])


def test_lines_that_are_no_objects_are_none():
    assert list(objects(b'{"a": 1}\n[1]\n\nno')) == [{"a": 1}, None, {}, None]
