"""Whose a number is: an answer by End User Messaging names no workspace."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from stepwell.channels.sms.settings import SmsSettings
from stepwell.text_wiring import TextAnswers


def answers(**numbers: str) -> TextAnswers:
    """Workspaces by the number that each sends from."""
    settings = {
        tenant: SmsSettings.model_validate({"senders": [{"value": number}] if number else []})
        for tenant, number in numbers.items()
    }
    stores: Any = SimpleNamespace(
        sender=lambda _: SimpleNamespace(settings=settings.__getitem__),
        workspaces=SimpleNamespace(tenants=lambda: sorted(settings)),
        clock=None,
        profiles=None,
        messaging=None,
        proofs=None,
        sources=None,
    )
    return TextAnswers(stores)


def test_it_belongs_to_whoever_sends_from_it() -> None:
    found = answers(acme="+12065550100", other="+18885550100")
    assert found.owners("+12065550100") == ["acme"]
    assert found.owners("+19995550100") == []


def test_an_opt_out_misses_nobody() -> None:
    assert answers(acme="+12065550100", other="+12065550100").owners("+12065550100") == ["acme", "other"]


def test_where_there_is_one_workspace_it_is_that_one() -> None:
    assert answers(acme="").owners("+12065550100") == ["acme"]
    assert answers(acme="", other="").owners("+12065550100") == []
