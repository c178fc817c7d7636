"""What is said on social networks: mentions, rules, alarms, hashtags, what became of posts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from stepwell.social.answering import read_rules

from stepwell_cli.api import part
from stepwell_cli.files import read_mapping, write_rules
from stepwell_cli.output import Json, emit, page, say, table
from stepwell_cli.session import session

Mention = Annotated[str, typer.Argument(metavar="MENTION", help="The mention's id.")]
Account = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="The account's id; `-`: those not connected.")
]


def mentions(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help="open, answered, ignored or escalated.")] = "",
    sentiment: Annotated[str, typer.Option(help="positive, neutral or negative.")] = "",
    account: Annotated[str, typer.Option(help="Only of this account.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    cursor: Annotated[str, typer.Option(help="Of the page before.")] = "",
    json_: Json = False,
) -> None:
    """List what is said to and about accounts, newest first."""
    wanted = {"state": state, "sentiment": sentiment, "account": account, "cursor": cursor}
    query = {name: value for name, value in wanted.items() if value}
    answer = session(ctx).api.get("/social/mentions", limit=limit, **query)
    rows = [{**one, "who": one["author"]["name"], "text": one["text"][:60]} for one in answer["items"]]
    columns = (
        ("Id", "id"),
        ("When", "at"),
        ("Network", "platform"),
        ("Who", "who"),
        ("Sounds", "sentiment"),
        ("State", "state"),
        ("Text", "text"),
    )
    emit(answer, json_, page({**answer, "items": rows}, columns, "Nobody said anything."))


def answer(
    ctx: typer.Context,
    mention: Mention,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to answer.")],
    json_: Json = False,
) -> None:
    """Answer a mention; look at it again to see what became of it."""
    api = session(ctx).api
    known = api.get(f"/social/mentions/{part(mention)}")
    told = api.post(f"/social/mentions/{part(mention)}/answer", {"rev": known["rev"], "text": text})
    emit(told, json_, say(f"The answer to {escape(known['author']['name'] or mention)} is on its way."))


def assign(
    ctx: typer.Context,
    mention: Mention,
    to: Annotated[str | None, typer.Option(help="Who gets it.")] = None,
    state: Annotated[str | None, typer.Option(help="open, answered, ignored or escalated.")] = None,
    json_: Json = False,
) -> None:
    """Say who has a mention, and how far they are."""
    api = session(ctx).api
    path = f"/social/mentions/{part(mention)}"
    told = api.put(path, {"rev": api.get(path)["rev"], "assignee": to, "state": state})
    emit(told, json_, say(f"{told['state']}, {escape(told['assignee'] or 'nobody')}."))


def rules(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Option("--push", help="Rules as YAML that take their place.")] = None,
    json_: Json = False,
) -> None:
    """Print what is done with mentions as YAML, fit for a file, or change it."""
    api = session(ctx).api
    if file is not None:
        document = read_mapping(file)
        read_rules(document)
        saved = api.put("/social/rules", {"rules": document, "rev": api.get("/social/rules")["rev"]})
        emit(saved, json_, say(f"Saved {len(saved['rules'].get('rules', []))} rules."))
        return
    told = api.get("/social/rules")
    if json_:
        emit(told, True, say(""))
        return
    sys.stdout.write(write_rules(told["rules"]))


def attempt(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What somebody might write.")],
    json_: Json = False,
) -> None:
    """Tell how a mention would be understood and what would be done; nothing is sent."""
    told = session(ctx).api.post("/social/rules/try", {"text": text})
    said = f"; would answer: {escape(told['answer'])}" if told["answer"] else ""
    emit(told, json_, say(f"{told['sentiment']}; rule: {escape(str(told['rule'] or 'none'))}{said}"))


def alarms(ctx: typer.Context, json_: Json = False) -> None:
    """List alarms by account, newest first."""
    told = session(ctx).api.get("/social/alerts")
    rows: list[dict[str, Any]] = [
        {**alarm, "account": one["account"] or "-"} for one in told["items"] for alarm in one["history"]
    ]
    columns = (
        ("Account", "account"),
        ("Began", "began"),
        ("Ended", "ended"),
        ("Bad", "bad"),
        ("Usual", "expected"),
    )
    emit(told, json_, table(rows, columns, empty="There was no alarm."))


def end_alarm(ctx: typer.Context, account: Account, json_: Json = False) -> None:
    """End an alarm by hand; posts that wait for it go out."""
    told = session(ctx).api.post(f"/social/alerts/{part(account)}/end", {})
    emit(told, json_, say(f"The alarm of {escape(account)} is over."))


def hashtags(
    ctx: typer.Context,
    account: Account,
    text: Annotated[str, typer.Option(help="Suggest hashtags for this text.")] = "",
    json_: Json = False,
) -> None:
    """Tell what an account's hashtags are worth, or which fit a text."""
    api = session(ctx).api
    told = (
        api.post("/social/hashtags/suggest", {"text": text, "account": account})
        if text
        else api.get("/social/hashtags", account=account)
    )
    columns = (
        ("Tag", "tag"),
        ("Times the usual", "lift"),
        ("From", "low"),
        ("To", "high"),
        ("Posts", "posts"),
    )
    emit(told, json_, table(told["items"], columns, empty="Too few posts tell anything."))


def engagement(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=365, help="Posts of so many days.")] = 30,
    json_: Json = False,
) -> None:
    """Tell what became of posts, by network."""
    told = session(ctx).api.get("/social/engagement", days=days)
    rows = [{"name": one["name"], **one["counts"]} for one in told["platforms"]]
    columns = (
        ("Network", "name"),
        ("Posts", "posts"),
        ("Impressions", "impressions"),
        ("Engagement", "engagement"),
        ("Likes", "likes"),
        ("Comments", "comments"),
        ("Shares", "shares"),
    )
    emit(told, json_, table(rows, columns, empty="Nothing was posted."))


def register(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("mentions")(mentions)
    group.command("answer")(answer)
    group.command("assign")(assign)
    group.command("rules")(rules)
    group.command("try")(attempt)
    group.command("alarms")(alarms)
    group.command("end-alarm")(end_alarm)
    group.command("hashtags")(hashtags)
    group.command("engagement")(engagement)
