"""The workspace: settings, send allowlist, the stop-everything switch; and write keys."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import pairs
from stepwell_cli.output import Cursor, Json, Limit, Yes, details, emit, page, say
from stepwell_cli.session import session

_FIELDS = (
    ("Workspace", "name"),
    ("Tenant", "tenant"),
    ("Stopped", "stopped"),
    ("Sender", "sender"),
    ("Replies to", "reply_to"),
    ("Postal address", "postal_address"),
    ("Time zone", "time_zone"),
    ("Send rate", "send_rate"),
    ("Allowlist", "allowlist"),
    ("Teams", "teams"),
    ("API hosts", "api_hosts"),
    ("Marketing needs opt-in", "marketing_opt_in"),
)


class Switch(StrEnum):
    """A switch."""

    ON = "on"
    OFF = "off"


def show(ctx: typer.Context, json_: Json = False) -> None:
    """Show the workspace's settings and switches."""
    answer = session(ctx).api.get("/workspace")

    def people(out: Console) -> None:
        if answer.get("stopped"):
            out.print("[red]Everything is stopped:[/red] nothing is sent and nothing advances.")
        details(answer, _FIELDS)(out)

    emit(answer, json_, people)


def set_(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(help="Display name.")] = None,
    sender: Annotated[str | None, typer.Option(help="`Name <address>`.")] = None,
    reply_to: Annotated[str | None, typer.Option(help="Address that replies go to.")] = None,
    postal_address: Annotated[str | None, typer.Option(help="Printed in marketing mail (CAN-SPAM).")] = None,
    time_zone: Annotated[str | None, typer.Option(help="IANA zone, e.g. Europe/Berlin.")] = None,
    send_rate: Annotated[int | None, typer.Option(min=0, help="Messages a second; 0: the account's.")] = None,
    api_hosts: Annotated[
        list[str] | None,
        typer.Option("--api-host", help="Host that api_call nodes may call; again for more."),
    ] = None,
    teams: Annotated[
        list[str] | None,
        typer.Option(
            "--team", help="name=a@b.c,d@e.f that notification_send mails; again for more, replaces all."
        ),
    ] = None,
    opt_in: Annotated[
        bool | None, typer.Option("--opt-in/--no-opt-in", help="Whether marketing needs a granted consent.")
    ] = None,
    json_: Json = False,
) -> None:
    """Change settings of the workspace; those not named stay."""
    changes: dict[str, Any] = {
        "name": name,
        "sender": sender,
        "reply_to": reply_to,
        "postal_address": postal_address,
        "time_zone": time_zone,
        "send_rate": send_rate,
        "api_hosts": api_hosts,
        "teams": None if teams is None else _teams(teams),
        "marketing_opt_in": opt_in,
    }
    changes = {k: v for k, v in changes.items() if v is not None}
    if not changes:
        raise CliError("Name a setting to change: see --help.", code="usage", exit_code=Exit.USAGE)
    answer = session(ctx).api.put("/workspace", changes)
    emit(answer, json_, details(answer, _FIELDS))


def _teams(told: list[str]) -> dict[str, list[str]]:
    return {
        name: [address.strip() for address in members.split(",") if address.strip()]
        for name, members in pairs(told, "--team").items()
    }


