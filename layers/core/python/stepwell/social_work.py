"""Work that `post_social` is handed outside of workflows: a table of kinds, each done by a function of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from stepwell.bootstrap import container
from stepwell.errors import NotFound, StepwellError
from stepwell.social_wiring import SocialParts

WORK: dict[str, str] = {
    "publish": "stepwell.social_work:publish",
    "account": "stepwell.social_work:look_at_account",
    "listen": "stepwell.listening_wiring:listen",
    "heard": "stepwell.listening_wiring:heard",
    "answer": "stepwell.listening_wiring:answer",
    "lead": "stepwell.social_work:fetch_lead",
    "measure": "stepwell.listening_wiring:measure",
}
"""``module:function`` a kind; called with the workspace, the piece of work and the invocation's id."""


@cache
def parts() -> SocialParts:
    """Return all of social of the process."""
    return SocialParts(container())


def carry_out(event: Mapping[str, Any], invocation: str) -> dict[str, int]:
    """Carry out all pieces of a call; one that fails for good does not stop the others.

    Raises:
        StepwellError: A piece can be tried again; Lambda repeats the call, and what was done is found done.
    """
    counts = {"done": 0, "refused": 0}
    again: StepwellError | None = None
    for one in event["work"]:
        module, _, name = WORK[str(one["kind"])].partition(":")
        try:
            getattr(import_module(module), name)(str(event["tenant"]), one, invocation)
            counts["done"] += 1
        except StepwellError as error:
            if error.retryable:
                again = error
            else:
                counts["refused"] += 1
    if again is not None:
        raise again
    return counts


def publish(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Do what is due of a post; one that was never stored is no fault."""
    try:
        parts().publisher(invocation).publish(tenant, str(one["post"]))
    except NotFound:
        return


def look_at_account(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Renew an account's tokens when they end soon."""
    del invocation
    parts().connected.look(tenant, str(one["account"]))


def fetch_lead(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Fetch what was answered in a lead form, and tell its event."""
    from stepwell.triggers.leads import fetched

    del invocation
    fetched(parts().connected, parts().networks.leads, container().sink, tenant, one)
