"""Segments: write, check, estimate, look at and delete them; members of lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import read_mapping
from stepwell_cli.output import Cursor, Json, Limit, details, emit, page, say, table
from stepwell_cli.session import session

SegmentId = Annotated[str, typer.Argument(metavar="SEGMENT", help="Segment id.")]
Contacts = Annotated[
    list[str], typer.Argument(metavar="CONTACT…", help="Profile ids, e-mail addresses or user ids.")
]
Days = Annotated[int, typer.Option(min=1, max=365, help="How far to look back.")]
SegmentFile = Annotated[Path, typer.Argument(metavar="FILE", help="Segment as YAML.")]
_FIELDS = (
    ("Segment", "id"),
    ("Name", "name"),
    ("Kind", "kind"),
    ("Description", "description"),
    ("Condition", "text"),
    ("Size", "size"),
    ("Settled", "settled"),
    ("Use case", "use_case"),
    ("Tags", "tags"),
    ("Review", "review"),
    ("Used by", "used_by"),
    ("Changed", "updated_at"),
    ("By", "updated_by"),
)


def list_(
    ctx: typer.Context,
    text: Annotated[str, typer.Option("--text", help="Part of id, name or description.")] = "",
    kind: Annotated[str, typer.Option(help="static, dynamic or predictive.")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag.")] = "",
    sort: Annotated[str, typer.Option(help="name, id, kind, updated_at or size.")] = "name",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List segments with their sizes."""
    order = "desc" if sort in ("size", "updated_at") else "asc"
    answer = session(ctx).api.get(
        "/segments", q=text, kind=kind, tag=tag, sort=sort, order=order, limit=limit, cursor=cursor
    )
    columns = (("Id", "id"), ("Name", "name"), ("Kind", "kind"), ("Size", "size"), ("Condition", "text"))
    emit(answer, json_, page(answer, columns, "No segment yet: `stepwell segments push FILE`."))


def show(ctx: typer.Context, segment: SegmentId, json_: Json = False) -> None:
    """Show a segment, its size and what uses it."""
    answer = session(ctx).api.get(f"/segments/{part(segment)}")
    emit(answer, json_, details(answer, _FIELDS))


def push(ctx: typer.Context, file: SegmentFile, json_: Json = False) -> None:
    """Create a segment or change it. Everybody is asked whether they belong, in the background."""
    document = read_mapping(file)
    api = session(ctx).api
    path = f"/segments/{part(str(document.get('id', '')))}"
    try:
        stored = api.get(path) if document.get("id") else {}
    except CliError as error:
        if error.exit_code is not Exit.NOT_FOUND:
            raise
        stored = {}
    if stored:
        answer = api.put(path, {"segment": document, "rev": stored["rev"]})
    else:
        answer = api.post("/segments", {"segment": document})
    emit(answer, json_, say(f"Saved {escape(str(answer['id']))}."))


def check(ctx: typer.Context, file: SegmentFile, json_: Json = False) -> None:
    """Check a segment without saving it. Fails if it could not be saved."""
    answer = session(ctx).api.post("/segments/validate", {"segment": read_mapping(file)})
    columns = (("", "severity"), ("Rule", "code"), ("Where", "place"), ("What to do", "message"))
    emit(answer, json_, table(answer["problems"], columns, empty="Nothing to say against it."))
    if not answer["valid"]:
        raise typer.Exit(int(Exit.NO))


def estimate(
    ctx: typer.Context,
    condition: Annotated[str, typer.Argument(help='Such as `plan = "pro" and did(page_view, 7 days)`.')],
    json_: Json = False,
) -> None:
    """Estimate how many a condition means, and show some of them. Nothing is saved."""
    answer = session(ctx).api.post("/segments/estimate/preview", {"condition": condition})

    def people(out: Console) -> None:
        found = answer["estimate"]
        if found["exact"]:
            out.print(f"[bold]{found['size']:,}[/bold] of {found['total']:,} contacts.")
        else:
            out.print(
                f"About [bold]{found['size']:,}[/bold] of {found['total']:,} contacts, with 95 % certainty "
                f"{found['low']:,} to {found['high']:,}; {found['sampled']:,} were asked."
            )
        table(answer["sample"], (("Profile", "profile"), ("E-mail", "email"), ("Name", "name")))(out)

    emit(answer, json_, people)


