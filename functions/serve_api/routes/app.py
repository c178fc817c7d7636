"""Puts the topics together: one resolver with an OpenAPI document, one boundary for failures, public pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, License, Tag
from stepwell.errors import InvalidInput, NotFound, StepwellError

from routes import (
    answers,
    attributes,
    bundles,
    catalogs,
    catalogue,
    channels,
    clicks,
    conditions,
    deliverability,
    enrichment,
    events,
    figures,
    forms,
    identities,
    images,
    journeys,
    lake,
    merging,
    page_topics,
    people,
    pieces,
    preferences,
    privacy,
    provider_states,
    publishing,
    push,
    reviewing,
    scoring,
    searching,
    segment_views,
    segments,
    send_times,
    sending_rules,
    sequences,
    social,
    social_accounts,
    social_listening,
    social_login,
    sources,
    starting,
    suppressions,
    team,
    template_previews,
    template_versions,
    templates,
    test_sending,
    texts,
    timeline,
    transfers,
    trying,
    workflows,
    workspace,
)
from routes.access import principal
from routes.documenting import finished
from routes.replies import failure, malformed
from routes.routing import BASE, Call, authorize, begin

TOPICS = (
    workflows,
    trying,
    test_sending,
    publishing,
    reviewing,
    bundles,
    starting,
    journeys,
    figures,
    clicks,
    searching,
    people,
    timeline,
    privacy,
    merging,
    attributes,
    segments,
    segment_views,
    conditions,
    lake,
    scoring,
    sequences,
    catalogs,
    transfers,
    templates,
    template_versions,
    template_previews,
    pieces,
    images,
    events,
    forms,
    enrichment,
    sources,
    answers,
    channels,
    provider_states,
    push,
    texts,
    deliverability,
    social,
    social_accounts,
    social_listening,
    social_login,
    preferences,
    suppressions,
    workspace,
    send_times,
    sending_rules,
    team,
    identities,
    page_topics,
    catalogue,
)
DESCRIPTION = """Manages workflows, contacts, templates and a workspace.

Send a Cognito **access token** as `Authorization: Bearer …`; the workspace and your role are read from it. Roles:
viewer, editor, publisher, admin; each may do what those before it may. Every failure is `{code, message, details}`.
Lists take `limit` and `cursor` and are `{items, cursor, total}`; a `cursor` of null says that the list is through.
Clients must bear fields that they do not know."""
TAGS = {
    "Workflows": "Drafts and their checks.",
    "Trying": "What a workflow would do with a contact; messages to oneself.",
    "Publishing": "Versions, control, contacts in flight.",
    "Starting": "Starts by hand, audiences, schedules, jobs.",
    "Journeys": "Enrollments, explain, messages, counters.",
    "Promotion": "Workflows with all that they name, between environments.",
    "Figures": "Workflows as they run, figures over time, the calendar, what publishing would mean.",
    "Contacts": "People and their consent.",
    "Attributes": "What contacts' fields are, what is computed of events, lifecycle stages.",
    "Segments": "Who belongs together: rules, lists, members, growth.",
    "Conditions": "Conditions as text and as trees, known events, schedules while they are drawn.",
    "Scoring": "Models and their versions; what a contact's scores are made of.",
    "Sequences": "Events in order, or events that stay away.",
    "Catalogs": "Products and content: definitions, items, what was told of them.",
    "Imports and exports": "Large files in and out: upload, preview, progress, errors.",
    "Templates": "Messages.",
    "Events": "Debugger and records set aside.",
    "Forms": "What forms ask, stages, consents with proof, retention.",
    "Enrichment": "Providers, budgets, accuracy, facts checked by hand.",
    "Sources": "Webhooks of providers: checks, secrets, mappings.",
    "Preferences": "What contacts choose: the preference centre, double opt-in, data requests.",
    "Channels": "Providers of each channel, their options and secrets.",
    "Social": "Accounts at social networks, posts and when they go out.",
    "Social listening": "What is said to and about accounts, alarms, hashtags, numbers of posts.",
    "Answers": "What is done with answers that come in by mail.",
    "Workspace": "Settings, switches, write keys, audit log.",
    "Sending identities": "Domains and addresses to send from, with their DNS records.",
    "Team": "People and their roles; who you are.",
    "Catalogue": "Node types, the library.",
}
API_VERSION = "1.0.0"
_SCHEMES: dict[str, Any] = {"accessToken": HTTPBearer(bearerFormat="JWT")}


def _openapi_options() -> dict[str, Any]:
    return {
        "title": "Stepwell",
        "version": API_VERSION,
        "description": DESCRIPTION,
        "tags": [Tag(name=name, description=text) for name, text in TAGS.items()],
        "license_info": License(name="Apache-2.0", identifier="Apache-2.0"),
        "security_schemes": _SCHEMES,
    }


@cache
def resolver() -> APIGatewayHttpResolver:
    """Return the process's resolver."""
    app = APIGatewayHttpResolver(enable_validation=True, response_validation_error_http_code=500)
    for topic in TOPICS:
        app.include_router(topic.router)

    @app.exception_handler(StepwellError)  # type: ignore[untyped-decorator, unused-ignore]
    def _failed(error: StepwellError) -> Response[str]:
        return failure(error)

    @app.exception_handler(RequestValidationError)  # type: ignore[untyped-decorator, unused-ignore]
    def _malformed(error: RequestValidationError) -> Response[str]:
        return failure(malformed(error.errors()))

    @app.exception_handler(NotFoundError)  # type: ignore[untyped-decorator, unused-ignore]
    def _absent(_: NotFoundError) -> Response[str]:
        return failure(NotFound("There is nothing at this address.", code="no_route"))

    app.enable_swagger(path="/docs", compress=True, persist_authorization=False, **_openapi_options())
    return app


