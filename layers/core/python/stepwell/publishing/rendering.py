"""Renders what a node would send, for people to look at or to send to themselves; its links lead nowhere.

A stored contact's own unsubscribe link in a preview would be one that works: whoever tries it out would opt the
contact out. So previews and tests have a link that only shows where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stepwell.content.checks import preview_link
from stepwell.content.faults import TemplateFault
from stepwell.content.including import Find
from stepwell.content.languages import language_of
from stepwell.content.library import parse_template
from stepwell.content.models import Template
from stepwell.content.personalization import personalization
from stepwell.content.render import Rendered, Renderer
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Token, TokenState
from stepwell.contracts.workspace import Workspace
from stepwell.errors import NotFound, ValidationFailed
from stepwell.publishing.pieces import composed
from stepwell.workflows.interpreter import Message
from stepwell.workflows.model import Node
from stepwell.workflows.nodes import node_type
from stepwell.workflows.nodes.base import Member, Moment, SendEmail, SendMessage, SendPush, SendSms

CHANNEL_OF: Mapping[type[SendMessage], str] = {SendEmail: "email", SendSms: "sms", SendPush: "push"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as a node would write it.

    Attributes:
        rendered: Its parts.
        sender: ``Name <address>``; of a text the number that the node asks for.
        template: The template's id; empty: the node has words of its own.
        channel: What sends it.
        purpose: `marketing` or `transactional`.
        language: What it is written in.
    """

    rendered: Rendered
    sender: str
    template: str
    channel: str = "email"
    purpose: str = "marketing"
    language: str = "en"


@dataclass(slots=True)
class Letters:
    """Renders messages of drawn nodes; finds each template once.

    Args:
        templates: Returns a template's document.
        renderer: Renders.
        workspace: Default sender, postal address.
        purpose: Of nodes and workflows that do not say.
        find: Finds snippets, blocks and sources; None: there are none.
        now: The moment, for blocks.
    """

    templates: Callable[[str], Mapping[str, Any]]
    renderer: Renderer
    workspace: Workspace
    purpose: str = "marketing"
    find: Find | None = None
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def draft(self, node: Node, traits: Mapping[str, Any], event: Mapping[str, Any], now: datetime) -> Draft:
        """Render what a node sends.

        Args:
            node: A sending node.
            traits: The contact's fields.
            event: The event that it came by: `name`, `properties`.
            now: The time.

        Raises:
            NotFound: There is no such template.
            ValidationFailed: The template is none.
            TemplateFault: It cannot be rendered for this contact.
        """
        effect = self._effect(node, traits, event, now)
        template = (
            parse_template(dict(self.templates(effect.template))) if effect.template else _own_words(effect)
        )
        purpose = effect.purpose or self.purpose
        rendered, language = self.written(
            template.model_copy(update={"purpose": purpose}),
            traits,
            event,
            effect.variables,
            effect.subject if isinstance(effect, SendEmail) else "",
        )
        sender = effect.sender or (self.workspace.sender if isinstance(effect, SendEmail) else "")
        return Draft(rendered, sender, effect.template, CHANNEL_OF[type(effect)], purpose, language)

    def sample(self, node: Node) -> Mapping[str, Any]:
        """Return the fields of the made-up contact that a node's template comes with.

        Raises:
            NotFound: There is no such template, or the node sends no e-mail.
            ValidationFailed: The template is none.
        """
        template = str(dict(node.config).get("template_id") or "")
        return dict(parse_template(dict(self.templates(template))).sample)

    def render(
        self,
        template: Template,
        traits: Mapping[str, Any],
        event: Mapping[str, Any],
        variables: Mapping[str, Any] | None = None,
        subject: str = "",
    ) -> Rendered:
        """Render a template.

        Raises:
            TemplateFault: It cannot be rendered for this contact.
        """
        return self.written(template, traits, event, variables, subject)[0]

    def written(
        self,
        template: Template,
        traits: Mapping[str, Any],
        event: Mapping[str, Any],
        variables: Mapping[str, Any] | None = None,
        subject: str = "",
    ) -> tuple[Rendered, str]:
        """Render a template; return with it the language that was found for the contact.

        Raises:
            TemplateFault: It cannot be rendered for this contact.
        """
        context = personalization(
            traits=traits,
            workspace=self.workspace,
            event=event,
            variables=variables,
            unsubscribe_url=preview_link(),
            preferences_url=preview_link(),
        )
        if self.find is None:
            return self.renderer.render(template, context, subject=subject), template.language
        version, snippets = composed(
            self.renderer, template, context, self.find, self.now, language=language_of(traits), traits=traits
        )
        rendered = self.renderer.render(version, context, subject=subject, snippets=snippets)
        return rendered, version.language

    def write(self, node: Node, message: Message, render: bool) -> dict[str, Any]:
        """Return a simulated message's parts, or the fault for which it has none.

        Args:
            node: The node that sends it.
            message: As simulated.
            render: Whether to render it at all.
        """
        empty: dict[str, Any] = {
            "subject": "",
            "preheader": "",
            "html": "",
            "text": "",
            "from": "",
            "missing": [],
            "fault": None,
        }
        if not render:
            return empty
        try:
            draft = self.draft(node, message.fields, message.event, message.at)
        except NotFound:
            return {**empty, "fault": {"code": "unknown_template", "message": "There is no such template."}}
        except (TemplateFault, ValidationFailed) as fault:
            return {**empty, "fault": {"code": fault.code, "message": fault.message}}
        rendered = draft.rendered
        return {
            "subject": rendered.subject,
            "preheader": rendered.preheader,
            "html": rendered.html,
            "text": rendered.text,
            "from": draft.sender,
            "missing": list(rendered.missing),
            "fault": None,
        }

    def _effect(
        self, node: Node, traits: Mapping[str, Any], event: Mapping[str, Any], now: datetime
    ) -> SendMessage:
        kind = node_type(node.type)
        config = kind.config.model_validate(dict(node.config))
        sample = profile_id(self.workspace.tenant, "user", "sample")
        token = Token(
            id=f"{sample}.0.1",
            state=TokenState.RUNNING,
            epoch=0,
            run="sample",
            node=node.id,
            version=0,
            entered_at=now,
            as_of=now,
            context=dict(event),
        )
        moment = Moment(
            now=now,
            tenant=self.workspace.tenant,
            workflow="sample",
            version=0,
            node=node.id,
            workspace=self.workspace,
            purpose=self.purpose,
        )
        effect = (
            kind.act(config, Member(token, Profile(sample, traits=dict(traits))), moment)
            if kind.act
            else None
        )
        if not isinstance(effect, SendMessage):
            raise NotFound(f"`{node.id}` sends no message.", code="no_mail_node")
        return effect


def _own_words(effect: SendMessage) -> Template:
    """Return the words that stand in a node as the template that they are."""
    if isinstance(effect, SendPush):
        return Template(id="own", channel="push", subject=effect.title, text=effect.body)
    text = effect.text if isinstance(effect, SendSms) else ""
    return Template(id="own", channel="sms", subject="-", text=text)
