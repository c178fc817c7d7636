"""Imports, exports, segments of Amazon Pinpoint."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from stepwell.transfers.model import Column as ColumnDocument

from replies.forms import DocumentOf, Json, Reply, Time

TransferState: TypeAlias = Literal["uploading", "planning", "working", "done", "failed", "cancelled"]


class Transfer(Reply):
    """An import or an export, and how far it is.

    Attributes:
        holds: What an import's file is about; empty: an export.
        name: The file's.
        created_at: When it was announced.
        started_at: Null: it was not started.
        total: Rows; null: not known yet.
        rows: Rows done.
        counts: Rows an outcome.
        faults: Rows a fault's code.
        request: How it was started; empty: it was not.
        why: Why it failed; may be empty.
        ready: Whether its file can be fetched.
        has_errors: Whether there is an error file.
    """

    id: str
    kind: Literal["import", "dry_run", "export"]
    holds: Literal["profiles", "events", "pinpoint", ""]
    state: TransferState
    name: str
    actor: str
    created_at: Time
    started_at: Time | None
    ended_at: Time | None
    total: int | None
    rows: int
    counts: dict[str, int]
    faults: dict[str, int]
    parts: int
    parts_done: int
    rows_per_s: float | None
    request: Json
    why: str
    ready: bool
    has_errors: bool


class Upload(Reply):
    """Where to send a file.

    Attributes:
        url: Valid for an hour.
        headers: To be sent exactly so.
    """

    url: str
    method: Literal["PUT"]
    headers: dict[str, str]


class NewImport(Transfer):
    """An import that waits for its file."""

    upload: Upload


class RowFault(Reply):
    """What is wrong with a row or one of its cells.

    Attributes:
        row: Its number; a CSV file's header is row 1.
        column: Empty: the row as a whole.
    """

    row: int
    code: str
    column: str
    message: str


class ImportRow(Reply):
    """What would become of a row.

    Attributes:
        taken_in: Whether it would be.
        values: By the field that they go to.
    """

    row: int
    taken_in: bool
    values: dict[str, Any]
    faults: list[RowFault]


class ImportPreview(Reply):
    """What an import would do with the first rows.

    Attributes:
        header: The file's columns.
        written: How a CSV file is written; empty: it is none.
        bytes: Size of the file.
        columns: Where columns go: as asked, or suggested.
        missing: Columns that are mapped and not there.
    """

    header: list[str]
    written: Json
    bytes: int
    columns: list[Annotated[Json, DocumentOf(ColumnDocument)]]
    rows: list[ImportRow]
    missing: list[str]


class FileAddress(Reply):
    """Where a file lies for a quarter of an hour."""

    url: str


class Gap(Reply):
    """What a segment of Pinpoint says and ours does not."""

    place: str
    message: str


class PinpointProblem(Reply):
    """Why a segment was not made."""

    code: str
    message: str
    place: NotRequired[str]
    severity: NotRequired[str]


class PinpointSegment(Reply):
    """A segment of Amazon Pinpoint, translated.

    Attributes:
        source: Its id in Pinpoint.
        document: The segment of ours; its condition is text.
        gaps: What is missing in it.
        notes: What means nearly the same, not quite.
        complete: Whether nothing is missing.
        created: Whether it was made.
        problems: Why it was not, if it was to be.
    """

    source: str
    document: Json
    gaps: list[Gap]
    notes: list[Gap]
    complete: bool
    created: bool
    problems: list[PinpointProblem]
