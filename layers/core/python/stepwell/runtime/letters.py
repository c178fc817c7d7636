"""One contact's message on its way, and what writes messages of every channel: templates, links, items."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from stepwell.channels.email import Origin
from stepwell.consent.decide import Request
from stepwell.consent.reach import Reach
from stepwell.content.faults import TemplateFault
from stepwell.content.library import parse_template
from stepwell.content.lookups import Lookup
from stepwell.content.models import Template
from stepwell.content.personalization import personalization
from stepwell.content.render import Renderer
from stepwell.contracts.clock import iso
from stepwell.contracts.fields import fields
from stepwell.contracts.ids import short_hash
from stepwell.contracts.links import Confirmation, OptOut, address_hash, sign_confirmation, sign_opt_out
from stepwell.contracts.messages import Claim, Purpose, SkipReason
from stepwell.contracts.tokens import Token, TokenState
from stepwell.errors import AddressGone, NotFound, NotReady, StepwellError, ValidationFailed
from stepwell.runtime.contents import Contents
from stepwell.runtime.effects import StepContext
from stepwell.runtime.isolating import Faulty
from stepwell.runtime.shown_items import ShownItems
from stepwell.workflows.nodes.base import Member, SendMessage

E = TypeVar("E", bound=SendMessage)


@dataclass(slots=True)
class Letter(Generic[E]):
    """One contact's message on its way.

    Attributes:
        member: The contact.
        effect: What to send.
        request: The question to the send decision.
        reach: Where it would go.
        message: What the provider gets, once written.
        claimed: Whether its claim is in place.
        confirmation: The token of its link that confirms an opt-in, whether the message has it or not.
        asks: Whether it asks to confirm an opt-in.
    """

    member: Member
    effect: E
    request: Request
    reach: Reach = field(default_factory=lambda: Reach("", SkipReason.NO_ADDRESS))
    message: Any = None
    claimed: bool = False
    confirmation: str = ""
    asks: bool = False

    @property
    def token(self) -> str:
        """Token id."""
        return self.member.token.id

    @property
    def profile(self) -> str:
        """The profile as it is by now: after a merge not the one that the token names."""
        return self.member.profile.id

    def claim(self, now: datetime) -> Claim:
        """Return the claim of this send."""
        return Claim(
            visit=self.request.visit,
            claimant=self.request.claimant,
            at=now,
            channel=self.request.channel,
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


def of_different_contacts(
    queue: Sequence[Letter[Any]], most: int
) -> tuple[list[Letter[Any]], list[Letter[Any]]]:
    """Take up to ``most`` messages: two claims of one contact cannot both hold his revision."""
    chunk: list[Letter[Any]] = []
    rest: list[Letter[Any]] = []
    seen: set[str] = set()
    for letter in queue:
        if len(chunk) < most and letter.profile not in seen:
            seen.add(letter.profile)
            chunk.append(letter)
        else:
            rest.append(letter)
    return chunk, rest


@cache
def renderer() -> Renderer:
    """Return the process's renderer, which keeps what it compiled."""
    return Renderer()


