"""Catalogs of products and content: definitions as files, items one by one or as files of any size."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import read_mapping
from stepwell_cli.output import Cursor, Json, Limit, details, emit, page, say
from stepwell_cli.session import session

CatalogId = Annotated[str, typer.Argument(metavar="CATALOG", help="Catalog id.")]
ItemId = Annotated[str, typer.Argument(metavar="ITEM", help="Item id.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Tell nobody: for the first sync of a catalog.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
MAX_ITEMS, MAX_CHARS = 500, 2_000_000
"""Items and characters of one request."""
_OWN = ("told", "rev", "updated_at", "updated_by")
_ITEM = (
    ("Item", "id"),
    ("Catalog", "catalog"),
    ("Revision", "rev"),
    ("Changed", "updated_at"),
    ("Published", "published"),
    ("Fields", "fields"),
    ("Being told", "open"),
    ("Told", "told"),
)


def list_(ctx: typer.Context, json_: Json = False) -> None:
    """List catalogs."""
    answer = session(ctx).api.get("/catalogs")
    columns = (("Id", "id"), ("Name", "name"), ("Kind", "kind"), ("Tells", "told"), ("Changed", "updated_at"))
    emit(answer, json_, page(answer, columns, "No catalog yet: `stepwell catalogs push FILE`."))


def show(ctx: typer.Context, catalog: CatalogId, json_: Json = False) -> None:
    """Show what a catalog is."""
    answer = session(ctx).api.get(f"/catalogs/{part(catalog)}")
    keys = [(name.replace("_", " ").capitalize(), name) for name in answer if name != "rev"]
    emit(answer, json_, details(answer, keys))


def push(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Catalog as YAML.")],
    json_: Json = False,
) -> None:
    """Create a catalog or change it; its items stay as they are."""
    document = {name: value for name, value in read_mapping(file).items() if name not in _OWN}
    api = session(ctx).api
    path = f"/catalogs/{part(str(document.get('id', '')))}"
    try:
        stored = api.get(path) if document.get("id") else {}
    except CliError as error:
        if error.exit_code is not Exit.NOT_FOUND:
            raise
        stored = {}
    if stored:
        answer = api.put(path, {"catalog": document, "rev": stored["rev"]})
    else:
        answer = api.post("/catalogs", {"catalog": document})
    emit(answer, json_, say(f"Saved {escape(str(answer['id']))}."))


def delete(ctx: typer.Context, catalog: CatalogId, yes: Yes = False, json_: Json = False) -> None:
    """Delete a catalog and all its items."""
    if not yes:
        typer.confirm(f"Delete {catalog} and all its items?", abort=True, err=True)
    api, path = session(ctx).api, f"/catalogs/{part(catalog)}"
    answer = api.call("DELETE", path, query={"rev": api.get(path)["rev"]})
    emit(answer, json_, say(f"Deleted {escape(catalog)}; its items go in the background."))


def items(
    ctx: typer.Context,
    catalog: CatalogId,
    prefix: Annotated[str, typer.Option(help="Beginning of the id.")] = "",
    text: Annotated[str, typer.Option("--text", help="Part of the title.")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag.")] = "",
    category: Annotated[str, typer.Option(help="Only of this category.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List or search a catalog's items."""
    answer = session(ctx).api.get(
        f"/catalogs/{part(catalog)}/items",
        prefix=prefix,
        q=text,
        tag=tag,
        category=category,
        limit=limit,
        cursor=cursor,
    )
    columns = (("Id", "id"), ("Fields", "fields"), ("Changed", "updated_at"))
    emit(answer, json_, page(answer, columns, "No item fits."))


def item(ctx: typer.Context, catalog: CatalogId, item: ItemId, json_: Json = False) -> None:
    """Show an item, and what was told of it."""
    answer = session(ctx).api.get(f"/catalogs/{part(catalog)}/items/{part(item)}")
    emit(answer, json_, details(answer, _ITEM))


def remove(ctx: typer.Context, catalog: CatalogId, item: ItemId, json_: Json = False) -> None:
    """Delete an item."""
    answer = session(ctx).api.delete(f"/catalogs/{part(catalog)}/items/{part(item)}")
    emit(answer, json_, say(f"Deleted {escape(item)}."))


def load(
    ctx: typer.Context,
    catalog: CatalogId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Items as .csv, .ndjson or .jsonl.")],
    quiet: Quiet = False,
    json_: Json = False,
) -> None:
    """Write the items of a file, 500 a request. May be repeated: what is like this already changes nothing.

    Fails if an item was refused; the others are written.
    """
    api = session(ctx).api
    counts: Counter[str] = Counter(created=0, updated=0, unchanged=0, stale=0, news=0)
    refused: list[dict[str, Any]] = []
    at = 0
    for form, text, count in _pieces(file):
        answer = api.post(f"/catalogs/{part(catalog)}/items", {form: text, "quiet": quiet})
        counts.update({name: answer[name] for name in ("created", "updated", "unchanged")})
        counts.update(stale=len(answer["stale"]), news=len(answer["news"]))
        refused += [{**one, "index": at + one["index"]} for one in answer["rejected"]]
        at += count

    def people(out: Console) -> None:
        told = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        out.print(f"{at:,} items: {told}.")
        for one in refused[:20]:
            why = "; ".join(f"{v['place']}: {v['message']}" for v in one["violations"]) or one["message"]
            out.print(f"[red]refused[/red] {one['index'] + 1}. {escape(one['id'])}: {escape(why)}")
        if len(refused) > 20:
            out.print(f"… and {len(refused) - 20:,} more refused.")

    emit({**counts, "items": at, "rejected": refused}, json_, people)
    if refused:
        raise typer.Exit(int(Exit.NO))


def _pieces(file: Path) -> Iterator[tuple[str, str, int]]:
    """Cut a file into what requests take: form, text, number of items."""
    suffix = file.suffix.casefold()
    if suffix not in (".csv", ".ndjson", ".jsonl"):
        raise CliError(f"{file.name} must end in .csv, .ndjson or .jsonl.", code="wrong_file")
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            if suffix == ".csv":
                yield from _tables(opened)
            else:
                yield from _packed("ndjson", (line.strip() for line in opened), "")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CliError(f"{file} cannot be read: {error}", code="unreadable_file") from error


def _tables(opened: io.TextIOBase | Any) -> Iterator[tuple[str, str, int]]:
    rows = csv.reader(opened, strict=True)
    heading = next(rows, None)
    if heading is None:
        return
    yield from _packed("csv", (_row(row) for row in rows if row), _row(heading))


def _row(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _packed(form: str, lines: Iterator[str], heading: str) -> Iterator[tuple[str, str, int]]:
    piece: list[str] = []
    size = 0
    for line in lines:
        if not line:
            continue
        if piece and (len(piece) >= MAX_ITEMS or size + len(json.dumps(line)) > MAX_CHARS):
            yield form, "\n".join([heading, *piece] if heading else piece), len(piece)
            piece, size = [], 0
        piece.append(line)
        size += len(json.dumps(line))
    if piece:
        yield form, "\n".join([heading, *piece] if heading else piece), len(piece)


def register(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("list")(list_)
    group.command("show")(show)
    group.command("push")(push)
    group.command("delete")(delete)
    group.command("items")(items)
    group.command("item")(item)
    group.command("load")(load)
    group.command("remove")(remove)
