"""Text messages as `stepwell.runtime.sending` sends them: a template's text or the node's own, sender and footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from stepwell.channels.sms.composing import compose
from stepwell.channels.sms.numbers import country_of
from stepwell.channels.sms.refusals import OPTED_OUT, STOPPED
from stepwell.channels.sms.short_links import Shortener
from stepwell.consent.reach import by_phone
from stepwell.contracts.confirmations import OPT_IN
from stepwell.contracts.messages import Sms
from stepwell.errors import NotReady, ProviderRejected, StepwellError
from stepwell.runtime.isolating import Faulty
from stepwell.runtime.letters import Letter, Post, renderer
from stepwell.workflows.nodes.base import SendSms

if TYPE_CHECKING:
    from stepwell.channels.ports import ConfiguredSender
    from stepwell.channels.sms.settings import SmsSettings


class TextPost(Post[SendSms]):
    """Writes text messages; see `Post`."""

    channel = "sms"

    def address(self, letters: Sequence[Letter[SendSms]]) -> None:
        """Take the number from the profile; its country tells the hours where the contact does not."""
        for letter in letters:
            reach = by_phone(letter.member.profile)
            letter.reach = replace(reach, country=country_of(reach.address)) if reach.address else reach

    def compose(self, letter: Letter[SendSms]) -> Sms | str:
        """Render the text and compose the message."""
        effect = letter.effect
        found = (
            self.template(effect.template)
            if effect.template
            else self.own_template(f"text:{effect.text}", subject="-", text=effect.text)
        )
        if isinstance(found, str):
            return found
        found = self.contents.localized(found, letter.member)
        moment, token = self.context.moment, self.link_token(letter)
        # Neither subject nor HTML goes out: what they would cost or fail by is saved.
        source = found.model_copy(
            update={"purpose": letter.request.purpose.value, "subject": "-", "preheader": ""}
            | ({"html": ""} if found.text else {})
        )
        rendered = renderer().render(
            source, self.values(letter, token), snippets=self.contents.snippets(source)
        )
        letter.asks = effect.tag == OPT_IN or letter.confirmation in rendered.text
        settings = cast("SmsSettings", self._sender.settings(moment.tenant))
        shortener = self._shortener(letter, settings)
        composed = compose(
            to=letter.reach.address,
            text=rendered.text,
            origin=self.origin(letter),
            purpose=letter.request.purpose,
            settings=settings,
            name=moment.workspace.name,
            sender=effect.sender,
            language=found.language.partition("-")[0],
            opt_out_url=f"{self.context.ports.delivery.public_url}/u/{token}",
            max_price=effect.max_price,
            shortener=shortener,
        )
        links = self.context.ports.short_links
        if shortener is not None and shortener.links and links is not None:
            links.put(moment.tenant, shortener.links)
        return composed.sms

    def _shortener(self, letter: Letter[SendSms], settings: SmsSettings) -> Shortener | None:
        moment, ports = self.context.moment, self.context.ports
        if ports.short_links is None or not settings.short_links:
            return None
        base = f"https://{settings.short_domain}" if settings.short_domain else ports.delivery.public_url
        keys = tuple(ports.delivery.link_keys.values())
        secret = keys[-1] if keys else b""
        return Shortener(moment.tenant, base, moment.now, self.origin(letter).tags(), secret)

    def hand_over(self, letter: Letter[SendSms]) -> None:
        """Send by the workspace's provider."""
        self._sender.send(letter.message)

    def answered(self, letter: Letter[SendSms], error: StepwellError | Faulty | None) -> None:
        """Take note of a number that stopped at the provider, where the platform did not hear of it."""
        if isinstance(error, ProviderRejected) and error.code == OPTED_OUT:
            ports, moment = self.context.ports, self.context.moment
            source = f"provider:{moment.workflow}"
            ports.messaging.suppress(moment.tenant, "sms", letter.reach.address, STOPPED, moment.now, source)
            told = {"channel": "sms", "purpose": letter.request.purpose.value, "method": "provider"}
            self.tell(letter, "sms_unsubscribed", told)
        super().answered(letter, error)

    @property
    def _sender(self) -> ConfiguredSender:
        if self.context.ports.texts is None:
            raise NotReady("This function sends no texts.", code="no_sms_channel")
        return self.context.ports.texts
