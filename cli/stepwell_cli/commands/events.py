"""Events as they come in: tail, rejected, send; and records that could not be processed: list, replay."""

from __future__ import annotations

import base64
import json
import sys
import uuid
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from stepwell_cli.api import error_of
from stepwell_cli.errors import CliError
from stepwell_cli.files import pairs, value_of
from stepwell_cli.output import Json, Limit, emit, page, say, when
from stepwell_cli.session import session

_EVERY_S = 2.0
_COLUMNS = (
    ("Received (UTC)", "at"),
    ("Status", "status"),
    ("Event", "name"),
    ("Contact", "user_id"),
    ("Source", "source"),
)


def tail(
    ctx: typer.Context,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    limit: Limit = 50,
    json_: Json = False,
) -> None:
    """Show the latest events, newest last. With --follow and --json one event a line."""
    run = session(ctx)
    answer = run.api.get("/events", limit=limit)
    if not follow:
        emit(
            answer,
            json_,
            page({**answer, "items": list(reversed(answer.get("items") or []))}, _COLUMNS, "No event yet."),
        )
        return
    seen: dict[str, None] = {}
    while True:
        for event in reversed(answer.get("items") or []):
            key = json.dumps(event, sort_keys=True)
            if key in seen:
                continue
            seen[key] = None
            _line(event, json_)
        while len(seen) > 10_000:
            del seen[next(iter(seen))]
        try:
            run.sleep(_EVERY_S)
        except KeyboardInterrupt:
            return
        answer = run.api.get("/events", limit=limit)


def _line(event: dict[str, Any], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(event, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()
        return
    at = when(str(event.get("at") or ""))
    who = event.get("user_id") or event.get("anonymous_id") or ""
    Console(file=sys.stdout, highlight=False).print(
        f"[dim]{at}[/dim] [cyan]{escape(str(event.get('name') or event.get('kind')))}[/cyan] {escape(str(who))}"
    )


def rejected(ctx: typer.Context, limit: Limit = 50, json_: Json = False) -> None:
    """Show events that were refused, and why."""
    answer = session(ctx).api.get("/events/rejected", limit=limit)
    columns = (
        ("Received (UTC)", "at"),
        ("Code", "code"),
        ("Where", "place"),
        ("Why", "message"),
        ("Source", "source"),
    )
    emit(answer, json_, page(answer, columns, "Nothing was refused."))


def send(
    ctx: typer.Context,
    event: Annotated[
        str, typer.Argument(help="Event name, e.g. order_completed; `identify` sets fields only.")
    ],
    key: Annotated[
        str, typer.Option(envvar="STEPWELL_WRITE_KEY", show_envvar=True, help="Write key of a source.")
    ],
    contact: Annotated[str, typer.Option(help="User id of the contact, or its address.")],
    properties: Annotated[
        list[str] | None, typer.Option("--property", help="name=value; again for more.")
    ] = None,
    traits: Annotated[list[str] | None, typer.Option("--trait", help="name=value of the contact.")] = None,
    message_id: Annotated[str, typer.Option(help="To send the same event twice on purpose.")] = "",
    json_: Json = False,
) -> None:
    """Send one event through the tracking API, as a site or a server would."""
    fields = {k: value_of(v) for k, v in pairs(traits or [], "--trait").items()}
    if "@" in contact:
        fields.setdefault("email", contact)
    body: dict[str, Any] = {"userId": contact, "messageId": message_id or f"cli-{uuid.uuid4()}"}
    if event == "identify":
        path, body = "/v1/identify", body | {"traits": fields}
    else:
        path = "/v1/track"
        body |= {
            "event": event,
            "properties": {k: value_of(v) for k, v in pairs(properties or [], "--property").items()},
        }
        if fields:
            body["context"] = {"traits": fields}
    authorization = base64.b64encode(f"{key}:".encode()).decode()
    response = session(ctx).api.send(path, body, {"Authorization": f"Basic {authorization}"})
    if response.status_code >= 400:
        error = error_of(response)
        hint = " Is the write key right (`stepwell keys list`)?" if response.status_code == 401 else ""
        message = error.message.replace(" Sign in with `stepwell login`.", "") + hint
        raise CliError(message, code=error.code, exit_code=error.exit_code, details=error.details)
    emit({"sent": body["messageId"]}, json_, say(f"Sent {escape(event)} ({body['messageId']})."))


def poison_list(ctx: typer.Context, limit: Limit = 50, json_: Json = False) -> None:
    """Show records that could not be processed, each with its reason."""
    answer = session(ctx).api.get("/poison", limit=limit)
    columns = (("Since (UTC)", "at"), ("Code", "code"), ("What", "message"), ("Record", "sequence"))
    emit(answer, json_, page(answer, columns, "None."))


def replay(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Records at most.")] = 100,
    everything: Annotated[bool, typer.Option("--all", help="Go on until none is left.")] = False,
    json_: Json = False,
) -> None:
    """Put records into the stream again, once their reason is mended. Events already counted are not counted twice."""
    api = session(ctx).api
    answer = api.post("/poison/replay", {"limit": limit})
    total: dict[str, Any] = {**answer, "reasons": dict(answer.get("reasons") or {})}
    while everything and answer.get("records"):
        answer = api.post("/poison/replay", {"limit": limit})
        total["records"] += answer["records"]
        total["waiting"] = answer.get("waiting", 0)
        for code, n in (answer.get("reasons") or {}).items():
            total["reasons"][code] = total["reasons"].get(code, 0) + n
    waiting = f" {total['waiting']} wait for their other pieces." if total.get("waiting") else ""
    emit(total, json_, say(f"Put {total.get('records', 0)} records into the stream again.{waiting}"))


def register(app: typer.Typer, poison: typer.Typer) -> None:
    """Add the commands to `events` and `poison`."""
    app.command("tail")(tail)
    app.command("rejected")(rejected)
    app.command("send")(send)
    poison.command("list")(poison_list)
    poison.command("replay")(replay)
