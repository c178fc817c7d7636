"""Notifications as `stepwell.runtime.sending` sends them: one claim a message, one hand-over a browser or app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stepwell.channels.ports import Sender, Subscriptions
from stepwell.channels.push.composing import compose
from stepwell.consent.reach import by_subscriptions
from stepwell.content.models import Template
from stepwell.contracts.messages import Push, Subscription
from stepwell.errors import AddressGone, NotReady, OutcomeUnknown, StepwellError, Unavailable
from stepwell.runtime.effects import StepContext
from stepwell.runtime.isolating import Faulty
from stepwell.runtime.letters import Letter, Post, renderer
from stepwell.workflows.nodes.base import SendPush

GONE = "expired"
# What no address has, and no trimming takes away.
_PART, _LINK = "\u241e", "\u241f"


class PushPost(Post[SendPush]):
    """Writes notifications; see `Post`."""

    channel = "push"
    by_address = False

    def __init__(self, context: StepContext) -> None:
        super().__init__(context)
        self._live: Mapping[str, tuple[Subscription, ...]] = {}
        self._dead: dict[str, list[Subscription]] = {}

    def address(self, letters: Sequence[Letter[SendPush]]) -> None:
        """Read the contacts' subscriptions; a message with a topic goes to those that asked for it."""
        contacts = {letter.profile: letter.member.profile.ids for letter in letters}
        self._live = {**self._live, **self._book.live(self.context.moment.tenant, contacts)}
        for letter in letters:
            letter.reach = by_subscriptions(len(self._to(letter)))

    def _to(self, letter: Letter[SendPush]) -> list[Subscription]:
        topic = letter.effect.topic
        found = self._live.get(letter.profile, ())
        return [one for one in found if not topic or not one.topics or topic in one.topics]

    def compose(self, letter: Letter[SendPush]) -> Sequence[Push] | str:
        """Render the texts and compose one notification a subscription."""
        effect = letter.effect
        words, links = self._sources(effect)
        if isinstance(words, str) or isinstance(links, str):
            return words if isinstance(words, str) else str(links)
        values = self.values(letter, self.link_token(letter))
        purpose = letter.request.purpose
        # A notification has no HTML: what it would cost or fail by is saved.
        words = self.contents.localized(words, letter.member)
        words = words.model_copy(
            update={"purpose": purpose.value, "preheader": ""} | ({"html": ""} if words.text else {})
        )
        links = links.model_copy(update={"language": words.language})
        said = renderer().render(words, values, snippets=self.contents.snippets(words))
        url, icon, image, *places = renderer().render(links, values).text.split(_PART)
        titles = [place.partition(_LINK) for place in places]
        return [
            compose(
                subscription=subscription,
                title=said.subject,
                body=said.text,
                url=url.strip(),
                icon=icon.strip(),
                image=image.strip(),
                actions=[
                    (name, title, to.strip())
                    for (name, _, _), (title, _, to) in zip(effect.actions, titles, strict=True)
                ],
                origin=self.origin(letter),
                purpose=purpose,
                link_keys=self.context.ports.delivery.link_keys,
                ttl_s=effect.ttl_s,
                urgency=effect.urgency,
                topic=effect.replaces,
                data=effect.data,
            )
            for subscription in self._to(letter)
        ]

    def _sources(self, effect: SendPush) -> tuple[Template | str, Template | str]:
        """Return the templates of title and text, and of addresses and buttons."""
        words = (
            self.template(effect.template)
            if effect.template
            else self.own_template(
                f"words:{effect.title}{_PART}{effect.body}", subject=effect.title, text=effect.body
            )
        )
        buttons = [f"{title}{_LINK}{to}" for _, title, to in effect.actions]
        text = _PART.join((effect.url, effect.icon, effect.image, *buttons))
        return words, self.own_template(f"links:{text}", subject="-", text=text)

    def hand_over(self, letter: Letter[SendPush]) -> None:
        """Send to each subscription; the message is sent when one of them took it.

        The best that is known of it counts: taken, perhaps taken, not reached, refused.
        """
        errors: list[StepwellError] = []
        for push in letter.message:
            try:
                self._sender.send(push)
            except AddressGone as error:
                self._dead.setdefault(letter.token, []).append(push.subscription)
                errors.append(error)
            except StepwellError as error:
                errors.append(error)
        if len(errors) < len(letter.message):
            return
        for kind in (OutcomeUnknown, Unavailable):
            found = next((error for error in errors if isinstance(error, kind)), None)
            if found is not None:
                raise found
        raise next((error for error in errors if not isinstance(error, AddressGone)), errors[0])

    def answered(self, letter: Letter[SendPush], error: StepwellError | Faulty | None) -> None:
        """Tell of dead subscriptions, then remove them: a crash in between tells of them again."""
        del error
        dead = self._dead.pop(letter.token, [])
        for one in dead:
            self.tell(letter, "push_unsubscribed", {"subscription": one.id, "reason": GONE})
        if dead:
            tenant = self.context.moment.tenant
            self._book.drop(tenant, letter.member.profile.ids, [one.id for one in dead])

    @property
    def _book(self) -> Subscriptions:
        if self.context.ports.subscriptions is None:
            raise NotReady("This function shows no notifications.", code="no_push_channel")
        return self.context.ports.subscriptions

    @property
    def _sender(self) -> Sender:
        if self.context.ports.pushes is None:
            raise NotReady("This function shows no notifications.", code="no_push_channel")
        return self.context.ports.pushes
