"""Enrichment providers: settings, credentials, spending, accuracy; leads whose facts are checked by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from stepwell.enrichment.model import Enrichment
from stepwell.forms.model import read

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import pairs, read_mapping, write_rules
from stepwell_cli.output import Cursor, Json, Limit, emit, page, say
from stepwell_cli.session import session

Contact = Annotated[str, typer.Argument(metavar="CONTACT", help="Address, user id or profile id.")]
Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help="clearbit, fullcontact or zoominfo.")]


def get_enrichment(ctx: typer.Context, json_: Json = False) -> None:
    """Print the settings of enrichment as YAML, without credentials."""
    answer = session(ctx).api.get("/enrichment")
    rev = answer.pop("rev")
    for provider in answer["providers"].values():
        provider.pop("credentials_set_at", None)
    if json_:
        emit({"settings": answer, "rev": rev}, True, say(""))
        return
    sys.stdout.write(write_rules(answer))


def push_enrichment(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Settings as YAML.")],
    json_: Json = False,
) -> None:
    """Change the settings of enrichment; credentials stay."""
    document = read_mapping(file)
    read(Enrichment, document, "settings of enrichment")
    api = session(ctx).api
    answer = api.put("/enrichment", {"settings": document, "rev": api.get("/enrichment")["rev"]})
    emit(answer, json_, say(f"Saved. Legal basis: {escape(str(answer['legal_basis']))}."))


def credentials(ctx: typer.Context, provider: Provider, json_: Json = False) -> None:
    """Set a provider's credentials: a JSON object on standard input, such as {"key": "…"}."""
    try:
        told = json.loads(sys.stdin.read())
    except ValueError as error:
        raise CliError("Give a JSON object on standard input.", exit_code=Exit.USAGE) from error
    path = f"/enrichment/providers/{part(provider)}/credentials"
    session(ctx).api.put(path, {"credentials": told})
    emit({"provider": provider, "set": True}, json_, say(f"Set the credentials of {escape(provider)}."))


def usage(ctx: typer.Context, json_: Json = False) -> None:
    """Show what was spent on each provider, and what may be."""
    answer = session(ctx).api.get("/enrichment/usage")
    columns = (
        ("Provider", "provider"),
        ("Enabled", "enabled"),
        ("Paused", "paused"),
        ("Today", "calls_today"),
        ("of", "calls_per_day"),
        ("Month", "calls_this_month"),
        ("of", "calls_per_month"),
        ("$", "dollars_this_month"),
        ("of $", "dollars_per_month"),
        ("Stopped by", "stopped_by"),
    )
    emit(answer, json_, page(answer, columns, "There are no providers."))


def accuracy(
    ctx: typer.Context,
    review: Annotated[str, typer.Option(help="Measure this provider now.", metavar="PROVIDER")] = "",
    json_: Json = False,
) -> None:
    """Show how often each provider was right; one that is wrong too often beyond doubt is paused."""
    api = session(ctx).api
    if review:
        api.post(f"/enrichment/providers/{part(review)}/review", {})
    answer = api.get("/enrichment/accuracy")
    columns = (
        ("Provider", "provider"),
        ("Right", "right"),
        ("Compared", "compared"),
        ("Accuracy", "accuracy"),
        ("Low", "low"),
        ("High", "high"),
        ("Verdict", "verdict"),
    )
    emit(answer, json_, page(answer, columns, "Nothing was measured yet."))


def enrich(ctx: typer.Context, contact: Contact, json_: Json = False) -> None:
    """Ask providers about a contact now; grounds, objections and budgets hold as ever."""
    answer = session(ctx).api.post(f"/contacts/{part(contact)}/enrich", {})
    emit(answer, json_, say("Asked. What is found comes as an event of the provider."))


def list_checks(ctx: typer.Context, limit: Limit = 50, cursor: Cursor = "", json_: Json = False) -> None:
    """List leads whose facts wait to be checked by hand."""
    answer = session(ctx).api.get("/verifications", limit=limit, cursor=cursor)

    def people(out: Console) -> None:
        for lead in answer["items"]:
            out.print(f"[bold]{escape(lead['profile'])}[/bold]  score {lead['score'] or 'unknown'}")
            for name, fact in lead["fields"].items():
                out.print(
                    f"  {escape(name)}: {escape(str(fact['value']))}  ({escape(fact['source'] or 'unknown')})"
                )
        if not answer["items"]:
            out.print("Nobody waits to be checked.")
        if answer["cursor"]:
            out.print(f"More: --cursor {answer['cursor']}")

    emit(answer, json_, people)


def decide(
    ctx: typer.Context,
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="Profile id, as `list` shows it.")],
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="approve, reject or correct.")],
    correction: Annotated[
        list[str] | None,
        typer.Option("--set", help="With correct: a right value. May be repeated.", metavar="FIELD=VALUE"),
    ] = None,
    note: Annotated[str, typer.Option(help="Why, for the audit log; no personal data.")] = "",
    json_: Json = False,
) -> None:
    """Decide on a lead's facts."""
    body: dict[str, Any] = {
        "decision": decision,
        "corrections": pairs(correction or [], "--set"),
        "note": note,
    }
    answer = session(ctx).api.post(f"/verifications/{part(profile)}", body)
    emit(answer, json_, say(f"{escape(profile)}: {escape(str(answer['decision']))}."))


def register(enrichment: typer.Typer, checks: typer.Typer) -> None:
    """Add the commands."""
    enrichment.command("get")(get_enrichment)
    enrichment.command("push")(push_enrichment)
    enrichment.command("credentials")(credentials)
    enrichment.command("usage")(usage)
    enrichment.command("accuracy")(accuracy)
    enrichment.command("contact")(enrich)
    checks.command("list")(list_checks)
    checks.command("decide")(decide)
