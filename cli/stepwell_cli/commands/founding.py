"""`workspace create` and `workspace invite`: what only somebody with AWS credentials may do."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from stepwell.contracts.workspace import Workspace

from stepwell_cli import deployments
from stepwell_cli.output import Json, emit
from stepwell_cli.provisioning import ROLES, create_user, create_workspace
from stepwell_cli.session import Session, session

Password = Annotated[
    str,
    typer.Option(envvar="STEPWELL_NEW_PASSWORD", help="Set for good instead of an invitation by mail."),
]


def create(
    ctx: typer.Context,
    tenant: Annotated[str, typer.Argument(help="Workspace id: 2 to 16 characters of a-z and 0-9.")],
    admin: Annotated[str, typer.Option(help="E-mail address of the first administrator.")],
    name: Annotated[str, typer.Option(help="Display name.")] = "",
    sender: Annotated[str, typer.Option(help="`Name <address>`.")] = "",
    postal_address: Annotated[str, typer.Option(help="Printed in marketing mail (CAN-SPAM).")] = "",
    time_zone: Annotated[str, typer.Option(help="IANA zone.")] = "UTC",
    password: Password = "",
    json_: Json = False,
) -> None:
    """Make a workspace and its first administrator. Uses your AWS credentials; repeating it changes nothing."""
    now = session(ctx)
    deployed = _deployment(now)
    create_workspace(
        Workspace(
            tenant,
            name=name or tenant,
            sender=sender,
            postal_address=postal_address,
            time_zone=time_zone,
        ),
        prefix=now.settings.prefix,
        region=deployed.region or deployments.LOCAL_REGION,
    )
    _add(now, deployed, tenant, admin, "admin", password, json_)


def invite(
    ctx: typer.Context,
    tenant: Annotated[str, typer.Argument(help="Workspace id.")],
    email: Annotated[str, typer.Argument(help="E-mail address.")],
    role: Annotated[str, typer.Option(help=", ".join(ROLES))] = "viewer",
    password: Password = "",
    json_: Json = False,
) -> None:
    """Add a person to a workspace with a role. Uses your AWS credentials."""
    now = session(ctx)
    _add(now, _deployment(now), tenant, email, role, password, json_)


def _deployment(now: Session) -> Any:
    if now.local:
        # PynamoDB makes its own client: it learns of the local cloud as every other program does.
        os.environ.setdefault("AWS_ENDPOINT_URL", now.settings.local_endpoint)
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    return deployments.outputs(now.client("cloudformation"), now.settings.prefix)


def _add(now: Session, deployed: Any, tenant: str, email: str, role: str, password: str, json_: bool) -> None:
    cognito = now.client("cognito-idp", deployed.region)
    create_user(cognito, deployed.user_pool_id, tenant=tenant, email=email, role=role, password=password)
    answer = {"tenant": tenant, "email": email, "role": role, "invited": not password}

    def people(out: Console) -> None:
        how = "has the given password" if password else "gets an invitation by mail"
        out.print(f"{escape(email)} is {role} of [bold]{escape(tenant)}[/bold] and {how}.")

    emit(answer, json_, people)


def register(workspace: typer.Typer) -> None:
    """Add the commands to `workspace`."""
    workspace.command("create")(create)
    workspace.command("invite")(invite)
