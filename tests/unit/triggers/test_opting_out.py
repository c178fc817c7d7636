"""Who says no to a channel leaves the workflows whose messages go by it."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.contracts.ids import profile_id
from stepwell.contracts.opting_out import CHANNEL_OF, ended_channels, ends
from stepwell.contracts.tokens import TokenState

from tests.unit.triggers.stage import TENANT, Stage, workflow

CONFIG = {
    "email_send": {"template_id": "hello"},
    "sms_send": {"text": "Hello"},
    "web_push": {"title": "Hello"},
}
PUSH_OFF = {"changes": {"push:marketing": "denied"}}
NO: dict[str, tuple[str, dict[str, Any]]] = {
    "email": ("email_unsubscribed", {}),
    "sms": ("sms_unsubscribed", {}),
    "push": ("preferences_changed", PUSH_OFF),
}


def sending(*types: str, **settings: Any) -> dict[str, Any]:
    """The stage's workflow with other messages after its wait."""
    told = workflow(**settings)
    for node, type_ in zip(("thanks", "nudge"), types, strict=True):
        found = next(one for one in told["nodes"] if one["id"] == node)
        found |= {"type": type_, "config": CONFIG[type_]}
    return told


def left(document: dict[str, Any], name: str, kind: str = "engagement", **properties: Any) -> bool:
    stage = Stage()
    stage.publish(document)
    stage.take(stage.event("signup", traits={"email": "ann@x.de", "phone": "+4915112345678"}))
    who = profile_id(TENANT, "user", "ann")
    stage.take(stage.event(name, None, after=1, kind=kind, profile=who, properties=properties))
    (token,) = stage.tokens()
    assert token.state is TokenState.RUNNING or token.end_reason == "unsubscribed"
    return token.state is TokenState.ENDED


@pytest.mark.parametrize("channel", NO)
@pytest.mark.parametrize("type_", CHANNEL_OF)
def test_a_workflow_of_one_channel_ends_with_it(channel: str, type_: str) -> None:
    name, properties = NO[channel]
    assert left(sending(type_, type_), name, **properties) is (CHANNEL_OF[type_] == channel)


@pytest.mark.parametrize(("channel", "gone"), [("email", True), ("sms", False), ("push", False)])
def test_a_journey_of_several_channels_ends_with_e_mail_alone(channel: str, gone: bool) -> None:
    name, properties = NO[channel]
    for types in (("email_send", "sms_send"), ("web_push", "email_send")):
        assert left(sending(*types), name, **properties) is gone


@pytest.mark.parametrize("channel", NO)
def test_nobody_leaves_where_it_is_not_wanted_or_needed(channel: str) -> None:
    name, properties = NO[channel]
    (type_,) = (one for one, by in CHANNEL_OF.items() if by == channel)
    assert not left(sending(type_, type_, exit_on_unsubscribe=False), name, **properties)
    assert not left({**sending(type_, type_), "purpose": "transactional"}, name, **properties)
    # A browser's word ends nothing: its write key is public.
    assert not left(sending(type_, type_), name, "track", **properties)


def test_a_browser_that_went_is_no_opt_out_and_neither_is_coming_back() -> None:
    push = sending("web_push", "web_push")
    assert not left(push, "push_unsubscribed", reason="expired")
    assert not left(push, "preferences_changed", changes={"push:marketing": "granted"})
    assert not left(push, "preferences_changed", changes="push:marketing")
    assert not left(push, "preferences_changed")


def test_workflows_of_an_earlier_release_end_as_they_did() -> None:
    assert ends("email", None) and ends("email", []) and ends("email", ["email", "sms"])
    assert not ends("sms", None) and not ends("push", []) and not ends("email", ["sms"])
    assert ended_channels("email_complained", {}) == {"email"}
    assert ended_channels("purchase", PUSH_OFF) == frozenset()
