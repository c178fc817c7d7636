"""`doctor`: looks an AWS account over and says line by line what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.markup import escape

from stepwell_cli.doctor.deployed import check_stacks
from stepwell_cli.doctor.domains import check_domain
from stepwell_cli.doctor.mail import check_account, check_configuration_set, check_identities, identities
from stepwell_cli.doctor.permissions import check_permissions
from stepwell_cli.doctor.quotas import check_quotas
from stepwell_cli.doctor.report import Finding, Level
from stepwell_cli.doctor.resolver import Resolver, StubResolver
from stepwell_cli.errors import Exit
from stepwell_cli.output import Json, emit
from stepwell_cli.session import Session, session

AREAS = ("permissions", "deployment", "mail", "dns", "quotas")
_MARKS = {
    Level.OK: "[green]ok  [/]",
    Level.INFO: "[cyan]info[/]",
    Level.WARN: "[yellow]warn[/]",
    Level.FAIL: "[red]fail[/]",
}


def doctor(
    ctx: typer.Context,
    region: Annotated[str, typer.Option(help="AWS region; default: that of your credentials.")] = "",
    sender: Annotated[str, typer.Option(help="Address that you send from, to see whether SES may.")] = "",
    only: Annotated[list[str] | None, typer.Option("--only", help=f"Areas: {', '.join(AREAS)}.")] = None,
    json_: Json = False,
) -> None:
    """Look an AWS account over: SES, DNS of sending domains, quotas, permissions, stacks. Changes nothing.

    Uses your AWS credentials, not the API. Exit code 1 if anything fails.
    """
    areas = tuple(only or AREAS)
    unknown = sorted(set(areas) - set(AREAS))
    if unknown:
        raise typer.BadParameter(
            f"no area {', '.join(unknown)}; there are {', '.join(AREAS)}", param_hint="--only"
        )
    resolver: Resolver = ctx.find_root().meta.get("stepwell.resolver") or StubResolver()
    found = list(examine(session(ctx), areas, region, sender, resolver))
    failed = any(f.level is Level.FAIL for f in found)

    def people(out: Any) -> None:
        area = ""
        for finding in found:
            if finding.area != area:
                area = finding.area
                out.print(f"[bold]{area}[/bold]")
            out.print(f"  {_MARKS[finding.level]} {escape(finding.message)}")
            if finding.remedy:
                out.print(f"       [dim]→ {escape(finding.remedy)}[/dim]", soft_wrap=True)
        counts = {level: sum(f.level is level for f in found) for level in Level}
        out.print(f"{counts[Level.FAIL]} failed, {counts[Level.WARN]} warnings, {counts[Level.OK]} ok")

    emit({"ok": not failed, "findings": [f.document() for f in found]}, json_, people)
    if failed:
        raise typer.Exit(Exit.NO)


def examine(
    run: Session, areas: tuple[str, ...], region: str, sender: str, resolver: Resolver
) -> Iterator[Finding]:
    """Look at the chosen areas, in the order of `AREAS`."""
    prefix, local = run.settings.prefix, run.local
    try:
        clients = {
            name: run.client(name, region)
            for name in ("sts", "iam", "cloudformation", "sesv2", "service-quotas")
        }
    except BotoCoreError as error:
        yield Finding(
            "permissions", Level.FAIL, f"AWS cannot be asked: {error}.", "Set credentials and a region."
        )
        return
    if "permissions" in areas:
        yield from check_permissions(clients["sts"], clients["iam"], local=local)
    if "deployment" in areas:
        yield from check_stacks(clients["cloudformation"], prefix, local=local)
    if "mail" in areas or "dns" in areas:
        yield from _mail(clients["sesv2"], areas, prefix, sender, resolver, local)
    if "quotas" in areas:
        yield from check_quotas(clients["service-quotas"], local=local)


def _mail(
    ses: Any, areas: tuple[str, ...], prefix: str, sender: str, resolver: Resolver, local: bool
) -> Iterator[Finding]:
    try:
        known = identities(ses)
    except (ClientError, BotoCoreError) as error:
        yield Finding(
            "mail", Level.WARN, f"Identities cannot be listed: {error}.", "Allow ses:ListEmailIdentities."
        )
        known = []
    if "mail" in areas:
        yield from check_account(ses, local=local)
        yield from check_identities(known, sender)
        yield from check_configuration_set(ses, f"{prefix}-mail", local=local)
    if "dns" in areas:
        if local:
            yield Finding("dns", Level.INFO, "Domains of the local cloud have no DNS to look at.")
            return
        for identity in known:
            if identity.get("IdentityType") == "DOMAIN":
                yield from check_domain(identity, resolver, ses.meta.region_name)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)
