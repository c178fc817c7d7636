"""What the send gate itself costs a message: capacity units of messaging records and suppressed addresses.

Counted by the billing fakes over the items that DynamoDB stores. The step that carries the contacts (their tokens,
profiles and traces) costs what it costs whether they get a message or not, and is not in these figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Token, TokenState
from stepwell.contracts.workspace import SendingRules, Workspace
from stepwell.runtime.effects import Delivery, StepContext
from stepwell.runtime.executors import executor_of
from stepwell.workflows.model import RetryPolicy
from stepwell.workflows.nodes.base import Member, Moment, SendEmail, SendMessage, SendPush, SendSms

from bench.results import Result
from tests.fakes.channels import MemoryPushes, MemorySubscriptions, MemoryTexts
from tests.fakes.world import World
from tests.unit.runtime.kitchen import TEMPLATE, person

TENANT = "acme"
CONTACTS, MESSAGES = 250, 20
RULES = SendingRules(
    caps=({"channel": "all", "limit": 16, "per": "day"},),
    quiet_hours={"all": {"start": "22:00", "end": "07:00"}},
    control_group=(9_999, 9_999),
)
_READS, _WRITES = ("records", "suppressed"), ("claim", "keep_places", "settle", "release")


class _Counted:
    """The messaging store, with the units that its calls used."""

    def __init__(self, world: World) -> None:
        self.wru = self.rru = 0.0
        self._world = world
        for name in (*_READS, *_WRITES):
            setattr(self, name, self._counting(getattr(world.messaging, name)))

    def _counting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            bill = self._world.bill
            before = bill.wru, bill.rru
            answer = call(*given, **named)
            self.wru += bill.wru - before[0]
            self.rru += bill.rru - before[1]
            return answer

        return counted


def gate() -> list[Result]:
    """Send twenty messages to each of 250 contacts on each channel in turn, a day apart, and count."""
    world = World()
    world.templates.documents[TENANT, "hello"] = TEMPLATE
    counted = _Counted(world)
    messaging: Any = counted
    texts, pushes, book = MemoryTexts(world), MemoryPushes(world), MemorySubscriptions()
    members = [_member(world, book, number) for number in range(CONTACTS)]
    ports = replace(
        world.ports(delivery=Delivery("https://mail.example", "main", {"k1": b"key"}, at_once=1)),
        messaging=messaging,
        texts=texts,
        pushes=pushes,
        subscriptions=book,
    )
    effects: tuple[SendMessage, ...] = (
        SendEmail("hello", "marketing", tag="news", topic="news"),
        SendSms(text="Hi {{ first_name }}", purpose="marketing", tag="news"),
        SendPush(title="Hi", purpose="marketing", tag="sale"),
    )
    workspace = Workspace(
        TENANT,
        name="Shop",
        sender="Shop <shop@example.com>",
        postal_address="1 High Street",
        sending=RULES,
    )
    sent = 0
    for number in range(MESSAGES):
        world.clock.advance(timedelta(days=1))
        effect = effects[number % len(effects)]
        context = _context(world, workspace, ports, number)
        held = [_moved(world, member, number) for member in members]
        result = executor_of(type(effect))(context, [(member, effect) for member in held])
        sent += sum(outcome == ("sent", "") for outcome in result.outcomes.values())
    if sent != CONTACTS * MESSAGES:
        raise RuntimeError(f"{sent} messages went out, not {CONTACTS * MESSAGES}")
    note = (
        f"{sent:,} messages, e-mail, text and notification in turn, {MESSAGES} a contact, consents of three "
        "channels and a topic; caps, quiet hours, control group; records and suppressions, without the step"
    )
    return [
        Result("gate_wru_per_message", counted.wru / sent, "WRU", note=note, bar=1),
        Result("gate_rru_per_message", counted.rru / sent, "RRU", note=note, bar=1),
    ]


def _member(world: World, book: MemorySubscriptions, number: int) -> Member:
    id_ = person(number)
    traits = {
        "email": f"p{number}@example.com",
        "phone": f"+49151{number:08d}",
        "time_zone": "Europe/Berlin",
        "first_name": "Ann",
    }
    agreed = {f"{channel}:marketing": "granted" for channel in ("email", "sms", "push")}
    agreed |= {f"proof:{channel}": "keyword" for channel in ("email", "sms")}
    world.messaging.set_consent(TENANT, id_, {**agreed, "topic:sale": "denied"})
    book.add(id_, f"browser-{number}")
    now = world.clock.now()
    token = Token(f"{id_}.0.1", TokenState.RUNNING, 1, "run-0", "send", 1, as_of=now, entered_at=now)
    return Member(token, Profile(id_, 1, traits))


def _moved(world: World, member: Member, number: int) -> Member:
    token = replace(member.token, id=f"{member.profile.id}.0.{number + 1}", run=f"run-{number}")
    world.tokens.create(TENANT, "welcome", [token])
    return replace(member, token=token)


def _context(world: World, workspace: Workspace, ports: Any, number: int) -> StepContext:
    moment = Moment(
        now=world.clock.now(),
        tenant=TENANT,
        workflow="welcome",
        version=1,
        node="send",
        workspace=workspace,
        settings={},
        purpose="marketing",
    )
    return StepContext(moment, None, RetryPolicy(), 0, f"run-{number}", f"call-{number}", ports)
