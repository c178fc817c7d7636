"""Suppressed addresses: taking over another provider's list, looking, lifting."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from stepwell_cli.errors import CliError, Exit
from stepwell_cli.output import Json, emit, say, table
from stepwell_cli.session import session

_A_CALL = 200
Channel = Annotated[str, typer.Option(help="email or sms.")]
Addresses = Annotated[list[str], typer.Argument(metavar="ADDRESS...", help="Addresses or numbers.")]


def add(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="An address a line, or first in a CSV line; `-`: standard input."
        ),
    ],
    channel: Channel = "email",
    reason: Annotated[
        str, typer.Option(help="hard_bounce, complaint, unsubscribed, stopped, invalid or manual.")
    ] = "manual",
    source: Annotated[str, typer.Option(help="Where the list is from.")] = "",
    json_: Json = False,
) -> None:
    """Suppress the addresses of a file; repeating it changes nothing."""
    told = {"channel": channel, "reason": reason, "source": source or file.name}
    done: dict[str, Any] = {"changed": 0, "known": 0, "refused": []}
    for some in _parts(_read(file)):
        answer = session(ctx).api.post("/suppressions", {**told, "addresses": some})
        done = {name: done[name] + answer[name] for name in done}
    refused = f" {len(done['refused'])} are none of {channel}." if done["refused"] else ""
    emit(done, json_, say(f"Suppressed {done['changed']}; {done['known']} were already.{refused}"))


def check(ctx: typer.Context, addresses: Addresses, channel: Channel = "email", json_: Json = False) -> None:
    """See which addresses are suppressed, and why; no list of all exists, for only hashes are kept."""
    found: list[Any] = []
    for some in _parts(addresses):
        answer = session(ctx).api.post("/suppressions/look", {"channel": channel, "addresses": some})
        found += answer["items"]
    columns = (("Address", "address"), ("Why", "reason"))
    emit({"items": found}, json_, table(found, columns, empty="None of them is suppressed."))


def lift(ctx: typer.Context, addresses: Addresses, channel: Channel = "email", json_: Json = False) -> None:
    """Lift suppressions; what contacts denied stays denied."""
    answer = session(ctx).api.post("/suppressions/lift", {"channel": channel, "addresses": addresses})
    emit(answer, json_, say(f"Lifted {answer['changed']}; {answer['known']} were not suppressed."))


def _read(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(f"{file} cannot be read as text: {error}.", exit_code=Exit.USAGE) from error
    first = (line.split(",")[0].split("\t")[0].strip(' "') for line in text.splitlines())
    # A heading has neither an @ nor a figure.
    found = [one for one in first if "@" in one or any(letter.isdigit() for letter in one)]
    if not found:
        raise CliError(f"{file} has no addresses.", exit_code=Exit.USAGE)
    return list(dict.fromkeys(found))


def _parts(addresses: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(addresses), _A_CALL):
        yield list(addresses[start : start + _A_CALL])


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("add")(add)
    app.command("check")(check)
    app.command("lift")(lift)
