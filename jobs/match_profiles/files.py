"""What the job reads and writes: Parquet here or in S3, and JSON for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow import fs
from stepwell.errors import InvalidInput, NotFound
from stepwell.profiles.matching.grouping import Groups
from stepwell.profiles.matching.model import MatchDecision
from stepwell.profiles.matching.reviews import Review, Settled, Verdict, settle
from stepwell.profiles.matching.words import explain, sentences

from jobs.match_profiles.columns import quoted

PAIRS = pa.schema(
    [
        ("left", pa.string()),
        ("right", pa.string()),
        ("probability", pa.float64()),
        ("decision", pa.string()),
        ("reasons", pa.list_(pa.string())),
        ("why", pa.list_(pa.string())),
        ("group", pa.string()),
        ("prior_bits", pa.float64()),
        (
            "evidence",
            pa.list_(
                pa.struct(
                    [
                        ("field", pa.string()),
                        ("agreement", pa.string()),
                        ("bits", pa.float64()),
                        ("rarity_bits", pa.float64()),
                    ]
                )
            ),
        ),
        ("explanation", pa.list_(pa.string())),
    ]
)
_GROUPS = pa.schema([("profile", pa.string()), ("group", pa.string()), ("size", pa.int64())])
_BATCH = 5_000


class Place:
    """A folder here or in S3.

    Args:
        uri: A path, or ``s3://bucket/prefix``; credentials and region come from the environment as usual.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri
        if "://" in uri:
            self._files, self._path = fs.FileSystem.from_uri(uri)
        else:
            self._files, self._path = fs.LocalFileSystem(), str(Path(uri).absolute())

    def table(self) -> pa.dataset.Dataset:
        """Return the Parquet files in it, or the one that it is.

        Raises:
            NotFound: There is nothing.
            InvalidInput: It is no Parquet.
        """
        try:
            found = ds.dataset(self._path, filesystem=self._files, format="parquet")
        except FileNotFoundError as error:
            raise NotFound(f"There is nothing at {self.uri}.", code="no_input") from error
        except pa.ArrowInvalid as error:
            raise InvalidInput(f"{self.uri} is no Parquet.", code="not_parquet") from error
        if not found.files:
            raise NotFound(f"There are no Parquet files in {self.uri}.", code="no_input")
        return found

    def create(self) -> None:
        """Make the folder."""
        self._files.create_dir(self._path, recursive=True)

    def output(self, name: str) -> Any:
        """Open a file in it for writing; what was there is replaced."""
        return self._files.open_output_stream(f"{self._path}/{name}")

    def text(self) -> str:
        """Return what the file holds.

        Raises:
            NotFound: There is none.
        """
        try:
            with self._files.open_input_stream(self._path) as stream:
                return bytes(stream.read()).decode()
        except FileNotFoundError as error:
            raise NotFound(f"There is nothing at {self.uri}.", code="no_input") from error


def load(connection: duckdb.DuckDBPyConnection, place: Place, name: str, columns: Mapping[str, str]) -> None:
    """Read profiles into a table.

    Args:
        connection: Database.
        place: Where they are.
        name: Of the table.
        columns: Our names by theirs, for those that differ.

    Raises:
        InvalidInput: A column to rename is not there.
    """
    found = place.table()
    missing = sorted(set(columns) - set(found.schema.names))
    if missing:
        raise InvalidInput(f"The profiles have no column {', '.join(missing)}.", code="no_column")
    connection.register("given_profiles", found.scanner(batch_size=65_536).to_reader())
    parts = ", ".join(
        f"{quoted(column)} as {quoted(columns.get(column, column))}" for column in found.schema.names
    )
    connection.execute(f"create or replace table {name} as select {parts} from given_profiles")
    connection.unregister("given_profiles")


def read_reviews(place: Place) -> Settled:
    """Read what people said: Parquet with ``left``, ``right``, ``verdict``, ``by`` and ``at``.

    Raises:
        InvalidInput: A column is missing, or a verdict is none.
    """
    table = place.table().to_table()
    missing = {"left", "right", "verdict", "by", "at"} - set(table.schema.names)
    if missing:
        raise InvalidInput(f"The reviews have no column {', '.join(sorted(missing))}.", code="no_column")
    try:
        return settle(
            Review(row["left"], row["right"], Verdict(row["verdict"]), row["by"], _time(row["at"]))
            for row in table.to_pylist()
        )
    except ValueError as error:
        raise InvalidInput(f"A review cannot be read: {error}.", code="bad_review") from error


class PairsFile:
    """The queue of decisions that is a Parquet file; meets ``MergeQueue``.

    Args:
        place: Folder; the file is ``pairs.parquet``.
    """

    def __init__(self, place: Place) -> None:
        self._stream = place.output("pairs.parquet")
        self._writer = pq.ParquetWriter(self._stream, PAIRS, compression="zstd")

    def put(self, decisions: Iterable[MatchDecision]) -> int:
        """Write decisions; return how many."""
        count = 0
        rows: list[dict[str, Any]] = []
        for decision in decisions:
            rows.append(row_of(decision))
            count += 1
            if len(rows) >= _BATCH:
                self._write(rows)
                rows = []
        self._write(rows)
        return count

    def _write(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._writer.write_table(pa.Table.from_pylist(rows, schema=PAIRS))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        self._stream.close()


def row_of(decision: MatchDecision) -> dict[str, Any]:
    """Return a decision as a row of ``pairs.parquet``."""
    candidate = decision.candidate
    explanation = candidate.explanation
    return {
        "left": candidate.left,
        "right": candidate.right,
        "probability": candidate.probability,
        "decision": decision.decision.value,
        "reasons": [reason.value for reason in decision.reasons],
        "why": sentences(decision),
        "group": decision.group or None,
        "prior_bits": explanation.prior_bits,
        "evidence": [
            {"field": f.field, "agreement": f.agreement, "bits": f.bits, "rarity_bits": f.rarity_bits}
            for f in explanation.fields
        ],
        "explanation": explain(explanation),
    }


def write_groups(place: Place, groups: Groups) -> None:
    """Write ``groups.parquet``: a row a profile that is one person with others."""
    rows = [
        {"profile": profile, "group": name, "size": len(members)}
        for name, members in sorted(groups.members().items())
        for profile in members
    ]
    with place.output("groups.parquet") as stream:
        pq.write_table(pa.Table.from_pylist(rows, schema=_GROUPS), stream, compression="zstd")


def write_json(place: Place, name: str, document: Mapping[str, Any]) -> None:
    """Write a document for people and programs."""
    with place.output(name) as stream:
        stream.write((json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())


def _time(value: Any) -> datetime:
    made = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return made if made.tzinfo else made.replace(tzinfo=UTC)
