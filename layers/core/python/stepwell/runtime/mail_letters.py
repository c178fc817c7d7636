"""E-mail as `stepwell.runtime.sending` sends it: template, one-click links, the address at which answers arrive."""

from __future__ import annotations

from collections.abc import Sequence

from stepwell.channels.email import Origin, compose
from stepwell.channels.links import Links
from stepwell.consent.reach import by_email
from stepwell.content.models import Template
from stepwell.contracts.messages import Email
from stepwell.contracts.reply_addresses import reply_address
from stepwell.errors import StepwellError
from stepwell.runtime.letters import Letter, Post, renderer
from stepwell.workflows.nodes.base import SendEmail


class MailPost(Post[SendEmail]):
    """Writes e-mail; see `Post`."""

    channel = "email"
    leased = True

    def address(self, letters: Sequence[Letter[SendEmail]]) -> None:
        """Take the address from the profile."""
        for letter in letters:
            letter.reach = by_email(letter.member.profile)

    def compose(self, letter: Letter[SendEmail]) -> Email | str:
        """Render the template and compose the e-mail."""
        template = self.template(letter.effect.template)
        if isinstance(template, str):
            return template
        moment, delivery = self.context.moment, self.context.ports.delivery
        purpose, token = letter.request.purpose, self.link_token(letter)
        template = self.contents.localized(template, letter.member)
        rendered = renderer().render(
            # What the node sends it for decides about the footer, whatever the template was written for.
            template.model_copy(update={"purpose": purpose.value}),
            self.values(letter, token),
            subject=letter.effect.subject,
            snippets=self.contents.snippets(template),
        )
        letter.asks = letter.confirmation in rendered.html + rendered.text
        origin = self.origin(letter)
        linked = self._links(origin, template).applied(rendered.html, rendered.text)
        return compose(
            to=letter.reach.address,
            subject=rendered.subject,
            html=linked.html,
            text=linked.text,
            origin=origin,
            tags=linked.tags,
            purpose=purpose,
            workspace=moment.workspace,
            unsubscribe_url=f"{delivery.public_url}/u/{token}",
            sender=letter.effect.sender,
            configuration_set=delivery.configuration_set,
            reply_to=self._reply_to(letter),
        )

    def _links(self, origin: Origin, template: Template) -> Links:
        moment, delivery = self.context.moment, self.context.ports.delivery
        return Links(
            settings=self.contents.links,
            utm={str(name): value for name, value in template.utm.items()},
            pixel=template.pixel,
            template=template.id,
            tags=origin.tags(),
            at=int(moment.now.timestamp()),
            public_url=delivery.public_url,
            keys=delivery.link_keys,
        )

    def hand_over(self, letter: Letter[SendEmail]) -> None:
        """Send by the workspace's provider."""
        self.context.ports.mailer.send(letter.message)

    def hand_over_all(self, letters: Sequence[Letter[SendEmail]]) -> Sequence[StepwellError | None] | None:
        """Send in bulk where the mailer can; messages of one node are of one purpose nearly always."""
        many = getattr(self.context.ports.mailer, "send_many", None)
        if many is None or len({letter.request.purpose for letter in letters}) > 1:
            return None
        try:
            results = many([letter.message for letter in letters])
        except StepwellError as error:
            # It raises only before anything was handed over.
            return [error for _ in letters]
        return [result if isinstance(result, StepwellError) else None for result in results]

    def _reply_to(self, letter: Letter[SendEmail]) -> str:
        moment, delivery = self.context.moment, self.context.ports.delivery
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
