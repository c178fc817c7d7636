"""Writes the messages of one batch: finds the template, renders it for the contact, composes the e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from stepwell.channels.email import Origin, compose
from stepwell.consent.addresses import sendable_address
from stepwell.consent.decide import Request
from stepwell.content.faults import TemplateFault
from stepwell.content.library import parse_template
from stepwell.content.lookups import Lookup
from stepwell.content.models import Template
from stepwell.content.personalization import personalization
from stepwell.content.render import Renderer
from stepwell.contracts.fields import fields
from stepwell.contracts.links import OptOut, address_hash, sign_opt_out
from stepwell.contracts.messages import Claim, Email, Purpose, SkipReason
from stepwell.contracts.reply_addresses import reply_address
from stepwell.contracts.tokens import Token, TokenState
from stepwell.errors import NotFound, NotReady, ValidationFailed
from stepwell.runtime.effects import StepContext
from stepwell.runtime.shown_items import ShownItems
from stepwell.workflows.nodes.base import Member, SendEmail


@dataclass(slots=True)
class Letter:
    """One contact's message on its way.

    Attributes:
        member: The contact.
        effect: What to send.
        request: The question to the send decision.
        email: The composed message, once written.
        claimed: Whether its claim is in place.
    """

    member: Member
    effect: SendEmail
    request: Request
    email: Email | None = None
    claimed: bool = False

    @property
    def token(self) -> str:
        """Token id."""
        return self.member.token.id

    @property
    def profile(self) -> str:
        """The profile as it is by now: after a merge not the one that the token names."""
        return self.member.profile.id

    @property
    def address(self) -> str:
        """The address as SMTP carries it, empty when there is none."""
        return sendable_address(self.member.profile.email) or ""

    def claim(self, now: datetime) -> Claim:
        """Return the claim of this send."""
        return Claim(
            visit=self.request.visit,
            claimant=self.request.claimant,
            at=now,
            channel="email",
            tag=self.effect.tag,
            counted=self.effect.count,
        )

    def owned(self, now: Token | None) -> bool:
        """Tell whether the token, as it is stored by now, is still in the hands in which the step found it."""
        before = self.member.token
        return now is not None and (now.state, now.run, now.epoch) == (
            TokenState.RUNNING,
            before.run,
            before.epoch,
        )


def of_different_contacts(queue: Sequence[Letter], most: int) -> tuple[list[Letter], list[Letter]]:
    """Take up to ``most`` messages: two claims of one contact cannot both hold his revision."""
    chunk: list[Letter] = []
    rest: list[Letter] = []
    seen: set[str] = set()
    for letter in queue:
        if len(chunk) < most and letter.profile not in seen:
            seen.add(letter.profile)
            chunk.append(letter)
        else:
            rest.append(letter)
    return chunk, rest


@cache
def _renderer() -> Renderer:
    return Renderer()


class Writer:
    """Writes messages; reads each template and each item of a catalog once.

    Attributes:
        shown: Items that the messages show.

    Args:
        context: The step.
    """

    def __init__(self, context: StepContext) -> None:
        self._context = context
        self._templates: dict[str, Template | str] = {}
        self.shown = ShownItems(context.ports.items, context.moment.tenant)
        self._lookup = Lookup(self.shown.find)

    def write(self, letter: Letter) -> str:
        """Put the composed e-mail into the letter; return why it cannot be written, or an empty text."""
        try:
            template = self._template(letter.effect.template)
            if isinstance(template, str):
                return template
            letter.email = self._compose(letter, template)
        except TemplateFault:
            return SkipReason.RENDER_ERROR.value
        except NotReady as error:
            return error.code
        return ""

    def _template(self, name: str) -> Template | str:
        """Return the template, or the reason why there is none; read once a batch."""
        if name not in self._templates:
            try:
                document = self._context.ports.templates.template(self._context.moment.tenant, name)
                self._templates[name] = parse_template(document)
            except NotFound:
                self._templates[name] = "unknown_template"
            except ValidationFailed:
                self._templates[name] = SkipReason.RENDER_ERROR.value
        return self._templates[name]

    def _compose(self, letter: Letter, template: Template) -> Email:
        moment, delivery = self._context.moment, self._context.ports.delivery
        purpose, address = letter.request.purpose, letter.address
        opt_out = OptOut(
            moment.tenant,
            letter.profile,
            moment.workflow,
            "email",
            Purpose.MARKETING,
            address_hash(moment.tenant, address),
        )
        link = f"{delivery.public_url}/u/{sign_opt_out(opt_out, delivery.link_keys)}"
        rendered = _renderer().render(
            # What the node sends it for decides about the footer, whatever the template was written for.
            template.model_copy(update={"purpose": purpose.value}),
            personalization(
                traits=fields(letter.member.profile, moment.now),
                workspace=moment.workspace,
                profile_id=letter.profile,
                event=letter.member.token.context,
                variables=letter.effect.variables,
                unsubscribe_url=link,
                preferences_url=link,
                catalog=self._lookup,
            ),
            subject=letter.effect.subject,
        )
        return compose(
            to=address,
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
            origin=Origin(
                moment.tenant,
                moment.workflow,
                moment.version,
                moment.node,
                letter.token,
                letter.request.visit,
                letter.profile,
                letter.effect.tag,
            ),
            purpose=purpose,
            workspace=moment.workspace,
            unsubscribe_url=link,
            sender=letter.effect.sender,
            configuration_set=delivery.configuration_set,
            reply_to=self._reply_to(letter),
        )

    def _reply_to(self, letter: Letter) -> str:
        moment, delivery = self._context.moment, self._context.ports.delivery
        if not delivery.reply_domain:
            return ""
        return reply_address(
            moment.tenant,
            letter.profile,
            moment.workflow,
            moment.node,
            letter.request.visit,
            delivery.reply_domain,
            delivery.link_keys,
        )
