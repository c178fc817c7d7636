"""Which executor carries out which effect; loaded when first needed, so that a Lambda pays for its own only."""

from __future__ import annotations

from importlib import import_module

from stepwell.runtime.effects import Executor
from stepwell.workflows.nodes._effects import KeepAudience, PostSocial
from stepwell.workflows.nodes.base import (
    CallHttp,
    Effect,
    NotifyTeam,
    PatchProfile,
    QueryDatabase,
    SendEmail,
    SendPush,
    SendSms,
)

_EXECUTORS: dict[type[Effect], tuple[str, str]] = {
    SendEmail: ("stepwell.runtime.sending", "send_emails"),
    SendSms: ("stepwell.runtime.sending", "send_texts"),
    SendPush: ("stepwell.runtime.sending", "send_pushes"),
    PostSocial: ("stepwell.runtime.posting", "post_social"),
    KeepAudience: ("stepwell.runtime.advertising", "keep_audiences"),
    PatchProfile: ("stepwell.runtime.patching", "patch_profiles"),
    CallHttp: ("stepwell.runtime.calling", "call_apis"),
    QueryDatabase: ("stepwell.runtime.querying", "query_databases"),
    NotifyTeam: ("stepwell.runtime.notifying", "notify_teams"),
}


def executor_of(effect: type[Effect]) -> Executor:
    """Return the executor of an effect class.

    Raises:
        KeyError: No executor carries out this class.
    """
    module, name = _EXECUTORS[effect]
    executor: Executor = getattr(import_module(module), name)
    return executor
