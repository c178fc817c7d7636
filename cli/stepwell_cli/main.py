"""The root command: options that all commands share, friendly errors, and the groups."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer
from stepwell.errors import StepwellError
from typer.core import TyperGroup

from stepwell_cli.commands import (
    administration,
    answers,
    attributes,
    catalogs,
    channels,
    content,
    deliverability,
    doctoring,
    drawings,
    enriching,
    enrolling,
    enrollments,
    events,
    exporting,
    forms,
    founding,
    from_pinpoint,
    identity,
    importing,
    lake,
    lifecycle,
    merging,
    messages,
    page_topics,
    people,
    preferences,
    privacy,
    promoting,
    scoring,
    segments,
    sequences,
    signing_in,
    simulating,
    social,
    social_listening,
    sources,
    suppressions,
    templates,
    texts,
    workflows,
)
from stepwell_cli.errors import MEANINGS, CliError
from stepwell_cli.output import show_error
from stepwell_cli.session import Session

_CODES = "  \n".join(f"{int(code)}: {meaning}" for code, meaning in MEANINGS.items())


class FriendlyGroup(TyperGroup):
    """Shows errors as sentences and ends with documented exit codes; anything else is a fault of ours."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except (CliError, StepwellError) as error:
            shown = error if isinstance(error, CliError) else CliError.of(error)
            show_error(shown, "--json" in ctx.meta.get("stepwell.arguments", ()))
            raise typer.Exit(int(shown.exit_code)) from None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep the arguments: an error is written as JSON if the answer would have been."""
        ctx.meta["stepwell.arguments"] = tuple(args)
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="stepwell",
    cls=FriendlyGroup,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    help="Marketing automation in your own AWS account: workflows, contacts, messages.",
    epilog=f"**Exit codes**  \n{_CODES}",
)


def _version(shown: bool) -> None:
    if not shown:
        return
    try:
        typer.echo(f"stepwell {version('stepwell')}")
    except PackageNotFoundError:
        typer.echo("stepwell (from a checkout)")
    raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    profile: Annotated[
        str, typer.Option(help="Profile of the config file.", envvar="STEPWELL_PROFILE", show_envvar=True)
    ] = "",
    api_url: Annotated[
        str,
        typer.Option("--api-url", help="Address of the API, instead of the profile's (STEPWELL_API_URL)."),
    ] = "",
    local: Annotated[
        bool, typer.Option("--local", help="The local cloud: finds the API in its deployed stacks.")
    ] = False,
    version_: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take in the options that all commands share."""
    del version_
    if ctx.obj is None:
        ctx.obj = Session()
    ctx.obj.choose(profile=profile, api_url=api_url, local=local)


def _group(name: str, help_: str) -> typer.Typer:
    made = typer.Typer(no_args_is_help=True, help=help_)
    app.add_typer(made, name=name)
    return made


_workflows = _group("workflows", "Draw, check, publish and control workflows.")
drawings.register(_workflows)
workflows.register(_workflows)
lifecycle.register(_workflows)
enrolling.register(_workflows)
enrollments.register(_group("enrollments", "Contacts in workflows."), app)
app.command("simulate")(simulating.simulate)
attributes.register(
    _group("attributes", "What contacts' fields are, and who may overwrite them."),
    _group("computed", "Attributes computed from events."),
    _group("lifecycle", "Lifecycle stages of contacts."),
)
_segments = _group("segments", "Who belongs together: rules, lists, members, growth.")
segments.register(_segments)
catalogs.register(_group("catalogs", "Products and content: items, and what was told of them."))
scoring.register(_group("scoring", "Scoring models, and what contacts' scores are made of."))
sequences.register(_group("sequences", "Events in order, or events that stay away."))
templates.register(_group("templates", "Message templates."))
messages.register(app)
events.register(
    _group("events", "Events as they come in."), _group("poison", "Records that could not be processed.")
)
sources.register(_group("sources", "Providers that call us: webhooks, their secrets and mappings."))
forms.register(
    _group("forms", "What forms ask, and what was agreed to by them."),
    _group("stages", "The stages in which contacts become known."),
    _group("retention", "How long values are kept."),
)
enriching.register(
    _group("enrichment", "Providers that know more: settings, spending, accuracy."),
    _group("checks", "Leads whose facts are checked by hand."),
)
texts.register(_group("texts", "Text messages: length, cost, what the account sends from."))
content.register(
    _group("content", "What messages share: snippets, blocks, connected content, pictures, links.")
)
channels.register(_group("channels", "Providers that send messages, and which stream goes by which."))
_social = _group("social", "Accounts at social networks, posts, and what is said about you.")
social.register(_social)
social_listening.register(_social)
deliverability.register(_group("deliverability", "Whether mail arrives: rates, DNS records, seeds."))
preferences.register(_group("preferences", "What contacts choose, double opt-in, requests about their data."))
suppressions.register(
    _group("suppressions", "Addresses that get nothing: lists of other providers, looking, lifting.")
)
page_topics.register(_group("page-topics", "What pages of the website are about."))
answers.register(_group("answers", "Answers to messages: rules, and how one is understood."))
_contacts = _group("contacts", "Contacts that are one person, and the rights of each.")
merging.register(_contacts)
privacy.register(_contacts)
lake.register(
    _segments,
    _group("lake", "Snapshots of all contacts, for questions that are asked of everybody."),
    _contacts,
)
_group("identity", "Who is who among the contacts.").command("match")(identity.match)
_import = _group("import", "Contacts, events and segments from files.")
importing.register(_import)
_import.command("pinpoint")(from_pinpoint.pinpoint)
exporting.register(_group("export", "Contacts into files."))
_workspace = _group("workspace", "Settings and switches of the workspace.")
administration.register(_workspace, _group("keys", "Write keys of event sources."))
founding.register(_workspace)
people.register(
    _group("team", "People of the workspace and their roles."),
    _group("reviews", "Workflows that somebody else looks at before they are published."),
    _group("senders", "Domains and addresses to send from."),
)
promoting.register(_group("promote", "Workflows with all that they name, between environments."))
signing_in.register(app)
doctoring.register(app)
