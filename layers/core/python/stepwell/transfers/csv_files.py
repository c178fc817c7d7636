"""How a CSV file is written, and where it can be cut.

A file is cut where Python's own `csv` module ends a record, so that line ends within quotes, quotes within fields
and every kind of line end mean the same to a part as to the whole file. Finding the cuts costs one pass over the
bytes; each part can then be read by a range of bytes alone.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from stepwell.errors import InvalidInput

DELIMITERS = (",", ";", "\t", "|")
BOM = codecs.BOM_UTF8
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAMPLE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written.

    Attributes:
        encoding: `utf-8` or another one whose line ends, quotes and delimiters are single ASCII bytes.
        delimiter: Between fields.
        quote: Around fields; empty: quotes are letters like others.
        skip: Bytes before the first field (a byte order mark).
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    skip: int = 0

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return asdict(self)

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Return the `csv` reader of this dialect."""
        if not self.quote:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote)


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a file.

    Attributes:
        start: First byte.
        end: Byte after the last one.
        row: Number of its first record; the first record of the file is 1.
        rows: Records in it.
    """

    start: int
    end: int
    row: int
    rows: int


def detect(sample: bytes, *, encoding: str = "", delimiter: str = "", quote: str | None = None) -> Dialect:
    """Tell how a file is written by its beginning; what is given is not asked.

    Args:
        sample: The first bytes; the more, the surer.
        encoding: If known.
        delimiter: If known.
        quote: If known; empty: none.

    Raises:
        InvalidInput: No text, or text of two bytes a letter.
    """
    skip = len(BOM) if sample.startswith(BOM) else 0
    if sample.startswith(_UTF_16) or b"\x00" in sample:
        raise InvalidInput(
            "This is no text in UTF-8 or Windows-1252: save the file as CSV UTF-8.",
            code="unsupported_encoding",
        )
    if not encoding:
        encoding = "utf-8" if skip or valid_utf8([sample], whole=False) else "cp1252"
    elif _two_bytes(encoding):
        raise InvalidInput(
            f"`{encoding}` is not supported: save the file as UTF-8.", code="unsupported_encoding"
        )
    text = decode(sample[skip:], encoding)
    if quote is None:
        quote = "'" if '"' not in text and _single_quoted(text) else '"'
    if not delimiter:
        delimiter = max(DELIMITERS, key=lambda one: _fits(text, one, quote))
    return Dialect(encoding, delimiter, quote, skip)


def _two_bytes(encoding: str) -> bool:
    try:
        return "a,\n".encode(encoding) != b"a,\n"
    except LookupError:
        raise InvalidInput(f"There is no encoding `{encoding}`.", code="unsupported_encoding") from None


def valid_utf8(blocks: Iterable[bytes], *, whole: bool = True) -> bool:
    """Tell whether bytes are UTF-8; a letter cut off at the end is no fault unless they are the whole."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", whole)
    except UnicodeDecodeError:
        return False
    return True


def decode(data: bytes, encoding: str) -> str:
    """Return text; bytes that mean nothing become lone surrogates, which `undecodable` finds in a cell."""
    return data.decode(encoding, "surrogateescape")


def undecodable(cell: str) -> bool:
    """Tell whether a cell held bytes that mean nothing in the file's encoding."""
    return not cell.isascii() and any("\udc80" <= letter <= "\udcff" for letter in cell)


def _single_quoted(text: str) -> bool:
    return any(text.startswith("'") or f"{d}'" in text for d in DELIMITERS) and "'\n" in text.replace(
        "\r", ""
    )


def _fits(text: str, delimiter: str, quote: str) -> tuple[float, int, int]:
    dialect = Dialect(delimiter=delimiter, quote=quote)
    rows: list[list[str]] = []
    try:
        for row in dialect.reader(io.StringIO(text, newline="")):
            rows.append(row)
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:
        return (0.0, 0, 0)
    if len(rows) > 1:
        rows.pop()  # it may be cut off
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return (0.0, 0, 0)
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    # A delimiter that cuts nothing is as regular as can be.
    return (times / sum(widths.values()) if width > 1 else 0.0, width, -DELIMITERS.index(delimiter))


class _Lines:
    """Physical lines of byte blocks as text of one letter a byte, and how many bytes have been given out."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._left = b""
        self.given = 0

    def __iter__(self) -> Iterator[str]:
        ended = False
        while not ended:
            block = next(self._blocks, None)
            ended = block is None
            # Bytes are split at \n, \r and \r\n only, as the csv module wants its lines.
            lines = (self._left + (block or b"")).splitlines(keepends=True)
            self._left = b""
            # The last line goes on in the next block, or its \r is half of a \r\n.
            if lines and not ended and not lines[-1].endswith(b"\n"):
                self._left = lines.pop()
            for line in lines:
                self.given += len(line)
                yield line.decode("latin-1")


def cuts(blocks: Iterable[bytes], dialect: Dialect, *, rows: int, size: int) -> Iterator[Cut]:
    """Cut a file between records.

    Args:
        blocks: The file's bytes without what the dialect skips, in blocks of any size.
        dialect: How it is written.
        rows: Records a part, at most.
        size: Bytes a part, at most, unless a single record is longer.

    Raises:
        InvalidInput: A field is longer than any field should be: a quote that is never closed.
    """
    lines = _Lines(blocks)
    # Structure is ASCII in every supported encoding, so one letter a byte shows the same structure.
    records = dialect.reader(iter(lines))
    start = before = number = 0
    first = 1
    while True:
        try:
            row = next(records, None)
        except csv.Error as error:
            raise InvalidInput(
                f"Row {number + 1} cannot be read ({error}): a quote is opened there and not closed, or the "
                "quote character is another one.",
                code="csv_broken",
                details={"row": number + 1},
            ) from None
        if row is None:
            break
        number += 1
        end = lines.given
        if number > first and end - start > size:
            yield Cut(start + dialect.skip, before + dialect.skip, first, number - first)
            start, first = before, number
        if number - first + 1 == rows:
            yield Cut(start + dialect.skip, end + dialect.skip, first, rows)
            start, first = end, number + 1
        before = end
    if number >= first:
        yield Cut(start + dialect.skip, before + dialect.skip, first, number - first + 1)


def records(data: bytes, dialect: Dialect) -> Iterator[list[str]]:
    """Read the records of a part.

    Raises:
        InvalidInput: It cannot be read; see `cuts`.
    """
    try:
        yield from dialect.reader(io.StringIO(decode(data, dialect.encoding), newline=""))
    except csv.Error as error:
        raise InvalidInput(f"The file cannot be read as CSV: {error}.", code="csv_broken") from None
