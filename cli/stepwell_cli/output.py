"""What commands print: JSON for programs, tables and sentences for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stepwell_cli.errors import CliError

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=200, help="Entries at most.")]
Cursor = Annotated[str, typer.Option("--cursor", help="Go on where a page ended (its `cursor`).")]

_STYLES = {
    "active": "green",
    "published": "green",
    "paused": "yellow",
    "paused_discard": "yellow",
    "stopped": "red",
    "draft": "dim",
    "error": "red",
    "warning": "yellow",
}


def console() -> Console:
    """A console on the current standard output."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=False)


def emit(data: Any, as_json: bool, people: Callable[[Console], None]) -> None:
    """Print an answer.

    Args:
        data: The answer as plain data.
        as_json: Whether to print that.
        people: Prints it for people otherwise.
    """
    if as_json:
        sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n")
    else:
        people(console())


def say(text: str) -> Callable[[Console], None]:
    """A printer of one sentence."""
    return lambda out: out.print(text)


def table(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[tuple[str, str]], *, title: str = "", empty: str = ""
) -> Callable[[Console], None]:
    """A printer of a table.

    Args:
        rows: Entries.
        columns: (heading, key) each.
        title: Above the table.
        empty: Said when there are no entries.
    """
    entries = list(rows)

    def show(out: Console) -> None:
        if not entries:
            out.print(empty or "Nothing.", style="dim")
            return
        made = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
        for heading, _ in columns:
            made.add_column(heading, overflow="fold")
        for entry in entries:
            made.add_row(*[cell(_dig(entry, key)) for _, key in columns])
        out.print(made)

    return show


def page(
    answer: Mapping[str, Any], columns: Sequence[tuple[str, str]], empty: str
) -> Callable[[Console], None]:
    """A printer of a page of a list: ``items``, ``cursor``, ``total``."""
    items = answer.get("items") or []

    def show(out: Console) -> None:
        table(items, columns, empty=empty)(out)
        if answer.get("cursor"):
            total = f" of {answer['total']}" if answer.get("total") else ""
            out.print(f"{len(items)}{total} shown. More: --cursor {answer['cursor']}", style="dim")

    return show


def details(entry: Mapping[str, Any], keys: Sequence[tuple[str, str]]) -> Callable[[Console], None]:
    """A printer of one thing's fields, those that say something."""

    def show(out: Console) -> None:
        made = Table.grid(padding=(0, 2))
        for heading, key in keys:
            value = _dig(entry, key)
            if value not in (None, "", [], {}):
                made.add_row(f"[dim]{heading}[/dim]", cell(value))
        out.print(made)

    return show


def violations(found: Sequence[Mapping[str, Any]], *, place: str = "") -> Callable[[Console], None]:
    """A printer of violations: severity, code, where, and how to mend it."""

    def show(out: Console) -> None:
        made = Table(header_style="bold", box=None, pad_edge=False)
        for heading in ("", "Rule", "Where", "What to do"):
            made.add_column(heading, overflow="fold", no_wrap=heading == "")
        for violation in found:
            severity = str(violation.get("severity", "error"))
            made.add_row(
                f"[{_STYLES.get(severity, '')}]{severity}[/]",
                escape(str(violation.get("code", ""))),
                escape(where(violation, place)),
                escape(str(violation.get("message", ""))),
            )
        out.print(made)

    return show


def where(violation: Mapping[str, Any], place: str = "") -> str:
    """Say where a violation lies: ``node.place``, a place in a document, or line and column."""
    path = ".".join(str(violation[k]) for k in ("node", "place") if violation.get(k))
    if violation.get("line"):
        path = f"{path} {place}:{violation['line']}:{violation.get('column', 1)}".strip()
    return path or "workflow"


def cell(value: Any) -> str:
    """Write one value for a table, its markup taken literally."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return escape(", ".join(f"{k} {v}" for k, v in value.items())) or "–"
    if isinstance(value, list | tuple):
        return escape(", ".join(str(v) for v in value)) or "–"
    if isinstance(value, int):
        return f"{value:,}"
    text = when(str(value))
    style = _STYLES.get(text)
    return f"[{style}]{text}[/]" if style else escape(text)


def when(text: str) -> str:
    """Write an ISO time for people, in UTC; any other text stays."""
    if len(text) < 19 or text[4:5] != "-" or text[10:11] != "T":
        return text
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    return at.strftime("%Y-%m-%d %H:%M:%S")


def show_error(error: CliError, as_json: bool) -> None:
    """Write an error to standard error."""
    if as_json:
        sys.stderr.write(json.dumps(error.document(), indent=2, ensure_ascii=False) + "\n")
        return
    out = Console(file=sys.stderr, highlight=False)
    out.print(f"[red]Error[/red] [dim]({escape(error.code)})[/dim] {escape(error.message)}")
    if len(error.violations) > 1 or any(one.get("node") or one.get("place") for one in error.violations):
        violations(error.violations)(out)


def _dig(entry: Mapping[str, Any], key: str) -> Any:
    value: Any = entry
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
