"""Text messages: how long one is and what it costs, and what the account sends from."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.markup import escape

from stepwell_cli.output import Json, emit, page, say
from stepwell_cli.session import session


def segments(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text; - reads standard input.")],
    country: Annotated[list[str] | None, typer.Option(help="Also what it costs there (US, DE, …).")] = None,
    transactional: Annotated[bool, typer.Option(help="Not marketing.")] = False,
    json_: Json = False,
) -> None:
    """Count a text's segments, name what makes it dear, and say what it costs."""
    asked = {
        "text": sys.stdin.read().rstrip("\n") if text == "-" else text,
        "countries": [one.upper() for one in country or []],
        "purpose": "transactional" if transactional else "marketing",
    }
    answer = session(ctx).api.post("/texts/length", asked)
    emit(answer, json_, say("\n".join(_lines(answer))))


def _lines(answer: dict[str, Any]) -> list[str]:
    found = [
        f"{answer['segments']} segments, {answer['encoding']}, {answer['units']} units, {answer['left']} left"
    ]
    for one in answer["costly"]:
        instead = f"; {escape(one['instead'])!r} would do" if one["instead"] is not None else ""
        found.append(f"{escape(one['character'])} ({one['name']}) makes it {answer['encoding']}{instead}")
    if answer["plain"] is not None:
        found.append(f"{answer['plain_segments']} segments as: {escape(answer['plain'])}")
    for one in answer["countries"]:
        cost = f"{one['cost']} {one['currency']}" if one["cost"] is not None else "price not known"
        by = one["sender"] or one["refused"] or "the provider's own sender"
        found.append(f"{one['country']}: {cost}, by {escape(by)}")
    return found


def senders(ctx: typer.Context, json_: Json = False) -> None:
    """List the account's numbers, names and pools, and how far their registrations are."""
    answer = session(ctx).api.get("/texts/senders")
    rows = [
        {
            **one,
            "two_way": "yes" if one["two_way"] else "no",
            "registration": (one["registration"] or {}).get("state", ""),
            "used": "yes" if one["used"] else "",
        }
        for one in answer["senders"]
    ]
    columns = (
        ("Sender", "value"),
        ("Kind", "kind"),
        ("Country", "country"),
        ("State", "state"),
        ("Registration", "registration"),
        ("Two-way", "two_way"),
        ("Used", "used"),
    )
    shown = {"items": rows, "cursor": None, "total": len(rows)}
    emit(answer, json_, page(shown, columns, "The account has no senders."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("segments")(segments)
    app.command("senders")(senders)
