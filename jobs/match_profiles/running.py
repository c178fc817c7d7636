"""One run over files: what the command, a container and a processing job call."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
from stepwell.errors import InvalidInput
from stepwell.profiles.matching.model import MatchSettings

from jobs.match_profiles.files import PairsFile, Place, load, read_reviews, write_groups, write_json
from jobs.match_profiles.job import match


@dataclass(frozen=True, slots=True)
class Request:
    """What to match.

    Attributes:
        input: Profiles as Parquet: a file, a folder or an ``s3://`` address.
        output: Folder or ``s3://`` address to write into.
        settings: Threshold and limits.
        columns: Our column names by theirs.
        reviews: Verdicts of people as Parquet; empty: none.
        model: ``model.json`` of an earlier run, used as it is; empty: learn one.
    """

    input: str
    output: str
    settings: MatchSettings = field(default_factory=MatchSettings)
    columns: Mapping[str, str] = field(default_factory=dict)
    reviews: str = ""
    model: str = ""


def run(request: Request) -> dict[str, Any]:
    """Match, write ``pairs.parquet``, ``groups.parquet``, ``model.json`` and ``summary.json``; return the summary.

    Raises:
        InvalidInput: The input cannot be matched.
        NotFound: An input is not there.
    """
    settled = read_reviews(Place(request.reviews)) if request.reviews else None
    model = read_model(Place(request.model)) if request.model else None
    output = Place(request.output)
    # On disk, so that millions of pairs need not fit in memory.
    with tempfile.TemporaryDirectory(prefix="stepwell-match-") as scratch:
        connection = duckdb.connect(str(Path(scratch) / "pairs.duckdb"))
        try:
            load(connection, Place(request.input), "profiles", request.columns)
            output.create()
            with PairsFile(output) as queue:
                found = match(
                    connection,
                    "profiles",
                    request.settings,
                    queue,
                    settled=settled,
                    model=model,
                    seconds=monotonic,
                )
        finally:
            connection.close()
    write_groups(output, found.groups)
    write_json(output, "model.json", found.model)
    # Last: who finds a summary finds everything else.
    write_json(output, "summary.json", found.summary)
    return found.summary


def read_model(place: Place) -> dict[str, Any]:
    """Read a model of an earlier run.

    Raises:
        InvalidInput: It is none.
    """
    try:
        document = json.loads(place.text())
    except ValueError as error:
        raise InvalidInput(f"{place.uri} is no model of an earlier run.", code="bad_model") from error
    if not isinstance(document, dict) or not {"comparisons", "probability_two_random_records_match"} <= set(
        document
    ):
        raise InvalidInput(f"{place.uri} is no model of an earlier run.", code="bad_model")
    return document
