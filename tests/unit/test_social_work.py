"""Work of `post_social` outside of workflows: each piece by its kind, none stops the others."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest
from stepwell import social_work
from stepwell.errors import NotFound, ProviderRejected, Unavailable

DONE: list[tuple[str, str, str]] = []


def fine(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Takes note."""
    DONE.append((tenant, str(one["id"]), invocation))


def refused(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Says no for good."""
    raise ProviderRejected("No.")


def down(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Can be tried again."""
    raise Unavailable("Down.")


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    DONE.clear()
    for name in ("fine", "refused", "down"):
        monkeypatch.setitem(social_work.WORK, name, f"{__name__}:{name}")


def call(*kinds: str) -> dict[str, int]:
    work = [{"kind": kind, "id": str(number)} for number, kind in enumerate(kinds)]
    return social_work.carry_out({"v": 1, "tenant": "acme", "work": work}, "i1")


def test_every_piece_is_done_and_a_refusal_stops_none() -> None:
    assert call("fine", "refused", "fine") == {"done": 2, "refused": 1}
    assert DONE == [("acme", "0", "i1"), ("acme", "2", "i1")]


def test_what_can_be_tried_again_is_raised_after_the_others() -> None:
    with pytest.raises(Unavailable):
        call("down", "fine")
    assert DONE == [("acme", "1", "i1")]


def test_every_kind_has_its_function() -> None:
    for path in social_work.WORK.values():
        module, _, name = path.partition(":")
        assert callable(getattr(import_module(module), name)), path


def test_a_post_that_was_never_stored_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nothing:
        def publisher(self, claimant: str) -> Any:
            return self

        def publish(self, tenant: str, post: str) -> None:
            raise NotFound("There is none.")

    monkeypatch.setattr(social_work, "parts", Nothing)
    social_work.publish("acme", {"post": "p1"}, "i1")