def audit(
    ctx: typer.Context,
    action: Annotated[str, typer.Option(help="An action or its beginning, e.g. `workflow.`.")] = "",
    actor: Annotated[str, typer.Option(help="Only of this person.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """Show who did what, newest first."""
    answer = session(ctx).api.get("/audit", action=action, actor=actor, limit=limit, cursor=cursor)
    columns = (
        ("When (UTC)", "at"),
        ("Who", "actor"),
        ("Did", "action"),
        ("On", "target"),
        ("More", "details"),
    )
    emit(answer, json_, page(answer, columns, "Nothing yet."))


def allowlist(
    ctx: typer.Context,
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS]...", help="Addresses (a@b.c) and domains (@b.c).")
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Add to the list instead of replacing it.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take from the list.")] = False,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Take the list away: everybody may be mailed.")
    ] = False,
    nobody: Annotated[bool, typer.Option("--nobody", help="An empty list: nobody may be mailed.")] = False,
    json_: Json = False,
) -> None:
    """Show or set who may be mailed at all, so that a test deployment can mail nobody else."""
    api = session(ctx).api
    named = [a.strip().lower() for a in addresses or []]
    if sum((everybody, nobody, bool(named))) > 1 or (add and remove) or ((add or remove) and not named):
        raise CliError(
            "Name addresses, with --add or --remove if you like, or use --everybody or --nobody.",
            code="usage",
            exit_code=Exit.USAGE,
        )
    if bad := [a for a in named if "@" not in a]:
        raise CliError(
            f"`{bad[0]}` is neither an address nor a domain: write a@b.c or @b.c.",
            code="usage",
            exit_code=Exit.USAGE,
        )
    answer = api.get("/workspace")
    if everybody or nobody or named:
        current = list(answer.get("allowlist") or [])
        new = None if everybody else _changed(current, named, add, remove)
        answer = api.put("/workspace/allowlist", {"allowlist": new})
    listed = answer.get("allowlist")

    def people(out: Console) -> None:
        if listed is None:
            out.print("No allowlist: [yellow]everybody[/yellow] may be mailed.")
        elif not listed:
            out.print("The allowlist is empty: nobody may be mailed.")
        else:
            out.print("\n".join(escape(str(a)) for a in listed))

    emit({"allowlist": listed}, json_, people)


def _changed(current: list[str], named: list[str], add: bool, remove: bool) -> list[str]:
    if add:
        return list(dict.fromkeys([*current, *named]))
    if remove:
        return [a for a in current if a.lower() not in named]
    return list(dict.fromkeys(named))


def stop_everything(
    ctx: typer.Context,
    switch: Annotated[
        Switch, typer.Argument(help="on: nothing is sent and nothing advances; off: all goes on.")
    ],
    json_: Json = False,
) -> None:
    """The emergency switch: holds within a second, for the whole workspace. Whoever comes due is held."""
    answer = session(ctx).api.put("/workspace/stop", {"stopped": switch is Switch.ON})
    said = (
        "[red]Everything is stopped.[/red]" if switch is Switch.ON else "[green]Everything goes on.[/green]"
    )
    emit(answer, json_, say(said))


def create_key(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="Source id, e.g. website.")],
    name: Annotated[str, typer.Option(help="Display name.")] = "",
    json_: Json = False,
) -> None:
    """Make a write key for a source of events. It is shown once."""
    answer = session(ctx).api.post("/write-keys", {"source": source, "name": name or source})

    def people(out: Console) -> None:
        out.print(f"Write key of {escape(source)}: [bold]{escape(str(answer.get('write_key')))}[/bold]")
        out.print("It is not shown again.", style="dim")

    emit(answer, json_, people)


def list_keys(ctx: typer.Context, limit: Limit = 50, cursor: Cursor = "", json_: Json = False) -> None:
    """List write keys, never their text."""
    answer = session(ctx).api.get("/write-keys", limit=limit, cursor=cursor)
    columns = (
        ("Id", "id"),
        ("Source", "source"),
        ("Name", "name"),
        ("Made (UTC)", "created_at"),
        ("Revoked", "revoked"),
    )
    emit(answer, json_, page(answer, columns, "No key yet: `stepwell keys create SOURCE`."))


def revoke_key(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="ID", help="Key id, as `keys list` shows it.")],
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Refuse a write key from now on; events that came with it stay."""
    if not yes:
        typer.confirm(f"Revoke {key}?", abort=True, err=True)
    answer = session(ctx).api.delete(f"/write-keys/{part(key)}")
    emit(answer, json_, say(f"Revoked {escape(key)}."))


def register(workspace: typer.Typer, keys: typer.Typer) -> None:
    """Add the commands to `workspace` and `keys`."""
    workspace.command("show")(show)
    workspace.command("set")(set_)
    workspace.command("allowlist")(allowlist)
    workspace.command("stop-everything")(stop_everything)
    workspace.command("audit")(audit)
    keys.command("create")(create_key)
    keys.command("list")(list_keys)
    keys.command("revoke")(revoke_key)
