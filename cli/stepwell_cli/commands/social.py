"""Social networks: apps, accounts, posts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import typer
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import read_mapping
from stepwell_cli.output import Json, emit, page, say, table
from stepwell_cli.session import session

Platform = Annotated[
    str, typer.Argument(metavar="PLATFORM", help="twitter (X), facebook, linkedin or instagram.")
]
Post = Annotated[str, typer.Argument(metavar="POST", help="The post's id.")]


def apps(ctx: typer.Context, json_: Json = False) -> None:
    """List networks and whether the workspace has an app there."""
    answer = session(ctx).api.get("/social/apps")
    columns = (("Platform", "platform"), ("Network", "label"), ("Client id", "client_id"), ("Set", "set_at"))
    emit(answer, json_, page(answer, columns, "There are no networks."))


def app(
    ctx: typer.Context,
    platform: Platform,
    client_id: Annotated[str, typer.Option(help="The app's client id.")],
    address: Annotated[str, typer.Option(help="A stand-in's address, in the local cloud alone.")] = "",
    without: Annotated[
        list[str] | None,
        typer.Option(
            help="A permission that the network did not give the app, may be repeated; `-`: all are asked for."
        ),
    ] = None,
    json_: Json = False,
) -> None:
    """Set the workspace's app at a network; its secret is read from standard input (nothing: the old one stays)."""
    secret = "" if sys.stdin.isatty() else sys.stdin.read().strip()
    body: dict[str, object] = {"client_id": client_id, "client_secret": secret, "address": address}
    if without:
        body["without"] = [one for one in without if one != "-"]
    answer = session(ctx).api.put(f"/social/apps/{part(platform)}", body)
    emit(answer, json_, say(f"Set the app at {escape(answer['label'])}."))


def accounts(ctx: typer.Context, json_: Json = False) -> None:
    """List connected accounts."""
    answer = session(ctx).api.get("/social/accounts")
    columns = (
        ("Id", "id"),
        ("Network", "label"),
        ("Name", "name"),
        ("State", "state"),
        ("Ends", "expires_at"),
    )
    emit(answer, json_, page(answer, columns, "No account is connected."))


def connect(
    ctx: typer.Context,
    platform: Platform,
    console: Annotated[str, typer.Option(help="The console's address, https://…; the app must allow it.")],
    json_: Json = False,
) -> None:
    """Begin to connect accounts: open the address that is printed; the console finishes it, or `finish` does."""
    redirect = f"{console.rstrip('/')}/social/callback"
    body = {"platform": platform, "redirect": redirect}
    answer = session(ctx).api.post("/social/accounts/connect", body)
    emit(answer, json_, say(f"Open {escape(answer['url'])} and say yes, before {answer['expires_at']}."))


def finish(
    ctx: typer.Context,
    landed: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where the network sent you back to.")],
    json_: Json = False,
) -> None:
    """Finish to connect accounts by the address at which the browser landed."""
    told = {name: values[0] for name, values in parse_qs(urlsplit(landed).query).items()}
    if not told.get("state"):
        raise CliError("This address has no state: copy all of it.", exit_code=Exit.USAGE)
    body = {name: told.get(name, "") for name in ("state", "code", "error")}
    if told.get("error_description"):
        body["error"] = f"{body['error']}: {told['error_description']}"[:500]
    answer = session(ctx).api.post("/social/callback", body)
    names = ", ".join(one["name"] for one in answer["accounts"])
    emit(answer, json_, say(f"Connected {escape(names)}."))


def disconnect(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.")],
    json_: Json = False,
) -> None:
    """Forget an account and end its access at the network."""
    answer = session(ctx).api.delete(f"/social/accounts/{part(account)}")
    said = (
        "The network confirmed it." if answer["revoked"] else "End the app's access at the network as well."
    )
    emit(answer, json_, say(f"Disconnected {escape(account)}. {said}"))


def posts(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help="draft, scheduled, publishing, published, …")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    cursor: Annotated[str, typer.Option(help="Of the page before.")] = "",
    json_: Json = False,
) -> None:
    """List posts, the latest moment first."""
    query = {name: value for name, value in {"state": state, "cursor": cursor}.items() if value}
    answer = session(ctx).api.get("/social/posts", limit=limit, **query)
    rows = [
        {
            **one,
            "text": one["content"]["text"][:60],
            "networks": ", ".join(sorted({delivery["platform"] for delivery in one["deliveries"]})),
        }
        for one in answer["items"]
    ]
    columns = (("Id", "id"), ("State", "state"), ("When", "at"), ("Networks", "networks"), ("Text", "text"))
    emit(answer, json_, page({**answer, "items": rows}, columns, "There are no posts."))


def show(ctx: typer.Context, post: Post, json_: Json = False) -> None:
    """Show a post and what became of it at each account."""
    answer = session(ctx).api.get(f"/social/posts/{part(post)}")
    columns = (("Account", "name"), ("State", "state"), ("When", "at"), ("Where", "url"), ("Why", "reason"))
    emit(answer, json_, table(answer["deliveries"], columns, empty="It has no accounts yet."))


def post(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The post as YAML; see the reference of Social.")
    ],
    json_: Json = False,
) -> None:
    """Write a post: at its moment `at`, as a `draft`, or at once."""
    answer = session(ctx).api.post("/social/posts", read_mapping(file))
    emit(answer, json_, say(f"{escape(answer['id'])} is {answer['state']}."))


def preview(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The post as YAML.")],
    json_: Json = False,
) -> None:
    """See what each network will show, and what it would refuse."""
    told = read_mapping(file)
    wanted = {name: told[name] for name in _CONTENT if name in told}
    answer = session(ctx).api.post("/social/preview", wanted)
    rows = [
        {
            "label": one["label"],
            "length": f"{one['length']}/{one['limit']}",
            "shown": one["shown"],
            "faults": "; ".join(fault["message"] for fault in one["faults"]) or "–",
        }
        for one in answer["previews"]
    ]
    columns = (("Network", "label"), ("Length", "length"), ("Shown", "shown"), ("Refuses", "faults"))
    emit(answer, json_, table(rows, columns, empty="There is nothing."))


_CONTENT = ("text", "link", "media", "kind", "target", "overrides", "accounts", "platforms")


def cancel(ctx: typer.Context, post: Post, json_: Json = False) -> None:
    """Cancel what has not gone out of a post."""
    answer = session(ctx).api.post(f"/social/posts/{part(post)}/cancel", {})
    emit(answer, json_, say(f"{escape(post)} is {answer['state']}."))


def publish(ctx: typer.Context, post: Post, json_: Json = False) -> None:
    """Publish a draft or scheduled post at once, or what failed of a post once more."""
    answer = session(ctx).api.post(f"/social/posts/{part(post)}/publish", {})
    emit(answer, json_, say(f"{escape(post)} is on its way."))


def limits(ctx: typer.Context, json_: Json = False) -> None:
    """List what each network takes, with date and sources."""
    answer = session(ctx).api.get("/social/limits")
    columns = (
        ("Network", "label"),
        ("Text", "text"),
        ("Images", "images"),
        ("Videos", "videos"),
        ("As of", "as_of"),
    )
    emit(answer, json_, page(answer, columns, "There are no networks."))


def register(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("apps")(apps)
    group.command("app")(app)
    group.command("accounts")(accounts)
    group.command("connect")(connect)
    group.command("finish")(finish)
    group.command("disconnect")(disconnect)
    group.command("posts")(posts)
    group.command("show")(show)
    group.command("post")(post)
    group.command("preview")(preview)
    group.command("cancel")(cancel)
    group.command("publish")(publish)
    group.command("limits")(limits)
