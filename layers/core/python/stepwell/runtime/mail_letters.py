"""E-mail as `stepwell.runtime.sending` sends it: template, one-click links, the address at which answers arrive."""

from __future__ import annotations

from collections.abc import Sequence

from stepwell.channels.email import compose
from stepwell.consent.reach import by_email
from stepwell.contracts.messages import Email
from stepwell.contracts.reply_addresses import reply_address
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
        return compose(
            to=letter.reach.address,
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
            origin=self.origin(letter),
            purpose=purpose,
            workspace=moment.workspace,
            unsubscribe_url=f"{delivery.public_url}/u/{token}",
            sender=letter.effect.sender,
            configuration_set=delivery.configuration_set,
            reply_to=self._reply_to(letter),
        )

    def hand_over(self, letter: Letter[SendEmail]) -> None:
        """Send by the workspace's provider."""
        self.context.ports.mailer.send(letter.message)

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
