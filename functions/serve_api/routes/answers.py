"""What is done with answers that come in by mail: rules that forward, tell and answer."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.sources import ReplyRules, ReplyTrial
from stepwell.contracts.rule_documents import written
from stepwell.contracts.workspace import Document
from stepwell.errors import NotFound, ValidationFailed
from stepwell.replies.parsing import parse
from stepwell.replies.routing import ID, KIND, read_rules
from stepwell.replies.trying import tried

from routes.replies import plain, reply
from routes.routing import Call, routed, this, topic

router = topic("Answers")
EXAMPLE = {
    "rules": [
        {"id": "unhappy", "when": 'event.sentiment = "negative"', "forward": ["support"], "emit": "unhappy"},
        {"id": "sales", "when": 'event.workflow = "welcome"', "forward": ["sales_team"]},
    ]
}  # fmt: skip


class RulesIn(BaseModel):
    """Rules for answers, and the revision that they were made from."""

    model_config = ConfigDict(extra="forbid")

    rules: dict[str, Any] = Field(examples=[EXAMPLE])
    rev: int = Field(default=0, ge=0, description="The `rev` as you read it; 0: there are none yet.")


class TryIn(BaseModel):
    """An answer as it came, and rules if they are not to be the workspace's."""

    model_config = ConfigDict(extra="forbid")

    message: str = Field(max_length=200_000, description="The raw message, headers first.")
    rules: dict[str, Any] | None = None


def _found(call: Call) -> Document | None:
    try:
        return call.wired.parts.config.document(call.tenant, KIND, ID)
    except NotFound:
        return None


def _shown(found: Document | None) -> ReplyRules:
    rules = written(read_rules(found.body if found else {}))
    domain = this().wired.parts.settings.reply_domain
    return {
        "rev": found.rev if found else 0,
        "updated_at": plain(found.at) if found else None,
        "updated_by": found.by if found else "",
        "receiving": bool(domain),
        "rules": rules,
    }


@routed(router, "GET", "/reply-rules", "viewer", "Read what is done with answers")
def read_reply_rules() -> ReplyRules:
    """Return the rules; `receiving` says whether this deployment receives answers at all."""
    return _shown(_found(this()))


@routed(router, "PUT", "/reply-rules", "admin", "Change what is done with answers (409 if somebody else did)")
def save_reply_rules(body: Annotated[RulesIn, Body()]) -> ReplyRules:
    """Save the rules; they hold within a minute."""
    call = this()
    rules = read_rules(body.rules)
    config = call.wired.parts.config
    known = set(config.workspace(call.tenant).teams)
    unknown = sorted({one for r in rules.rules for one in r.forward if "@" not in one and one not in known})
    if unknown:
        fault = {"code": "unknown_team", "place": "rules", "message": f"There is no team `{unknown[0]}`."}
        raise ValidationFailed(f"There is no team `{unknown[0]}` in this workspace.", [fault])
    saved = config.save_document(call.tenant, KIND, ID, body.rev, written(rules), call.actor)
    call.ports.note(call.tenant, call.actor, "reply_rules.saved", "reply-rules", rev=saved.rev)
    return _shown(saved)


@routed(router, "POST", "/reply-rules/try", "viewer", "Try the rules on an answer")
def try_reply_rules(body: Annotated[TryIn, Body()]) -> ReplyTrial:
    """Tell how a message would be understood and routed; nothing is sent."""
    call = this()
    found = _found(call)
    rules = read_rules(body.rules if body.rules is not None else found.body if found else {})
    return reply(ReplyTrial, tried(rules, parse(body.message.encode()), call.ports.now()))
