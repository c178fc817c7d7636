"""The contract between a step and the executors of its effects, and the ports that these need beside stores.

`stepwell.runtime.stepping` asks the node type for each contact's effect, groups effects by their class and
hands each group to the executor of that class. An executor carries out a batch, never raises for one bad
contact, and answers for every token it was given: in exactly one of `outcomes`, `later` and `parks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from stepwell.contracts.clock import Clock
from stepwell.contracts.ids import short_hash, visit_id
from stepwell.workflows.model import RetryPolicy
from stepwell.workflows.nodes.base import Effect, Member, Moment

if TYPE_CHECKING:
    from stepwell.catalog.ports import CatalogLookups
    from stepwell.channels.ports import ConfiguredSender, Sender, Subscriptions
    from stepwell.channels.sms.short_links import ShortLinks
    from stepwell.consent.proofs import ConsentProofs
    from stepwell.contracts.audiences import AudienceKeeper
    from stepwell.runtime.contents import PieceStore
    from stepwell.runtime.ports import (
        EventSink,
        Machines,
        Mailer,
        MessagingStore,
        ParkingStore,
        ProfileStore,
        RunStore,
        SendRate,
        TokenStore,
        VersionStore,
        WorkspaceStore,
    )
    from stepwell.social.campaigns import Campaign, Fate
    from stepwell.timing.prior import Prior


class TemplateStore(Protocol):
    """Message templates of a tenant (table `config`)."""

    def template(self, tenant: str, template: str) -> Mapping[str, Any]:
        """Return a template's document (see `stepwell.content.Template`); may be a minute old.

        Raises:
            NotFound: No such template.
        """
        ...


class Secrets(Protocol):
    """Secrets that a tenant named (``secret:NAME`` in a header, signing keys)."""

    def secret(self, tenant: str, name: str) -> str:
        """Return a secret's text.

        Raises:
            NotFound: No such secret.
        """
        ...


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One guarded call to somebody else's API.

    Attributes:
        method: HTTP method.
        url: Absolute URL.
        headers: Headers, secrets resolved.
        body: Raw body.
        timeout_s: Limit of the whole call.
        hosts: Hosts that may be called (``api.x.com``, ``.x.com`` for all below); empty: any public host.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout_s: float = 10.0
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer, cut at the client's size limit by an error, never silently.

    Attributes:
        status: Status code.
        headers: Headers, names in lower case.
        body: Raw body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpCaller(Protocol):
    """An HTTP client that reaches public hosts only; one attempt a call."""

    def call(self, request: HttpRequest) -> HttpResponse:
        """Send a request and return the answer, whatever its status.

        Raises:
            Forbidden: The URL or the address behind it may not be called.
            LimitExceeded: The answer is too big.
            Unavailable: No connection was made: certainly not acted upon.
            OutcomeUnknown: Sent, but no whole answer came in time.
        """
        ...


class QueryRunner(Protocol):
    """A read-only data source of `database_query` nodes."""

    def first_row(
        self, tenant: str, statement: str, parameters: Sequence[Any] | Mapping[str, Any], database: str
    ) -> Mapping[str, Any] | None:
        """Return the first row, or None when there is none.

        Raises:
            InvalidInput: Not a read-only query, or its parameters do not fit.
            Forbidden: The source may not be read.
            Unavailable: Try again later.
        """
        ...


class Topics(Protocol):
    """SNS topics that reach a team."""

    def publish(self, tenant: str, topic: str, subject: str, message: str) -> None:
        """Publish one message to a topic of the tenant's.

        Raises:
            ProviderRejected: Definitely not published, or the topic is not the tenant's.
            Unavailable: Try again later.
        """
        ...


class Priors(Protocol):
    """When a workspace's contacts are active (document `TIMING`)."""

    def prior(self, tenant: str, now: datetime) -> Prior:
        """Return what is known, have it estimated anew where that is a day old; never waits for an estimate."""
        ...


class SocialWork(Protocol):
    """What is due of social networks, handed to the function that opens their accounts."""

    def due(self, tenant: str, tokens: Sequence[str]) -> None:
        """Have posts (``post/<id>``), accounts and listening looked at; may be repeated."""