class Post(ABC, Generic[E]):
    """Everything about sending that differs from channel to channel; reads templates and items of catalogs once.

    Attributes:
        channel: Its channel.
        leased: Whether the provider's rate is a lease of the account (engine rule 11).
        by_address: Whether addresses of the channel may be suppressed.
        shown: Items that the messages show.

    Args:
        context: The step.
    """

    channel: ClassVar[str]
    leased: ClassVar[bool] = False
    by_address: ClassVar[bool] = True

    def __init__(self, context: StepContext) -> None:
        self.context = context
        self._templates: dict[str, Template | str] = {}
        self.shown = ShownItems(context.ports.items, context.moment.tenant)
        self._lookup = Lookup(self.shown.find)
        self.contents = Contents(context, renderer())

    @abstractmethod
    def address(self, letters: Sequence[Letter[E]]) -> None:
        """Find out where messages would go (`Letter.reach`); may be repeated for some of them.

        Raises:
            Unavailable: A store did not answer.
        """

    @abstractmethod
    def compose(self, letter: Letter[E]) -> Any:
        """Return what the provider gets, or a text: why there is none.

        Raises:
            TemplateFault: It cannot be rendered.
            NotReady: Something is not set up; its code becomes the reason.
        """

    @abstractmethod
    def hand_over(self, letter: Letter[E]) -> None:
        """Hand a claimed message over; one attempt. Runs beside others, in a thread.

        Raises:
            StepwellError: See `stepwell.channels.ports.Sender`.
        """

    def hand_over_all(self, letters: Sequence[Letter[E]]) -> Sequence[StepwellError | None] | None:  # noqa: ARG002
        """Hand claimed messages over in one call; return what is known of each, None: go one by one."""
        return None

    def write(self, letter: Letter[E]) -> str:
        """Put the composed message into the letter; return why it cannot be written, or an empty text."""
        try:
            composed = self.compose(letter)
        except TemplateFault:
            return SkipReason.RENDER_ERROR.value
        except NotReady as error:
            return error.code
        if isinstance(composed, str):
            return composed
        letter.message = composed
        return ""

    def answered(self, letter: Letter[E], error: StepwellError | Faulty | None) -> None:
        """Take note of an address that is dead: suppressed, and told as an event."""
        if not isinstance(error, AddressGone) or not self.by_address:
            return
        ports, moment = self.context.ports, self.context.moment
        address = letter.reach.address
        ports.messaging.suppress(
            moment.tenant, self.channel, address, "invalid", moment.now, f"provider:{moment.workflow}"
        )
        self.tell(letter, f"{self.channel}_failed", {"reason": error.code})

    def template(self, name: str) -> Template | str:
        """Return a template, or the reason why there is none; read once a batch."""
        if name not in self._templates:
            try:
                document = self.context.ports.templates.template(self.context.moment.tenant, name)
                self._templates[name] = parse_template(document)
            except NotFound:
                self._templates[name] = "unknown_template"
            except ValidationFailed:
                self._templates[name] = SkipReason.RENDER_ERROR.value
        return self._templates[name]

    def own_template(self, key: str, **parts: Any) -> Template | str:
        """Return a template that a node carries itself; made once a batch."""
        if key not in self._templates:
            try:
                self._templates[key] = Template.model_validate({"id": "node", "layout": "", **parts})
            except ValueError:
                self._templates[key] = SkipReason.RENDER_ERROR.value
        return self._templates[key]

    def link_token(self, letter: Letter[E]) -> str:
        """Return the signed token of the contact's links: it opts out of the channel's marketing."""
        moment = self.context.moment
        opt_out = OptOut(
            moment.tenant,
            letter.profile,
            moment.workflow,
            self.channel,
            Purpose.MARKETING,
            address_hash(moment.tenant, letter.reach.address),
            moment.node,
            moment.version,
        )
        return sign_opt_out(opt_out, self.context.ports.delivery.link_keys)

    def values(self, letter: Letter[E], token: str) -> dict[str, Any]:
        """Return what a template can read."""
        moment, base = self.context.moment, self.context.ports.delivery.public_url
        letter.confirmation = self._confirmation(letter)
        told = personalization(
            traits=fields(letter.member.profile, moment.now),
            workspace=moment.workspace,
            profile_id=letter.profile,
            event=letter.member.token.context,
            variables=letter.effect.variables,
            unsubscribe_url=f"{base}/u/{token}",
            preferences_url=f"{base}/preferences/{token}",
            confirm_url=f"{base}/confirm/{letter.confirmation}",
            catalog=self._lookup,
        )
        told.update(self.contents.functions(letter.member, told))
        return told

    def _confirmation(self, letter: Letter[E]) -> str:
        moment = self.context.moment
        said = Confirmation(
            moment.tenant,
            letter.profile,
            self.channel,
            address_hash(moment.tenant, letter.reach.address),
            int(moment.now.timestamp()) // 60,
        )
        return sign_confirmation(said, self.context.ports.delivery.link_keys)

    def origin(self, letter: Letter[E]) -> Origin:
        """Return where a message comes from."""
        moment = self.context.moment
        return Origin(
            moment.tenant,
            moment.workflow,
            moment.version,
            moment.node,
            letter.token,
            letter.request.visit,
            letter.profile,
            letter.effect.tag,
        )

    def tell(self, letter: Letter[E], name: str, properties: Mapping[str, Any]) -> None:
        """Put an event of a message on the stream; a repetition is the same event."""
        moment, now = self.context.moment, iso(self.context.moment.now)
        told = self.origin(letter).tags() | {"version": moment.version}
        mark = "-".join((letter.request.visit, name, str(properties.get("subscription") or "")))
        self.context.ports.events.emit(
            moment.tenant,
            [
                {
                    "v": 1,
                    "message_id": f"gate-{short_hash(mark, length=24)}",
                    "kind": "engagement",
                    "name": name,
                    "profile": letter.profile,
                    "properties": {**told, **properties},
                    "occurred_at": now,
                    "received_at": now,
                    "source": "stepwell",
                }
            ],
        )
