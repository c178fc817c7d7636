"""A random life of three contacts at the send gate, over all channels, and what must be true of each message.

What is checked never asks the gate: the model keeps what people said, when, and computes from that what may reach
them. Writes by others are put right before and after the gate's own, which is where races are lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from stepwell.adapters.items.tokens import token_key
from stepwell.consent.control_group import bucket_of
from stepwell.contracts.consent_kinds import ProofKind, proof_of
from stepwell.contracts.ids import short_hash
from stepwell.contracts.merges import MergeReason
from stepwell.contracts.messages import Purpose
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Token, TokenState
from stepwell.contracts.workspace import SendingRules
from stepwell.errors import AddressGone, OutcomeUnknown, ProviderRejected, Unavailable
from stepwell.profiles.schema import Attribute
from stepwell.runtime.executors import executor_of
from stepwell.workflows.nodes.base import Member, SendEmail, SendPush, SendSms

from tests.fakes.channels import MemoryPushes, MemorySubscriptions, MemoryTexts
from tests.fakes.segments import MemorySegmentMembers
from tests.fakes.table import MemoryTable
from tests.fakes.world import Crash
from tests.unit.runtime.kitchen import TENANT, Kitchen

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = tuple(short_hash("person", str(n)) for n in range(3))
# The second has a mail address of its own and the first one's number; the third has both of its own.
EMAILS = dict(zip(PEOPLE, ("ann@example.com", "bob@example.com", "cid@example.com"), strict=True))
PHONES = dict(zip(PEOPLE, ("+4915110000001", "+4915110000001", "+4915110000003"), strict=True))
NUMBERS = (*PHONES.values(), "+4915110000004")
CHANNELS = ("email", "sms", "push")
TOPICS = ("", "news", "sale")
QUIET = {"start": "20:00", "end": "09:00", "closed_days": ["sun"]}

people = st.sampled_from(PEOPLE)
channels = st.sampled_from(CHANNELS)
purposes = st.sampled_from(list(Purpose))
limits = st.sampled_from(["1/day", "2/day", "1/week", "1/month", "none"])


@dataclass(frozen=True)
class Got:
    """A message that somebody got."""

    person: str
    at: datetime
    channel: str
    purpose: Purpose
    topic: str
    visit: str
    address: str
    counted: bool
    ignoring: bool


@dataclass
class Said:
    """What the model knows of a person.

    Attributes:
        consent: What was said last, by consent key.
        numbers: Numbers for which somebody agreed to texts, with a proof.
    """

    consent: dict[str, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)


def period(at: datetime, per: str) -> tuple[int, ...]:
    """The contact's own calendar."""
    day = at.astimezone(BERLIN).date()
    return {
        "day": (day.year, day.month, day.day),
        "week": tuple(day.isocalendar())[:2],
        "month": (day.year, day.month),
    }[per]


