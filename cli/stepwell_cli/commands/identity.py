"""`identity match`: which profiles are probably one person, computed on this machine from an export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from stepwell.profiles.matching.model import MatchSettings

from stepwell_cli.errors import CliError, Exit
from stepwell_cli.output import Json, emit

_DEFAULTS = MatchSettings()
_NEEDED = {"jobs", "splink", "duckdb", "pyarrow"}


def match(
    input_: Annotated[
        str,
        typer.Option(
            "--input", help="Profiles as Parquet: a file, a folder or `s3://…`.", show_default=False
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", help="Folder or `s3://…` to write into.", show_default=False)
    ],
    threshold: Annotated[
        float, typer.Option(help="Probability from which a pair is merged without asking.")
    ] = _DEFAULTS.threshold,
    review_floor: Annotated[
        float, typer.Option(help="Probability from which a pair is put to a person.")
    ] = _DEFAULTS.review_floor,
    largest_group: Annotated[
        int, typer.Option(help="Profiles at most that become one person without asking.")
    ] = _DEFAULTS.largest_group,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="`ours=theirs`, as `given_name=first_name`; may be repeated."),
    ] = None,
    reviews: Annotated[str, typer.Option(help="What people said about pairs, as Parquet.")] = "",
    model: Annotated[str, typer.Option(help="`model.json` of an earlier run, instead of learning one.")] = "",
    json_: Json = False,
) -> None:
    """Find profiles that are probably one person, and explain why.

    Writes `pairs.parquet` (merge or review, with an explanation), `groups.parquet`, `model.json` and
    `summary.json`. Nothing is merged: docs/reference/identity.md tells what the files hold.
    """
    columns = dict(_renamed(entry) for entry in column or ())
    settings = MatchSettings(threshold=threshold, review_floor=review_floor, largest_group=largest_group)
    try:
        from jobs.match_profiles.running import Request, run
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _NEEDED:
            raise
        raise CliError(
            "Matching needs packages that are not installed: `pip install 'stepwell[jobs]'`, "
            "in a checkout `make setup`.",
            code="jobs_missing",
            exit_code=Exit.USAGE,
            details={"module": error.name},
        ) from None
    summary = run(Request(input_, output, settings, columns, reviews, model))
    emit(summary, json_, lambda out: _show(out, summary, output))


def _renamed(entry: str) -> tuple[str, str]:
    ours, equals, theirs = entry.partition("=")
    if not (equals and ours and theirs):
        raise CliError(
            f"`--column {entry}` is not of the form `ours=theirs`.", code="bad_column", exit_code=Exit.USAGE
        )
    return theirs, ours


def _show(out: Console, summary: dict[str, Any], output: str) -> None:
    decisions = summary["decisions"]
    out.print(
        f"{summary['profiles']:,} profiles, {summary['pairs_compared']:,} pairs compared by "
        f"{', '.join(name.replace('_', ' ') for name in summary['columns'])}."
    )
    out.print(
        f"{summary['groups']:,} people have more than one profile (at most {summary['largest_group']:,}): "
        f"{summary['profiles']:,} would become {summary['profiles_after']:,}."
    )
    out.print(f"To merge: {decisions.get('merge', 0):,} pairs. To review: {decisions.get('review', 0):,}.")
    out.print(f"Written to {output if '://' in output else Path(output)}.")
