"""What somebody asks for when they import or export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from stepwell.contracts.faults import violations_of
from stepwell.errors import ValidationFailed
from stepwell.segments.model import SegmentId

ImportKind = Literal["profiles", "events", "pinpoint"]
FileFormat = Literal["csv", "ndjson", "parquet"]
Identity = Literal["email", "user_id", "phone"]

MAX_CSV_BYTES = 4 * 1024**3
MAX_PARQUET_BYTES = 512 * 1024**2
MAX_COLUMNS = 500
MAX_MAPPED = 100
CONSENT = r"consent\.(email|sms|push)(\.(marketing|transactional))?"
TARGET = (
    r"^$|^email$|^user_id$|^anonymous_id$|^timestamp$|^event$|^message_id$"
    rf"|^{CONSENT}$|^properties\.[^.\s][^\s]{{0,99}}$|^[A-Za-z_][A-Za-z0-9_ -]{{0,63}}$"
)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Column(_Model):
    """Where the values of a column go.

    Attributes:
        source: Name of the column as the file has it (in JSON dots lead inside).
        to: `email`, `user_id`, `anonymous_id`, `timestamp`, `consent.<channel>[.<purpose>]`, a field of contacts;
            of events also `event`, `message_id`, `properties.<name>`. Empty: the column is left out.
    """

    source: str = Field(max_length=300)
    to: Annotated[str, StringConstraints(pattern=TARGET)] = ""


class Options(_Model):
    """How rows are taken in.

    Attributes:
        identify_by: What every row must name; None: any of e-mail address, user id, anonymous id.
        update: Whether values replace what is known, or stand only where nothing is.
        segment: Static list that the contacts are put on.
        trigger: Whether workflows see these events as if they happened now.
        force_consent: Whether a `granted` outweighs an earlier opt-out.
        reason: Why it may; kept as proof.
        consent_how: How consents in the file were given (`ProofKind`); where it is not said, texts to the United States
            do not go by them.
        consent_source: Where and in which words; kept as proof.
        event: Name of all events, where no column names it.
    """

    identify_by: Identity | None = None
    update: Literal["overwrite", "fill_gaps"] = "overwrite"
    segment: SegmentId | None = None
    trigger: bool = False
    force_consent: bool = False
    reason: str = Field(default="", max_length=500)
    consent_how: Literal["keyword", "form", "double", "paper", "verbal", "told"] = "told"
    consent_source: str = Field(default="", max_length=300)
    event: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _told(self) -> Options:
        if self.force_consent and len(self.reason.strip()) < 10:
            raise ValueError("`force_consent` needs a `reason` of at least ten letters: it is kept as proof.")
        return self


class Writing(_Model):
    """How a CSV file is written, where it is not as detected."""

    encoding: str = Field(default="", max_length=40)
    delimiter: str = Field(default="", max_length=1)
    quote: str | None = Field(default=None, max_length=1)


class ImportSpec(_Model):
    """An import as it is carried out.

    Attributes:
        columns: Where columns go.
        options: How rows are taken in.
        writing: How the file is written.
        dry_run: Whether rows are only counted.
    """

    columns: tuple[Column, ...] = Field(default=(), max_length=MAX_COLUMNS)
    options: Options = Field(default_factory=Options)
    writing: Writing = Field(default_factory=Writing)
    dry_run: bool = False

    @model_validator(mode="after")
    def _once(self) -> ImportSpec:
        targets = [column.to for column in self.columns if column.to]
        twice = sorted({target for target in targets if targets.count(target) > 1})
        if twice:
            raise ValueError(f"Several columns go to `{twice[0]}`: choose one.")
        if len(targets) > MAX_MAPPED:
            raise ValueError(f"At most {MAX_MAPPED} columns can be taken in.")
        return self


class ExportSpec(_Model):
    """An export.

    Attributes:
        segment: Whose members; None: all contacts.
        columns: Fields, `id`, `user_id`, `first_seen`, `last_seen`, `consent.<channel>.<purpose>`.
        format: Of the file.
    """

    segment: SegmentId | None = None
    columns: tuple[Annotated[str, StringConstraints(min_length=1, max_length=100)], ...] = Field(
        default=(
            "id",
            "user_id",
            "email",
            "first_name",
            "last_name",
            "phone",
            "company",
            "country",
            "city",
            "lifecycle_stage",
            "lead_score",
            "first_seen",
            "last_seen",
        ),
        min_length=1,
        max_length=100,
    )
    format: FileFormat = "csv"


def import_spec(document: Mapping[str, Any]) -> ImportSpec:
    """Read what somebody asks for.

    Raises:
        ValidationFailed: It is malformed; each violation names its place.
    """
    try:
        return ImportSpec.model_validate(dict(document))
    except ValidationError as error:
        raise _failed(error) from None


def export_spec(document: Mapping[str, Any]) -> ExportSpec:
    """Read what somebody asks for.

    Raises:
        ValidationFailed: It is malformed; each violation names its place.
    """
    try:
        return ExportSpec.model_validate(dict(document))
    except ValidationError as error:
        raise _failed(error) from None


def _failed(error: ValidationError) -> ValidationFailed:
    violations = violations_of(error)
    first = violations[0]
    return ValidationFailed(f"{first['place'] or 'This'}: {first['message']}", violations)
