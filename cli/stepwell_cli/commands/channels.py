"""Channels: providers, their options and secrets, which stream goes by which."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import read_mapping, write_rules
from stepwell_cli.output import Json, emit, page, say
from stepwell_cli.session import session

Channel = Annotated[str, typer.Argument(metavar="CHANNEL", help="email, sms or push.")]


def list_channels(ctx: typer.Context, json_: Json = False) -> None:
    """List channels and by what they send."""
    answer = session(ctx).api.get("/channels")
    rows = [
        {
            "channel": one["channel"],
            "providers": ", ".join(
                f"{provider['id']} ({provider['kind']})" for provider in one["settings"]["providers"]
            )
            or f"default: {one['default'] or 'none'}",
            "kinds": ", ".join(kind["kind"] for kind in one["kinds"]),
        }
        for one in answer["items"]
    ]
    columns = (("Channel", "channel"), ("Providers", "providers"), ("Kinds", "kinds"))
    emit(answer, json_, page({**answer, "items": rows}, columns, "There are no channels."))


def get(ctx: typer.Context, channel: Channel, json_: Json = False) -> None:
    """Print a channel's settings as YAML, fit for a file, without secrets."""
    answer = session(ctx).api.get(f"/channels/{part(channel)}")
    if json_:
        emit(answer, True, say(""))
        return
    for provider in answer["settings"]["providers"]:
        provider.pop("secrets_set_at", None)
    sys.stdout.write(write_rules(answer["settings"]))


def push(
    ctx: typer.Context,
    channel: Channel,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Settings as YAML.")],
    json_: Json = False,
) -> None:
    """Change a channel's settings; secrets of providers that stay are kept."""
    document = read_mapping(file)
    api, path = session(ctx).api, f"/channels/{part(channel)}"
    saved = api.put(path, {"settings": document, "rev": api.get(path)["rev"]})
    emit(saved, json_, say(f"Saved {len(saved['settings']['providers'])} providers of {escape(channel)}."))


def secrets(
    ctx: typer.Context,
    channel: Channel,
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="The provider's id in the settings.")],
    json_: Json = False,
) -> None:
    """Set a provider's secrets: a JSON object on standard input, such as {"api_key": "…"}."""
    try:
        told = json.loads(sys.stdin.read())
    except ValueError as error:
        raise CliError("Give a JSON object on standard input.", exit_code=Exit.USAGE) from error
    path = f"/channels/{part(channel)}/providers/{part(provider)}/secrets"
    answer = session(ctx).api.put(path, {"secrets": told})
    emit(answer, json_, say(f"Set the secrets of {escape(provider)}."))


def push_keys(
    ctx: typer.Context,
    subject: Annotated[
        str, typer.Option(help="Whom push services may write to (mailto:…); without: the workspace's sender.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Make another pair; it ends all subscriptions of browsers.")
    ] = False,
    json_: Json = False,
) -> None:
    """Make the keys of web push; the private one is encrypted and never shown."""
    answer = session(ctx).api.post("/push/keys", {"subject": subject, "replace": replace})
    emit(answer, json_, say(f"Browsers subscribe by {escape(answer['public_key'])}."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_channels)
    app.command("get")(get)
    app.command("push")(push)
    app.command("secrets")(secrets)
    app.command("push-keys")(push_keys)
