"""`login` and `logout`: tokens of the user pool, kept in the profile file."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.markup import escape

from stepwell_cli import deployments, second_factor, sign_in
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.output import Json, details, emit, say
from stepwell_cli.session import session
from stepwell_cli.settings import Profile, forget_tokens, read_profiles, write_profile


def login(
    ctx: typer.Context,
    username: Annotated[str, typer.Option(help="E-mail address (STEPWELL_USERNAME).")] = "",
    stack_prefix: Annotated[
        str,
        typer.Option(help="Find API and user pool in this deployment's stacks (with your AWS credentials)."),
    ] = "",
    region: Annotated[str, typer.Option(help="AWS region of the deployment.")] = "",
    user_pool_id: Annotated[str, typer.Option(help="User pool, when you have no AWS credentials.")] = "",
    client_id: Annotated[str, typer.Option(help="Its client, likewise.")] = "",
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin", help="Read the password from standard input (or STEPWELL_PASSWORD)."
        ),
    ] = False,
    plain_password: Annotated[
        bool,
        typer.Option("--plain-password", help="Send the password (over TLS) instead of proving it by SRP."),
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Show the profile, without its tokens, and do nothing.")
    ] = False,
    json_: Json = False,
) -> None:
    """Sign in and keep the tokens in the profile file, readable by you alone.

    `stepwell login --stack-prefix stepwell` the first time, `stepwell login` afterwards; `stepwell --local login` for
    the local cloud.
    """
    run = session(ctx)
    settings = run.settings
    known = read_profiles(settings.config_file).get(settings.profile, Profile())
    if show:
        shown = {
            "profile": settings.profile,
            "api_url": settings.api_url or known.api_url,
            "username": known.username,
            "signed_in": bool(settings.token or known.refresh_token),
            "file": str(settings.config_file),
        }
        fields = tuple((key.replace("_", " ").capitalize(), key) for key in shown)
        emit(shown, json_, details(shown, fields))
        return
    if run.local or stack_prefix:
        prefix = stack_prefix or settings.prefix
        target = deployments.outputs(run.client("cloudformation", region), prefix)
    else:
        target = replace(
            known,
            api_url=settings.api_url or known.api_url,
            region=region or known.region or user_pool_id.partition("_")[0],
            user_pool_id=user_pool_id or known.user_pool_id,
            client_id=client_id or known.client_id,
        )
    if not (target.api_url and target.user_pool_id and target.client_id):
        raise CliError(
            "Which deployment? Name --stack-prefix, or --api-url (before `login`), --user-pool-id and --client-id.",
            code="no_deployment",
            exit_code=Exit.USAGE,
        )
    user = username or settings.username or known.username or typer.prompt("E-mail address", err=True)
    password = settings.password
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    if not password:
        password = typer.prompt(f"Password of {user}", hide_input=True, err=True)
    kept = sign_in.sign_in(
        run.client("cognito-idp", target.region),
        target,
        user,
        password,
        run.now(),
        lambda what, hide: str(typer.prompt(what, hide_input=hide, err=True)),
        srp=not plain_password,
    )
    write_profile(settings.config_file, settings.profile, kept)
    _second_factor(run.client("cognito-idp", target.region), kept)
    emit(
        {"profile": settings.profile, "api_url": kept.api_url, "username": user},
        json_,
        say(f"Signed in to {escape(kept.api_url)} as {escape(user)} (profile {escape(settings.profile)})."),
    )


def _second_factor(cognito: Any, kept: Profile) -> None:
    """Set up an authenticator for an admin who has none: the API answers admins nothing before."""
    if not second_factor.is_admin(kept.access_token) or second_factor.enrolled(cognito, kept.access_token):
        return

    def code(secret: str, hide: bool) -> str:
        typer.echo("Admins need a second factor. Put this into an authenticator app:", err=True)
        typer.echo(f"  {secret}\n  {second_factor.address(secret, kept.username)}", err=True)
        return str(typer.prompt("Code that it shows", hide_input=hide, err=True))

    second_factor.enrol(cognito, kept.access_token, code)


def logout(ctx: typer.Context, json_: Json = False) -> None:
    """Drop the profile's tokens, here and in the user pool."""
    run = session(ctx)
    profile = read_profiles(run.settings.config_file).get(run.settings.profile, Profile())
    if profile.refresh_token:
        sign_in.revoke(run.client("cognito-idp", profile.region), profile)
    dropped = forget_tokens(run.settings.config_file, run.settings.profile)
    emit({"signed_out": dropped}, json_, say("Signed out." if dropped else "Nobody was signed in."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("login")(login)
    app.command("logout")(logout)
