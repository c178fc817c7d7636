"""`contacts merge|unmerge|merges|review|apply`: contacts that are one person."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.output import Cursor, Json, Limit, Yes, emit, page, say
from stepwell_cli.session import session

Contact = Annotated[str, typer.Argument(metavar="CONTACT", help="Address, user id or profile id.")]
_MERGES = (
    ("Merge", "id"),
    ("Stayed", "winner"),
    ("Went", "loser"),
    ("Why", "reason"),
    ("By", "by"),
    ("At (UTC)", "at"),
    ("Undone (UTC)", "undone_at"),
)


_AT_ONCE = 50


class Why(StrEnum):
    """Why contacts were merged."""

    EVENT = "event"
    MATCH = "match"
    REVIEW = "review"
    MANUAL = "manual"


class Verdict(StrEnum):
    """What somebody says of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


def merge(
    ctx: typer.Context,
    contact: Contact,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other contact.")],
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would become of them.")] = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Make one contact of two. It shows first what would be replaced or dropped, and asks."""
    api = session(ctx).api
    if preview or not yes:
        told = api.get(f"/contacts/{part(contact)}/merge-preview", **{"with": other})
        if preview:
            emit(told, json_, lambda out: _previewed(out, told))
            return
        if not json_:
            emit(told, False, lambda out: _previewed(out, told))
        typer.confirm(f"Merge {contact} and {other}?", abort=True, err=True)
    answer = api.post(f"/contacts/{part(contact)}/merge", {"with": other})
    merged = answer.get("merge") or {}
    done = f"Merged into {escape(answer['contact']['id'])}. Undo: stepwell contacts unmerge {merged.get('id', '')}"
    emit(answer, json_, say(done))


def _previewed(out: Console, told: dict[str, Any]) -> None:
    winner, loser = told["winner"], told["loser"]
    for title, one in (("Stays", winner), ("Goes", loser)):
        known = ", ".join(filter(None, (one["user_id"], one["email"])))
        out.print(f"{title}: {escape(one['id'])} {escape(known)}")
    for title, key in (
        ("Gets another value", "replaced"),
        ("Is dropped", "dropped"),
        ("Against it", "against"),
    ):
        if told[key]:
            out.print(f"{title}: {escape(', '.join(told[key]))}")


def unmerge(
    ctx: typer.Context,
    merge_id: Annotated[
        str, typer.Argument(metavar="MERGE", help="Merge id, as `contacts merges` shows it.")
    ],
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Undo a merge; the two are kept apart from then on. What came in since stays with the one that stayed."""
    if not yes:
        typer.confirm(f"Undo {merge_id}?", abort=True, err=True)
    answer = session(ctx).api.post(f"/merges/{part(merge_id)}/undo")
    kept = f" Told since, and kept: {', '.join(answer['kept'])}." if answer["kept"] else ""
    emit(answer, json_, say(escape(f"Back: {answer['winner']['id']} and {answer['loser']['id']}.{kept}")))


def merges(
    ctx: typer.Context,
    contact: Annotated[str, typer.Option(help="Only of this contact.")] = "",
    why: Annotated[Why | None, typer.Option(help="Only for this reason.")] = None,
    undone: Annotated[
        bool | None, typer.Option("--undone/--standing", help="Only those (not) undone.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List merges of contacts, newest first."""
    asked: dict[str, Any] = {"contact": contact, "reason": why or "", "limit": limit, "cursor": cursor}
    asked["undone"] = "" if undone is None else str(undone).lower()
    answer = session(ctx).api.get("/merges", **asked)
    emit(answer, json_, page(answer, _MERGES, "No merges."))


def review(
    ctx: typer.Context,
    pair: Annotated[
        str, typer.Argument(metavar="[PAIR]", help="A pair, as the list shows it; none: list all.")
    ] = "",
    verdict: Annotated[Verdict | None, typer.Option(help="What you say of the pair.")] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List pairs that are perhaps one person, or say of one whether it is."""
    api = session(ctx).api
    if not pair:
        answer = api.get("/merge-reviews", limit=limit, cursor=cursor)
        columns = (("Pair", "pair"), ("Probability", "probability"), ("Why not merged", "why"))
        emit(answer, json_, page(answer, columns, "Nothing to look at."))
        return
    if verdict is None:
        raise typer.BadParameter("say `--verdict same`, `different` or `unsure`", param_hint="--verdict")
    answer = api.post(f"/merge-reviews/{part(pair)}", {"verdict": str(verdict)})
    merged = answer.get("contact")
    text = f"Noted: {verdict}." + (f" Merged into {merged['id']}." if merged else "")
    emit(answer, json_, say(escape(text)))


def apply(
    ctx: typer.Context,
    found: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `identity match` has written.")],
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Carry out what matching decided: merge pairs that it is sure of, and put the others before people."""
    try:
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise CliError("This needs `stepwell[jobs]`.", code="jobs_missing", exit_code=Exit.USAGE) from error
    file = found / "pairs.parquet" if found.is_dir() else found
    if not file.is_file():
        raise CliError(f"There is nothing at {file}.", code="no_input", exit_code=Exit.NOT_FOUND)
    rows = [row for row in pq.read_table(file).to_pylist() if row["decision"] != "reject"]
    merged = sum(row["decision"] == "merge" for row in rows)
    if not yes:
        typer.confirm(
            f"Merge {merged:,} pairs and put {len(rows) - merged:,} to review?", abort=True, err=True
        )
    taken = 0
    for start in range(0, len(rows), _AT_ONCE):
        body = {"decisions": rows[start : start + _AT_ONCE]}
        taken += session(ctx).api.post("/merge-decisions", body)["taken"]
    answer = {"decisions": len(rows), "taken": taken}
    emit(answer, json_, say(f"{taken:,} of {len(rows):,} decisions led to something new."))


def register(app: typer.Typer) -> None:
    """Add these commands to the group of contacts."""
    app.command("merge")(merge)
    app.command("unmerge")(unmerge)
    app.command("merges")(merges)
    app.command("review")(review)
    app.command("apply")(apply)