@cache
def openapi() -> str:
    """Return the OpenAPI document."""
    drawn = resolver().get_openapi_schema(**_openapi_options())
    return finished(drawn.model_dump_json(by_alias=True, exclude_none=True))


def serve(event: dict[str, Any], context: Any, wired: Any) -> dict[str, Any]:
    """Answer one HTTP API (payload 2.0) request.

    Args:
        event: The request.
        context: The Lambda context.
        wired: What the API reaches, see `stepwell.management.Management`.
    """
    method = str(event["requestContext"]["http"]["method"]).upper()
    path = str(event.get("rawPath") or "/")
    app = resolver()
    if not path.startswith("/api"):
        return _public(event, context, app, method, path)
    try:
        caller = principal(event)
        authorize(method, path, caller)
        if caller.role == "admin" and path.rstrip("/") != f"{BASE}/me":
            wired.console.second_factors.require(caller.actor)
        begin(Call(caller, wired))
        if not str(event.get("body") or "").strip() and method in ("POST", "PUT"):
            event = {**event, "body": "{}", "isBase64Encoded": False}
        app.context["strict"] = wired.parts.settings.local
        return dict(app.resolve(event, context))
    except StepwellError as error:
        return _plain(failure(error))
    except ValueError as error:
        # Powertools reads the body before any handler of ours: a body that is no JSON or no UTF-8 ends here.
        if "json" in type(error).__name__.lower() or isinstance(error, UnicodeDecodeError):
            return _plain(failure(InvalidInput("The body is no JSON.", code="bad_json")))
        raise


def _public(
    event: dict[str, Any], context: Any, app: APIGatewayHttpResolver, method: str, path: str
) -> dict[str, Any]:
    if method not in ("GET", "HEAD"):
        return _plain(failure(NotFound("There is nothing at this address.", code="no_route")))
    match path.rstrip("/"):
        case "/health":
            return _page('{"status":"ok"}', "application/json")
        case "/openapi.json":
            return _page(openapi(), "application/json")
        case "/docs":
            return dict(app.resolve(event, context))
    return _plain(failure(NotFound("There is nothing at this address.", code="no_route")))


def _page(body: str, kind: str) -> dict[str, Any]:
    headers = {
        "Content-Type": kind,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
    }
    if kind.startswith("text/html"):
        headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        )
    return {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": False}


def _plain(response: Response[str]) -> dict[str, Any]:
    return {
        "statusCode": response.status_code,
        "headers": {name: str(value) for name, value in response.headers.items()},
        "body": response.body,
        "isBase64Encoded": False,
    }