class CampaignPosts(Protocol):
    """Posts of workflows, once a campaign; see `stepwell.social.campaigns.Campaigns`."""

    def post(self, tenant: str, campaign: Campaign, claimant: str) -> Fate:
        """Have a campaign's post published, and tell how it stands; may be repeated.

        Raises:
            Unavailable: A store did not answer; call again.
        """
        ...


class Publications(Protocol):
    """Items of catalogs whose time of publication has come."""

    def due(self, tenant: str, items: Sequence[str]) -> None:
        """Have items (``<catalog>/<id>``) looked at; may be repeated."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """How this deployment sends mail.

    Attributes:
        public_url: Where `serve_unsubscribe` answers, without a trailing slash.
        configuration_set: SES configuration set, may be empty.
        link_keys: HMAC keys of links by key id; the last one signs, all of them verify (rotation).
        at_once: Sends and calls that run side by side; 1: in order, without threads.
        reply_domain: Domain at which answers are received; empty: they go to the workspace's own address.
    """

    public_url: str
    configuration_set: str = ""
    link_keys: Mapping[str, bytes] = field(default_factory=dict)
    at_once: int = 16
    reply_domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything that a step may reach; `bootstrap` fills it, tests fill it with fakes."""

    clock: Clock
    tokens: TokenStore
    parking: ParkingStore
    runs: RunStore
    profiles: ProfileStore
    messaging: MessagingStore
    versions: VersionStore
    workspaces: WorkspaceStore
    machines: Machines
    rate: SendRate
    mailer: Mailer
    events: EventSink
    templates: TemplateStore
    secrets: Secrets
    http: HttpCaller
    topics: Topics
    queries: Mapping[str, QueryRunner]
    delivery: Delivery
    texts: ConfiguredSender | None = None
    pushes: Sender | None = None
    short_links: ShortLinks | None = None
    subscriptions: Subscriptions | None = None
    items: CatalogLookups | None = None
    publications: Publications | None = None
    pieces: PieceStore | None = None
    social: SocialWork | None = None
    campaigns: CampaignPosts | None = None
    audiences: AudienceKeeper | None = None
    timing: Priors | None = None
    proofs: ConsentProofs | None = None


@dataclass(frozen=True, slots=True)
class StepContext:
    """The circumstances of one Task, the same for all its contacts.

    Attributes:
        moment: Time, ids, workspace and settings.
        config: The node's checked config (its type's model).
        retry: The node's retry policy (its own or the default).
        part: Which part of a deferred visit, from 0.
        run: Run id.
        invocation: Id of this invocation (the Lambda's request id).
        ports: What it may reach.
    """

    moment: Moment
    config: Any
    retry: RetryPolicy
    part: int
    run: str
    invocation: str
    ports: Ports

    @property
    def claimant(self) -> str:
        """Who claims a send: hashed run, dot, hashed invocation (short: 16 claims must fit a small item).

        The run tells a repeated Task (its sends are this visit's) from another journey through one visit.
        """
        return f"{short_hash(self.run, length=8)}.{short_hash(self.invocation, length=10)}"

    def visit(self, member: Member) -> str:
        """Return the id of a contact's visit at this node."""
        return self._visit(member.token.id)

    def visits(self, member: Member, profiles: Iterable[str]) -> set[str]:
        """Return the ids that this visit would have under other profiles, which are the same contact by now."""
        token = member.token.id
        return {self._visit(f"{profile}{token[len(profile) :]}") for profile in profiles}

    def _visit(self, token: str) -> str:
        moment = self.moment
        return visit_id(moment.tenant, moment.workflow, token, moment.node, dict(moment.loop))


@dataclass(frozen=True, slots=True)
class EffectResult:
    """What became of a batch.

    Attributes:
        outcomes: ``(outcome, reason)`` a token id; the reason is empty when there is nothing to explain.
        later: Token ids to hand in again as the next part.
        wait_s: Seconds to wait before that.
        parks: When a token that is held (quiet hours) shall come to this same node again.
    """

    outcomes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    later: Sequence[str] = ()
    wait_s: int = 0
    parks: Mapping[str, datetime] = field(default_factory=dict)


Work: TypeAlias = Sequence[tuple[Member, Effect]]
Executor: TypeAlias = Callable[[StepContext, Work], EffectResult]
