"""Text messages: how long one is and what it costs, and what the account sends from."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from stepwell_cli.errors import CliError
from stepwell_cli.files import read_text
from stepwell_cli.output import Json, emit, page, say
from stepwell_cli.session import session

_PRICE = re.compile(r"^[0-9]{1,3}(\.[0-9]{1,8})?$")


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
    emit(answer, json_, say("\n".join(_lines(answer, str(asked["text"])))))


def prices(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with the columns country (US, DE, …) and price.")
    ],
    as_of: Annotated[str, typer.Option("--as-of", help="The date of these prices (YYYY-MM-DD).")],
    source: Annotated[str, typer.Option(help="Where they are from: a list's address, a contract.")],
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "USD",
    otherwise: Annotated[str, typer.Option(help="Price where no country of the list is meant.")] = "",
    json_: Json = False,
) -> None:
    """Enter what a segment costs in each country: your provider's own prices; none are shipped."""
    table: dict[str, Any] = {"date": as_of, "source": source, "currency": currency.upper()}
    table |= {"segment": _prices(file), **({"otherwise": otherwise} if otherwise else {})}
    api = session(ctx).api
    held = api.get("/channels/sms")
    saved = api.put("/channels/sms", {"settings": {**held["settings"], "prices": table}, "rev": held["rev"]})
    emit(saved, json_, say(f"Saved prices of {len(table['segment'])} countries."))


def _prices(file: Path) -> dict[str, str]:
    text = read_text(file).removeprefix("\ufeff")
    head = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if ";" in head else ",")
    names = {name.strip().lower(): name for name in rows.fieldnames or () if name}
    if not {"country", "price"} <= names.keys():
        raise CliError(f"{file} needs a header with the columns country and price.", code="no_prices")
    found: dict[str, str] = {}
    for row in rows:
        country, price = (str(row[names[one]] or "").strip() for one in ("country", "price"))
        number = price.replace(",", ".").removeprefix("$")
        if not (len(country) == 2 and country.isalpha() and _PRICE.match(number)):
            raise CliError(
                f"{file}, line {rows.line_num}: {country!r}, {price!r} is no country and price.",
                code="bad_price",
            )
        found[country.upper()] = number
    return found


def _lines(answer: dict[str, Any], asked: str) -> list[str]:
    found = [
        f"{answer['segments']} segments, {answer['encoding']}, {answer['units']} units, {answer['left']} left"
    ]
    if answer["sent"] != asked:
        found.append(f"Sent as: {escape(answer['sent'])}")
    for one in answer["costly"]:
        instead = f"; {escape(one['instead'])!r} would do" if one["instead"] is not None else ""
        found.append(f"{escape(one['character'])} ({one['name']}) makes it {answer['encoding']}{instead}")
    if answer["plain"] is not None:
        found.append(f"{answer['plain_segments']} segments as: {escape(answer['plain'])}")
    for one in answer["countries"]:
        cost = f"{one['cost']} {one['currency']}" if one["cost"] is not None else "price not known"
        by = one["sender"] or one["refused"] or "the provider's own sender"
        dated = f" ({escape(one['price_source'] or 'no source')}, {one['price_date']})" if one["cost"] else ""
        found.append(f"{one['country']}: {cost}{dated}, by {escape(by)}")
    if answer["countries"] and all(one["cost"] is None for one in answer["countries"]):
        found.append("No prices are entered: stepwell texts prices FILE (your provider's list or contract).")
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
    app.command("prices")(prices)
    app.command("senders")(senders)
