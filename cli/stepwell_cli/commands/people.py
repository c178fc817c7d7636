"""People of the workspace, reviews of workflows, and what is sent from."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.output import Json, Yes, emit, say, table
from stepwell_cli.session import session

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Their address.")]
Id = Annotated[str, typer.Argument(metavar="WORKFLOW", help="Workflow id.")]
Rev = Annotated[int, typer.Argument(metavar="REV", help="The draft's `rev` that you looked at.")]
Comment = Annotated[str, typer.Option("--comment", help="What you say about it.")]


def _person(ctx: typer.Context, email: str) -> dict[str, Any]:
    """Find somebody by address.

    Raises:
        CliError: There is nobody of this address.
    """
    people: list[dict[str, Any]] = session(ctx).api.get("/team")["items"]
    found = next((p for p in people if p["email"] == email.strip().lower()), None)
    if found is None:
        raise CliError(f"{email} is not in this workspace.", code="no_person", exit_code=Exit.NOT_FOUND)
    return found


def list_(ctx: typer.Context, json_: Json = False) -> None:
    """List the people of the workspace."""
    answer = session(ctx).api.get("/team")
    columns = (("E-mail", "email"), ("Role", "role"), ("State", "state"), ("Second factor", "second_factor"))
    emit(answer, json_, table(answer["items"], columns, empty="Nobody yet."))


def invite(
    ctx: typer.Context,
    email: Email,
    role: Annotated[str, typer.Option(help="viewer, editor, publisher or admin.")] = "viewer",
    name: Annotated[str, typer.Option(help="Display name.")] = "",
    json_: Json = False,
) -> None:
    """Invite somebody by mail."""
    answer = session(ctx).api.post("/team", {"email": email, "role": role, "name": name})
    emit(answer, json_, say(f"Invited {escape(email)} as {role}."))


def change(
    ctx: typer.Context,
    email: Email,
    role: Annotated[str, typer.Option(help="viewer, editor, publisher or admin.")] = "",
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Let sign in, or not.")] = None,
    json_: Json = False,
) -> None:
    """Give another role, switch on or off."""
    given = {"role": role or None, "enabled": enabled}
    body = {name: value for name, value in given.items() if value is not None}
    answer = session(ctx).api.put(f"/team/{part(_person(ctx, email)['id'])}", body)
    emit(answer, json_, say(f"{escape(email)} is {answer['role']}, {answer['state']}."))


def remove(ctx: typer.Context, email: Email, yes: Yes = False, json_: Json = False) -> None:
    """Remove somebody for good."""
    found = _person(ctx, email)
    if not yes:
        typer.confirm(f"Remove {email} for good?", abort=True, err=True)
    answer = session(ctx).api.delete(f"/team/{part(found['id'])}")
    emit(answer, json_, say(f"Removed {escape(email)}."))


def reset(ctx: typer.Context, email: Email, json_: Json = False) -> None:
    """Forget the second factor of somebody who lost it."""
    answer = session(ctx).api.post(f"/team/{part(_person(ctx, email)['id'])}/reset-second-factor")
    emit(answer, json_, say(f"{escape(email)} sets up a new second factor at the next sign-in."))


def waiting(ctx: typer.Context, json_: Json = False) -> None:
    """List workflows that wait for a review."""
    answer = session(ctx).api.get("/reviews", waiting_for="all")
    columns = (("Workflow", "workflow"), ("Rev", "rev"), ("Asked by", "asked_by"), ("Note", "note"))
    emit(answer, json_, table(answer["items"], columns, empty="Nothing waits for a review."))


def request(
    ctx: typer.Context,
    workflow: Id,
    note: Annotated[str, typer.Option(help="What to look at.")] = "",
    json_: Json = False,
) -> None:
    """Ask for a workflow's draft to be reviewed."""
    api = session(ctx).api
    rev = api.get(f"/workflows/{part(workflow)}")["rev"]
    answer = api.post(f"/workflows/{part(workflow)}/review", {"rev": rev, "note": note})
    emit(answer, json_, say(f"`{escape(workflow)}` rev {rev} waits for a review."))


def approve(ctx: typer.Context, workflow: Id, rev: Rev, comment: Comment = "", json_: Json = False) -> None:
    """Approve a workflow's draft as it was at REV."""
    _decide(ctx, workflow, rev, "approve", comment, json_)


def reject(ctx: typer.Context, workflow: Id, rev: Rev, comment: Comment = "", json_: Json = False) -> None:
    """Send a workflow's draft back."""
    _decide(ctx, workflow, rev, "reject", comment, json_)


def _decide(ctx: typer.Context, workflow: str, rev: int, decision: str, comment: str, json_: bool) -> None:
    body = {"rev": rev, "decision": decision, "comment": comment}
    answer = session(ctx).api.post(f"/workflows/{part(workflow)}/review/decision", body)
    emit(answer, json_, say(f"`{escape(workflow)}` is {answer['state']}."))


def identities(ctx: typer.Context, json_: Json = False) -> None:
    """List domains and addresses to send from."""
    answer = session(ctx).api.get("/sending-identities")
    columns = (("Identity", "identity"), ("Verified", "verified"), ("Default", "default_sender"))
    emit(answer, json_, table(answer["items"], columns, empty="None yet: `stepwell senders add DOMAIN`."))


def add(
    ctx: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="IDENTITY", help="A domain or an address.")],
    json_: Json = False,
) -> None:
    """Add a domain (its DNS records are printed) or an address (a link is mailed to it)."""
    answer = session(ctx).api.post("/sending-identities", {"identity": identity})
    columns = (("Type", "type"), ("Name", "name"), ("Value", "value"), ("State", "state"))
    emit(
        answer,
        json_,
        table(answer["records"], columns, empty="Follow the link in the mail that SES sends there."),
    )


def register(team: typer.Typer, reviews: typer.Typer, senders: typer.Typer) -> None:
    """Add the commands."""
    team.command("list")(list_)
    team.command("invite")(invite)
    team.command("change")(change)
    team.command("remove")(remove)
    team.command("reset-second-factor")(reset)
    reviews.command("list")(waiting)
    reviews.command("request")(request)
    reviews.command("approve")(approve)
    reviews.command("reject")(reject)
    senders.command("list")(identities)
    senders.command("add")(add)