def members(
    ctx: typer.Context, segment: SegmentId, limit: Limit = 50, cursor: Cursor = "", json_: Json = False
) -> None:
    """List the members of a segment."""
    answer = session(ctx).api.get(f"/segments/{part(segment)}/members", limit=limit, cursor=cursor)
    columns = (("Profile", "profile"), ("E-mail", "email"), ("Name", "name"), ("Since", "since"))
    emit(answer, json_, page(answer, columns, "Nobody belongs to it."))


def add(ctx: typer.Context, segment: SegmentId, contacts: Contacts, json_: Json = False) -> None:
    """Put contacts on a static list."""
    _change(ctx, f"/segments/{part(segment)}/members", contacts, json_)


def remove(ctx: typer.Context, segment: SegmentId, contacts: Contacts, json_: Json = False) -> None:
    """Take contacts off a static list."""
    _change(ctx, f"/segments/{part(segment)}/members/remove", contacts, json_)


def _change(ctx: typer.Context, path: str, contacts: list[str], json_: bool) -> None:
    answer = session(ctx).api.post(path, {"contacts": contacts})
    unknown = f" Unknown: {escape(', '.join(answer['unknown']))}." if answer["unknown"] else ""
    emit(answer, json_, say(f"Asked for {answer['asked']}.{unknown}"))


def delete(
    ctx: typer.Context,
    segment: SegmentId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json_: Json = False,
) -> None:
    """Delete a segment that nothing uses."""
    if not yes:
        typer.confirm(f"Delete {segment}?", abort=True, err=True)
    api, path = session(ctx).api, f"/segments/{part(segment)}"
    answer = api.call("DELETE", path, query={"rev": api.get(path)["rev"]})
    emit(answer, json_, say(f"Deleted {escape(segment)}."))


def history(ctx: typer.Context, segment: SegmentId, days: Days = 90, json_: Json = False) -> None:
    """Show how a segment grew, day by day."""
    answer = session(ctx).api.get(f"/segments/{part(segment)}/history", days=days)
    columns = (("Day", "day"), ("Entered", "entered"), ("Left", "left"), ("Size", "size"))
    emit(answer, json_, page(answer, columns, "Nobody moved."))


def analytics(ctx: typer.Context, segment: SegmentId, days: Days = 30, json_: Json = False) -> None:
    """Show size, growth and engagement of a segment beside everybody's."""
    answer = session(ctx).api.get(f"/segments/{part(segment)}/analytics", days=days)
    keys = (
        ("Size", "size"),
        ("Estimate", "estimate.size"),
        ("Growth", "growth"),
        ("Members", "members"),
        ("Everybody", "everybody"),
    )
    emit(answer, json_, details(answer, keys))


def suggest(ctx: typer.Context, segment: SegmentId, json_: Json = False) -> None:
    """Say what could be better about a segment, with the numbers that led to it."""
    answer = session(ctx).api.get(f"/segments/{part(segment)}/suggestions")
    columns = (("What", "code"), ("Why", "message"), ("Where", "place"), ("Numbers", "numbers"))
    emit(answer, json_, page(answer, columns, "Nothing to suggest."))


def overlap(
    ctx: typer.Context,
    segment: SegmentId,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Another segment.")],
    json_: Json = False,
) -> None:
    """Show how two segments overlap, in a sample."""
    answer = session(ctx).api.get(f"/segments/{part(segment)}/overlap", other=other)
    keys = (("First", "first"), ("Second", "second"), ("Both", "both"), ("Of the first", "of_first"))
    emit(answer, json_, details(answer, (*keys, ("Of the second", "of_second"), ("Jaccard", "jaccard"))))


def settle(ctx: typer.Context, segment: SegmentId, json_: Json = False) -> None:
    """Ask everybody again whether they belong, and count the members anew."""
    answer = session(ctx).api.post(f"/segments/{part(segment)}/settle")
    job = f" Everybody is being asked (job {answer['job']})." if answer["job"] else ""
    emit(answer, json_, say(f"{answer['size']:,} members ({answer['corrected']:+,} corrected).{job}"))


def register(app: typer.Typer) -> None:
    """Add the commands to their group."""
    commands: dict[str, Any] = {
        "list": list_,
        "show": show,
        "push": push,
        "check": check,
        "estimate": estimate,
        "members": members,
        "add": add,
        "remove": remove,
        "delete": delete,
        "history": history,
        "analytics": analytics,
        "suggest": suggest,
        "overlap": overlap,
        "settle": settle,
    }
    for name, command in commands.items():
        app.command(name)(command)