class Gate(RuleBasedStateMachine):
    """Random opt-ins, opt-outs, caps, hours, merges, sends, retries, lost answers and crashes.

    Attributes:
        seen: Messages that arrived in all lives so far, by channel and purpose.
    """

    seen: ClassVar[Counter[tuple[str, str]]] = Counter()

    @initialize(
        caps=st.lists(
            st.fixed_dictionaries(
                {
                    "channel": st.sampled_from(["all", *CHANNELS]),
                    "limit": st.integers(1, 3),
                    "per": st.sampled_from(["day", "week", "month"]),
                }
            ),
            max_size=2,
        ),
        quiet=st.booleans(),
        held_out=st.booleans(),
    )
    def begin(self, caps: list[dict[str, Any]], quiet: bool, held_out: bool) -> None:
        self.kitchen = Kitchen()
        self.world = self.kitchen.world
        self.world.clock.advance(datetime(2026, 3, 2, 11, tzinfo=UTC) - self.world.clock.now())
        self.texts, self.pushes = MemoryTexts(self.world), MemoryPushes(self.world)
        self.book = MemorySubscriptions()
        bucket = bucket_of(TENANT, PEOPLE[2])
        self.rules = SendingRules(
            caps=tuple(caps),
            quiet_hours={"all": QUIET} if quiet else {},
            control_group=(bucket, bucket) if held_out else None,
        )
        self.kitchen.workspace = replace(self.kitchen.workspace, sending=self.rules)
        for person in PEOPLE:
            traits = {"email": EMAILS[person], "phone": PHONES[person], "time_zone": "Europe/Berlin"}
            self.world.profiles.put(TENANT, [Profile(person, traits=traits)])
            self.book.add(person, f"browser-{person}")
        self.said = {person: Said() for person in PEOPLE}
        self.suppressed: dict[tuple[str, str], str] = {}
        self.into: dict[str, str] = {}
        self.got: list[Got] = []
        self.visits: list[tuple[str, str, Any]] = []
        self.runs = 0
        self.counted = [0, 0, 0]
        members = MemorySegmentMembers(
            self.world.profiles_table, MemoryTable("config", self.world, self.world.bill), self.world.clock
        )
        self.merging = self.world.merging(members)
        for person in (PEOPLE[0], PEOPLE[2]):
            self.agrees_to_texts(person, ProofKind.KEYWORD)
        # As consents stand that somebody told of without a proof.
        self._say(PEOPLE[1], "sms:marketing", "granted")

    # What people and time do.

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.world.clock.advance(timedelta(hours=hours))

    @rule(person=people, channel=st.sampled_from([*CHANNELS, "all"]), purpose=purposes, agrees=st.booleans())
    def answers(self, person: str, channel: str, purpose: Purpose, agrees: bool) -> None:
        self._say(person, f"{channel}:{purpose.value}", "granted" if agrees else "denied")

    @rule(person=people, topic=st.sampled_from(TOPICS[1:]), agrees=st.booleans())
    def chooses_a_topic(self, person: str, topic: str, agrees: bool) -> None:
        self._say(person, f"topic:{topic}", "granted" if agrees else "denied")

    @rule(person=people, channel=st.sampled_from([*CHANNELS, "all"]), limit=limits)
    def wants_less(self, person: str, channel: str, limit: str) -> None:
        self._say(person, f"limit:{channel}", limit)

    @rule(person=people, how=st.sampled_from(list(ProofKind)))
    def agrees_to_texts(self, person: str, how: ProofKind) -> None:
        number = self._address(person, "sms")
        self._say(person, "sms:marketing", "granted", proof_of("sms:marketing", how, number))
        self.said[self._owner(person)].numbers.add(number)

    @rule(person=people, number=st.sampled_from(NUMBERS))
    def changes_number(self, person: str, number: str) -> None:
        owner = self._owner(person)
        known = self.world.profiles.get(TENANT, [owner])[owner]
        self.world.profiles.put(TENANT, [known.evolve(traits={**known.traits, "phone": number})])

    def _say(self, person: str, key: str, value: str, proof: Mapping[str, str] | None = None) -> None:
        person = self._owner(person)
        self.world.messaging.set_consent(TENANT, person, {key: value, **(proof or {})})
        self.said[person].consent[key] = value

    @rule(person=people, channel=st.sampled_from(["email", "sms"]), for_good=st.booleans())
    def address_is_suppressed(self, person: str, channel: str, for_good: bool) -> None:
        self._suppress(channel, self._address(person, channel), "complaint" if for_good else "unsubscribed")

    def _suppress(self, channel: str, address: str, reason: str) -> None:
        self.world.messaging.suppress(TENANT, channel, address, reason, self.world.clock.now(), "test")
        self.suppressed[channel, address] = reason

    @rule(person=people, channel=st.sampled_from(["email", "sms"]))
    def address_is_free_again(self, person: str, channel: str) -> None:
        address = self._address(person, channel)
        self.world.messaging.unsuppress(TENANT, channel, address)
        self.suppressed.pop((channel, address), None)

    @rule(one=people, other=people)
    def merged(self, one: str, other: str) -> None:
        one, other = self._owner(one), self._owner(other)
        if one == other:
            return
        winner = self.merging.merge(
            TENANT, one, other, lambda name: Attribute(name=name), reason=MergeReason.MANUAL, by="test"
        ).id
        loser = other if winner == one else one
        first, second = self.said[winner].consent, self.said[loser].consent
        both = {**second, **first}
        for key in first.keys() | second.keys():
            told = {side[key] for side in (first, second) if key in side}
            if "denied" in told:
                both[key] = "denied"
            elif key.startswith("limit:"):
                both[key] = min(told, key=lambda limit: _per_year(limit))
        self.said[winner].consent = both
        self.said[winner].numbers |= self.said[loser].numbers
        self.into[loser] = winner

    def _owner(self, person: str) -> str:
        while person in self.into:
            person = self.into[person]
        return person

    def _address(self, person: str, channel: str) -> str:
        profile = self.world.profiles.get(TENANT, [self._owner(person)])[self._owner(person)]
        return profile.email if channel == "email" else str(profile.traits["phone"])

    # What the platform does.

    @rule(
        person=people,
        channel=channels,
        purpose=purposes,
        topic=st.sampled_from(TOPICS),
        again=st.booleans(),
        same_run=st.booleans(),
        ignoring=st.sampled_from([False, False, False, True]),
        count=st.sampled_from([True, True, False]),
        crash=st.none() | st.tuples(st.integers(1, 4), st.booleans()),
        meanwhile=st.none()
        | st.tuples(st.sampled_from(["deny", "suppress"]), st.sampled_from(["claim", "read"])),
        answer=st.sampled_from(["ok", "ok", "ok", "lost", "down", "refused", "gone"]),
    )
    def sends(
        self,
        person: str,
        channel: str,
        purpose: Purpose,
        topic: str,
        again: bool,
        same_run: bool,
        ignoring: bool,
        count: bool,
        crash: tuple[int, bool] | None,
        meanwhile: tuple[str, str] | None,
        answer: str,
    ) -> None:
        token, run, effect = self._work(person, channel, purpose, topic, again, same_run, ignoring, count)
        asked = token[:16]
        profile = self.world.profiles.get(TENANT, [asked])[asked]
        now = self.world.clock.now()
        held = Token(token, TokenState.RUNNING, 1, run, "email_1", 2, as_of=now, entered_at=now)
        # A later journey through the same visit holds the token now.
        self.world.engine.delete(token_key(TENANT, "welcome", token), "test")
        self.world.tokens.create(TENANT, "welcome", [held])
        member = Member(held, profile)
        if meanwhile is not None:
            self._meanwhile(meanwhile, profile, effect, purpose)
        self._answers(answer, profile)
        if crash is not None:
            self.world.crash_at(crash[0], after=crash[1])
        self.runs += 1
        context = replace(
            self.kitchen.context(f"call-{self.runs}", run=run),
            ports=replace(self.kitchen.ports, texts=self.texts, pushes=self.pushes, subscriptions=self.book),
        )
        try:
            executor_of(type(effect))(context, [(member, effect)])
        except (Crash, Unavailable):
            pass
        finally:
            self.world.calm()
            self._answers("ok", profile)
        self._look(profile, channel, purpose, topic, effect)

    def _work(
        self,
        person: str,
        channel: str,
        purpose: Purpose,
        topic: str,
        again: bool,
        same_run: bool,
        ignoring: bool,
        count: bool,
    ) -> tuple[str, str, Any]:
        known = [visit for visit in self.visits if type(visit[2]) is _KINDS[channel]]
        if again and known:
            token, run, effect = known[-1]
            return token, run if same_run else f"run-{self.runs}x", effect
        token = f"{person}.0.{len(self.visits) + 1}"
        shared = {
            "purpose": purpose.value,
            "topic": topic,
            "ignore_cap": ignoring,
            "count": count,
        }
        effect = {
            "email": lambda: SendEmail(template="hello", **shared),
            "sms": lambda: SendSms(text="Hi", **shared),
            "push": lambda: SendPush(title="Hi", **shared),
        }[channel]()
        self.visits.append((token, f"run-{self.runs}", effect))
        return self.visits[-1]

    def _meanwhile(self, what: tuple[str, str], profile: Profile, effect: Any, purpose: Purpose) -> None:
        """Plan an opt-out that is committed right before the gate's claim, or before it reads."""
        channel = next(name for name, kind in _KINDS.items() if type(effect) is kind)

        def deny() -> None:
            self._say(profile.id, f"{channel}:{effect.purpose}", "denied")

        def suppress() -> None:
            if channel != "push":
                self._suppress(channel, self._address(profile.id, channel), "complaint")
            else:
                deny()

        # Only what identifies the contact is seen by a claim that is under way: as `suppress` promises.
        action = deny if what[0] == "deny" or what[1] == "claim" else suppress
        if what[1] == "claim":
            self.world.on_write("messaging.claim", action)
        else:
            self.world.on_read("messaging.records", action)

    def _answers(self, answer: str, profile: Profile) -> None:
        error = {
            "lost": OutcomeUnknown("lost"),
            "down": Unavailable("down"),
            "refused": ProviderRejected("no"),
            "gone": AddressGone("gone"),
        }.get(answer)
        number, browsers = str(profile.traits["phone"]), [f"browser-{one}" for one in PEOPLE]
        mailer = self.world.mailer
        mailer.lose_answer, mailer.reject, mailer.throttle = set(), set(), 0
        self.texts.errors.clear()
        self.texts.taken.clear()
        self.pushes.errors.clear()
        if error is None:
            return
        if answer == "lost":
            mailer.lose_answer.add(profile.email)
            self.texts.taken.add(number)
        elif answer == "down":
            mailer.throttle = 1
        else:
            mailer.reject.add(profile.email)
        self.texts.errors[number] = error
        # Browsers are not lost for good here: the next message shall find them.
        if answer != "gone":
            self.pushes.errors.update(dict.fromkeys(browsers, error))

    # What must be true.

    def _look(self, profile: Profile, channel: str, purpose: Purpose, topic: str, effect: Any) -> None:
        new = self._new()
        for kind, address, visit in new:
            owner = self._owner(profile.id)
            got = Got(
                owner,
                self.world.clock.now(),
                kind,
                Purpose(effect.purpose),
                effect.topic,
                visit,
                address,
                effect.count,
                effect.ignore_cap,
            )
            self._allowed(got)
            self.got.append(got)
            Gate.seen[kind, got.purpose.value] += 1
        reasons = {
            ("sms", number) for number, error in self.texts.errors.items() if isinstance(error, AddressGone)
        }
        assert not reasons
        for kind in ("email", "sms"):
            address = self._address(profile.id, kind)
            stored = self.world.messaging.suppressed(TENANT, kind, [address])
            if address in stored:  # a dead number suppresses itself
                self.suppressed.setdefault((kind, address), stored[address])
        once = Counter((got.visit, got.address) for got in self.got)
        assert not once or max(once.values()) == 1, f"twice: {once.most_common(1)}"

    def _new(self) -> list[tuple[str, str, str]]:
        taken = (self.world.mailer.accepted, self.texts.accepted, self.pushes.accepted)
        found = []
        for index, (kind, messages) in enumerate(zip(CHANNELS, taken, strict=True)):
            for message in messages[self.counted[index] :]:
                where = message.subscription.id if kind == "push" else message.to
                found.append((kind, where, message.tags["visit"]))
            self.counted[index] = len(messages)
        return found

    def _allowed(self, got: Got) -> None:
        said = self.said[got.person].consent
        answer = said.get(f"{got.channel}:{got.purpose.value}")
        assert answer != "denied", f"after an opt-out: {got}"
        assert said.get(f"all:{got.purpose.value}") != "denied", f"after an opt-out of all: {got}"
        reason = self.suppressed.get((got.channel, got.address), "")
        assert reason in ("", "unsubscribed"), f"suppressed address: {got}"
        if got.purpose is Purpose.TRANSACTIONAL:
            return
        assert reason == "", f"unsubscribed address: {got}"
        assert got.channel != "sms" or answer == "granted", f"a text without consent: {got}"
        proved = got.address in self.said[got.person].numbers
        assert got.channel != "sms" or proved, f"a text to a number that nobody agreed for: {got}"
        assert not got.topic or said.get(f"topic:{got.topic}") != "denied", f"declined topic: {got}"
        group = self.rules.control_group
        assert group is None or not group[0] <= bucket_of(TENANT, got.person) <= group[1], f"held out: {got}"
        self._in_time(got)
        self._within_caps(got, said)

    def _in_time(self, got: Got) -> None:
        local = got.at.astimezone(BERLIN)
        if self.rules.quiet_hours:
            assert time(9) <= local.time() < time(20) and local.weekday() != 6, f"quiet: {got}"
        assert got.channel != "sms" or time(8) <= local.time() < time(21), f"night: {got}"

    def _within_caps(self, got: Got, said: dict[str, str]) -> None:
        caps = [] if got.ignoring else [(c["channel"], c["limit"], c["per"]) for c in self.rules.caps]
        for name in (got.channel, "all"):
            limit = said.get(f"limit:{name}", "none")
            if limit != "none":
                number, _, per = limit.partition("/")
                caps.append((name, int(number), per))
        mine = {one for one in PEOPLE if self._owner(one) == got.person}
        for channel, limit, per in caps:
            before = {
                one.visit
                for one in self.got
                if one.counted
                and one.person in mine
                and channel in ("all", one.channel)
                and period(one.at, per) == period(got.at, per)
                and one.visit != got.visit
            }
            if channel in ("all", got.channel):
                assert len(before) < min(limit, 16), f"capped at {limit} a {per}: {got}"


