"""Which provider gets a message: the workspace's, by stream; the next one only where none before took it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from stepwell.adapters.channel_senders import ChannelSender, secret_name
from stepwell.channels import providers
from stepwell.channels.ports import ProviderParts
from stepwell.channels.providers import NoOptions, ProviderKind
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.messages import Purpose, Sms
from stepwell.errors import NotReady, OutcomeUnknown, ProviderRejected, StepwellError, Throttled, Unavailable

from tests.fakes.sources import PlainBox
from tests.unit.adapters.conftest import NOW

AT = "2026-05-01T00:00:00Z"


class Kept:
    """Documents by tenant."""

    def __init__(self) -> None:
        self.bodies: dict[str, Mapping[str, Any]] = {}

    def body(self, tenant: str, kind: str, id_: str) -> Mapping[str, Any] | None:
        assert (kind, id_) == ("CHAN", "sms")
        return self.bodies.get(tenant)


class Post:
    """A provider that tells what it was made of."""

    def __init__(self, parts: ProviderParts) -> None:
        MADE.append(parts)
        self.name = parts.provider

    def send(self, message: Sms) -> str:
        ASKED.append(self.name)
        if self.name in FAULTS:
            raise FAULTS[self.name]
        return f"{self.name}-1"


ASKED: list[str] = []
MADE: list[ProviderParts] = []
FAULTS: dict[str, StepwellError] = {}


@pytest.fixture
def sender(monkeypatch: pytest.MonkeyPatch) -> ChannelSender:
    ASKED.clear(), MADE.clear(), FAULTS.clear()
    kinds = (
        ProviderKind("sms", "post", "Post", f"{__name__}:Post"),
        ProviderKind("sms", "shy", "Shy", f"{__name__}:Post", secrets=(frozenset({"key"}),)),
    )
    monkeypatch.setattr(providers, "PROVIDERS", kinds)
    box = PlainBox()
    shared = {"clock": ManualClock(NOW), "http": None, "public_url": "https://x.example"}
    kept: Any = Kept()
    made = ChannelSender("sms", kept, lambda: box, shared)
    made.kept = kept  # type: ignore[attr-defined]
    return made


def settings(sender: ChannelSender, **told: Any) -> None:
    sender.kept.bodies["acme"] = told  # type: ignore[attr-defined]


def message(purpose: Purpose = Purpose.MARKETING, tenant: str = "acme") -> Sms:
    return Sms("+15551234567", "Hello", tags={"tenant": tenant}, purpose=purpose)


def two(**streams: Any) -> dict[str, Any]:
    return {"providers": [{"id": "a", "kind": "post"}, {"id": "b", "kind": "post"}], "streams": streams}


def test_without_settings_the_default_sends(sender: ChannelSender):
    assert sender.send(message()) == "post-1"
    assert isinstance(MADE[0].options, NoOptions)
    assert (MADE[0].tenant, MADE[0].public_url) == ("acme", "https://x.example")


def test_each_stream_has_its_providers(sender: ChannelSender):
    settings(sender, **two(transactional=["b", "a"]))
    assert (sender.send(message()), sender.send(message(Purpose.TRANSACTIONAL))) == ("a-1", "b-1")
    assert sender.send(message(tenant="other")) == "post-1"
    assert len(MADE) == 3, "an adapter is made once a workspace and provider"


@pytest.mark.parametrize("fault", [Unavailable("gone"), Throttled("slow", retry_after_s=3)])
def test_the_next_one_sends_where_the_first_surely_did_not(sender: ChannelSender, fault: StepwellError):
    settings(sender, **two())
    FAULTS["a"] = fault
    assert sender.send(message()) == "b-1"
    FAULTS["b"] = fault
    with pytest.raises(type(fault)):
        sender.send(message())


@pytest.mark.parametrize("fault", [OutcomeUnknown("lost"), ProviderRejected("no")])
def test_nobody_else_is_asked_when_it_may_be_out_or_was_refused(sender: ChannelSender, fault: StepwellError):
    settings(sender, **two())
    FAULTS["a"] = fault
    with pytest.raises(type(fault)):
        sender.send(message())
    assert ASKED == ["a"]


def test_disabled_ones_send_nothing(sender: ChannelSender):
    told = two()
    told["providers"][0]["enabled"] = False
    settings(sender, **told)
    assert sender.send(message()) == "b-1"
    told = two()
    for one in told["providers"]:
        one["enabled"] = False
    settings(sender, **told)
    with pytest.raises(NotReady):
        sender.send(message())


def test_secrets_open_for_their_own_provider_only(sender: ChannelSender):
    sealed = PlainBox().seal("acme", secret_name("sms", "a"), json.dumps({"key": "k"}))
    secrets = {"sealed": sealed, "at": AT}
    settings(sender, providers=[{"id": "a", "kind": "shy", "secrets": secrets}])
    assert sender.send(message()) == "a-1"
    assert MADE[-1].secrets == {"key": "k"}
    settings(sender, providers=[{"id": "b", "kind": "shy", "secrets": secrets}])
    with pytest.raises(StepwellError, match="foreign"):
        sender.send(message())
    settings(sender, providers=[{"id": "b", "kind": "shy"}])
    with pytest.raises(NotReady):
        sender.send(message())


def test_changed_settings_make_it_anew(sender: ChannelSender):
    settings(sender, providers=[{"id": "a", "kind": "post"}])
    sender.send(message())
    sender.send(message())
    assert len(MADE) == 1
    settings(sender, providers=[{"id": "a", "kind": "post", "enabled": True, "options": {}}])
    sender.send(message())
    assert len(MADE) == 1, "the same settings in other words"


class Shut:
    """Circuits that a test opens; see `stepwell.adapters.circuits`."""

    def __init__(self) -> None:
        self.until: dict[str, int] = {}
        self.noted: list[tuple[str, str]] = []

    def open_until(self, tenant: str, provider: str) -> int:
        return self.until.get(provider, 0)

    def failed(self, tenant: str, provider: str, *, at_once: bool = False) -> None:
        self.noted.append((provider, "shut" if at_once else "failed"))

    def worked(self, tenant: str, provider: str) -> None:
        self.noted.append((provider, "worked"))


def test_a_refused_account_lets_the_next_one_send(sender: ChannelSender):
    settings(sender, **two())
    FAULTS["a"] = ProviderRejected("shut", code="account_refused")
    assert sender.send(message()) == "b-1"
    FAULTS["b"] = FAULTS["a"]
    with pytest.raises(ProviderRejected):
        sender.send(message())


def test_who_may_take_it_later_is_not_outvoted(sender: ChannelSender):
    settings(sender, **two())
    FAULTS["a"] = Throttled("slow", retry_after_s=3)
    FAULTS["b"] = ProviderRejected("shut", code="account_refused")
    with pytest.raises(Throttled):
        sender.send(message())


def test_many_are_sent_each_at_most_once(sender: ChannelSender):
    settings(sender, **two())
    assert sender.send_many([]) == []
    assert sender.send_many([message(), message()]) == ["a-1", "a-1"]
    FAULTS["a"] = OutcomeUnknown("lost")
    ASKED.clear()
    assert [type(one) for one in sender.send_many([message(), message()])] == [OutcomeUnknown] * 2
    assert ASKED == ["a", "a"]
    FAULTS["a"] = Unavailable("gone")
    assert sender.send_many([message(), message()]) == ["b-1", "b-1"]


def test_who_failed_again_and_again_is_asked_last(sender: ChannelSender):
    circuits = Shut()
    sender._circuits = circuits
    settings(sender, **two())
    FAULTS["a"] = Unavailable("gone")
    sender.send(message())
    assert circuits.noted == [("sms.a", "failed"), ("sms.b", "worked")]
    circuits.until["sms.a"] = 1
    ASKED.clear()
    assert sender.send(message()) == "b-1"
    assert ASKED == ["b"]
    circuits.noted.clear()
    circuits.until.clear()
    FAULTS["a"] = ProviderRejected("shut", code="account_refused")
    sender.send(message())
    assert circuits.noted[0] == ("sms.a", "shut")
    circuits.noted.clear()
    settings(sender, providers=[{"id": "a", "kind": "post"}])
    with pytest.raises(ProviderRejected):
        sender.send(message())
    assert circuits.noted == [], "nobody to turn to, nothing to write"


def test_a_spare_provider_has_its_lease_too(sender: ChannelSender):
    asked: list[tuple[str, str, float]] = []

    def lease(tenant: str, provider: str, rate: float) -> bool:
        asked.append((tenant, provider, rate))
        return False

    sender._lease = lease
    told = two()
    told["providers"][1]["options"] = {"rate": 5}
    settings(sender, **told)
    FAULTS["a"] = Throttled("slow")
    with pytest.raises(Throttled):
        sender.send(message())
    assert (ASKED, asked) == (["a"], [("acme", "sms.b", 5.0)])


_FAULTS: dict[str, StepwellError | None] = {
    "took": None,
    "lost": OutcomeUnknown("lost"),
    "slow": Throttled("slow"),
    "away": Unavailable("away"),
    "shut": ProviderRejected("shut", code="account_refused"),
    "no": ProviderRejected("no"),
    "unset": NotReady("unset"),
}


@hypothesis.settings(max_examples=200, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(st.lists(st.sampled_from(sorted(_FAULTS)), min_size=1, max_size=5), st.integers(1, 3))
def test_no_message_is_ever_out_twice(sender: ChannelSender, ways: list[str], count: int):
    ids = [f"p{n}" for n in range(len(ways))]
    settings(sender, providers=[{"id": one, "kind": "post"} for one in ids])
    FAULTS.clear(), ASKED.clear(), sender._made.clear()
    FAULTS.update({one: fault for one, way in zip(ids, ways, strict=True) if (fault := _FAULTS[way])})
    results = sender.send_many([message() for _ in range(count)])
    # Whoever may have it ends the search; so does whoever refuses the message itself.
    last = next((n for n, way in enumerate(ways) if way in ("took", "lost", "no")), len(ways) - 1)
    assert sorted(ASKED) == sorted(one for one in ids[: last + 1] for _ in range(count))
    for result in results:
        if ways[last] == "took":
            assert isinstance(result, str)
        elif ways[last] == "lost":
            assert isinstance(result, OutcomeUnknown)
        else:
            assert isinstance(result, StepwellError)
            # Where somebody may take it later, it is tried again later.
            later = any(way in ("slow", "away") for way in ways)
            assert isinstance(result, Unavailable) == (later and ways[last] != "no")


def test_what_is_refused_reaches_no_provider_and_the_others_go(sender: ChannelSender):
    made = ChannelSender(
        "sms",
        sender.kept,  # type: ignore[attr-defined]
        lambda: PlainBox(),
        {"clock": ManualClock(NOW), "http": None, "public_url": "https://x.example"},
        refusal=lambda one: ProviderRejected("no", code="ungated") if one.to.endswith("1") else None,
    )
    settings(sender, **two())
    first, second = (Sms(to, "Hello", tags={"tenant": "acme"}) for to in ("+15551234561", "+15551234562"))
    refused, sent = made.send_many([first, second])
    assert isinstance(refused, ProviderRejected) and refused.code == "ungated"
    assert (sent, ASKED) == ("a-1", ["a"])
    with pytest.raises(ProviderRejected):
        made.send(first)
    assert ASKED == ["a"]
    one = made.settings("acme").providers[1]
    with pytest.raises(ProviderRejected):
        made.alone("acme", one).send(first)
    assert made.alone("acme", one).send(second) == "b-1"