def _per_year(limit: str) -> float:
    if limit == "none":
        return 1e9
    number, _, per = limit.partition("/")
    return int(number) * {"day": 365, "week": 52, "month": 12}[per]


_KINDS = {"email": SendEmail, "sms": SendSms, "push": SendPush}


def live(seed: int, steps: int = 60) -> None:
    """Live one life by chance alone, denser in messages than what hypothesis draws."""
    chance = Random(seed)
    pick = chance.choice
    life = Gate()
    caps = [
        {
            "channel": pick(["all", *CHANNELS]),
            "limit": chance.randint(1, 3),
            "per": pick(["day", "week", "month"]),
        }
        for _ in range(pick([0, 0, 1, 2]))
    ]
    life.begin(caps=caps, quiet=chance.random() < 0.5, held_out=chance.random() < 0.5)
    for _ in range(steps):
        person, channel, purpose = pick(PEOPLE), pick(CHANNELS), pick(list(Purpose))
        match chance.randrange(20):
            case 0 | 1 | 2:
                life.time_passes(hours=chance.randint(1, 20))
            case 3 | 4:
                life.answers(person, pick([*CHANNELS, "all"]), purpose, chance.random() < 0.7)
            case 5:
                life.chooses_a_topic(person, pick(TOPICS[1:]), chance.random() < 0.5)
            case 6:
                life.wants_less(person, pick([*CHANNELS, "all"]), pick(["1/day", "2/day", "1/week", "none"]))
            case 7:
                if chance.random() < 0.5:
                    life.address_is_suppressed(person, pick(["email", "sms"]), chance.random() < 0.5)
                else:
                    life.address_is_free_again(person, pick(["email", "sms"]))
            case 8 if chance.random() < 0.3:
                life.agrees_to_texts(person, pick(list(ProofKind)))
            case 8 if chance.random() < 0.2:
                life.changes_number(person, pick(NUMBERS))
            case 8:
                if chance.random() < 0.6:
                    life.merged(person, pick(PEOPLE))
            case _:
                life.sends(
                    person,
                    channel,
                    purpose if chance.random() < 0.3 else Purpose.MARKETING,
                    pick(TOPICS),
                    chance.random() < 0.25,
                    chance.random() < 0.5,
                    chance.random() < 0.1,
                    chance.random() < 0.9,
                    (chance.randint(1, 4), chance.random() < 0.5) if chance.random() < 0.1 else None,
                    (pick(["deny", "suppress"]), pick(["claim", "read"])) if chance.random() < 0.08 else None,
                    pick(["ok"] * 8 + ["lost", "down", "refused", "gone"]),
                )
